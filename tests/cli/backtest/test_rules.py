"""`backtest --rules`: all that it prints of a repository of rule files, in golden files.

`pytest tests/cli/backtest/test_rules.py --update-golden` rewrites them; read what has changed.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.backtest.rule_files.rule_repository import ALERTMANAGER, RULES, TODAY, RuleRepository
from tests.cli.program import transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
BACKTEST: Final = ("--today", TODAY, "backtest", "--samples", "../samples.txt", "--days", "7")
ROUTED: Final = (*BACKTEST, "--rules", "rules/**/*.yml", "--alertmanager", "alertmanager.yml")
ONE_DAY: Final = tuple("1" if word == "7" else word for word in ROUTED)
MORE: Final = """\
groups:
  - name: more
    interval: 2m
    rules:
      - alert: QueueGrows
        expr: max_over_time(queue:length:max[30m]) > 70
        keep_firing_for: 15m
        labels: {severity: warning, service: web}
        annotations: {summary: "{{ $labels.queue }} has {{ $value }}"}
      - alert: QueueIsThere
        expr: absent(queue_length)
        for: 10m
        labels: {severity: page}
      - alert: NothingReadsThis
        expr: other_metric > 1
      - alert: Logs
        expr: 'rate({app="x"} |= "y" [5m]) > 1'
"""
INCIDENTS: Final = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {name: mail}
spec:
  service: mail
  incidents:
    - {name: Mail is late, start: 2026-10-05T06:00:00Z, end: 2026-10-05T06:30:00Z}
    - {start: 2026-10-05T09:30:00+09:00, end: 2026-10-05T10:00:00+09:00, labels: {service: web}}
    - {name: At noon, start: 2026-10-05T12:00:00Z, end: 2026-10-05T12:01:00Z}
    - {name: Before, start: 2026-01-05T06:00:00Z, end: 2026-01-05T06:30:00Z}
"""
CSV: Final = """\
Incident Number,Service Name,Created On,Resolved On,Description
1,mail,2026-10-05 06:00:00 UTC,2026-10-05 06:30:00 UTC,Mail is late
2,web,2026-10-05T00:30:00Z,2026-10-05T01:00:00Z,Web is slow
3,,2026-10-05T06:10:00Z,,Open
"""


@pytest.fixture
def repository(tmp_path: Path) -> RuleRepository:
    files = {"rules/mail/queue.yml": RULES, "alertmanager.yml": ALERTMANAGER}
    made = RuleRepository.at(tmp_path, files)
    made.write({"rules/more.yml": MORE, "../incidents.yaml": INCIDENTS, "../incidents.csv": CSV})
    return made


def named(repository: RuleRepository, text: str) -> str:
    full = (repository.root / ".git/refs/heads/main").read_text().strip()
    return text.replace(full, "COMMIT").replace(full[:12], "SHORT").replace(full[:7], "SHORT")


def test_reports_of_rule_files(golden: Golden, repository: RuleRepository) -> None:
    text = transcript(
        repository.root,
        ROUTED,
        (*BACKTEST, "--rules", "rules/**/*.yml"),
        (*ROUTED, "--ranges", "closed", "--phase", "1", "--brief"),
        (*ROUTED, "--ranges", "closed", "--phase", "1"),
        (*ROUTED, "--page", "severity=warning", "--ticket", "severity=page"),
        (*ROUTED, "--incidents", "../incidents.yaml"),
        (*ROUTED, "--format", "markdown", "--incidents", "../incidents.yaml"),
        (*ROUTED, "--incidents", "../incidents.csv", "--output", "report.txt"),
        (*ROUTED, "--fail-on", "incident-missed"),
        (*ONE_DAY, "--format", "json"),
    )
    text += (repository.root / "report.txt").read_text()
    golden.check(GOLDEN / "rules.txt", named(repository, text))


def test_reports_of_a_change_of_rule_files(golden: Golden, repository: RuleRepository) -> None:
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "more")
    repository.replace("rules/mail/queue.yml", "> 50", "> 70")
    repository.replace("rules/mail/queue.yml", "max by (queue)", "min by (queue)")
    repository.replace("rules/more.yml", "keep_firing_for: 15m", "for: 3m")
    repository.replace("rules/more.yml", "QueueIsThere", "QueueIsGone")
    repository.replace("alertmanager.yml", 'severity="page"', 'severity=~"page|warning"')
    changed = (*ROUTED, "--base", "HEAD")
    text = transcript(
        repository.root,
        changed,
        (*changed, "--brief"),
        (*changed, "--format", "markdown"),
        (*changed, "--incidents", "../incidents.yaml"),
        (*changed, "--budget", "600"),
        (*ONE_DAY, "--base", "HEAD", "--format", "json"),
    )
    golden.check(GOLDEN / "rules-changed.txt", named(repository, text))


def test_incidents_that_cannot_be_read(golden: Golden, repository: RuleRepository) -> None:
    repository.write(
        {
            "no-end.csv": "title,started_at\nx,2026-10-05T06:00:00Z\n",
            "empty.csv": "",
            "backwards.csv": "start,end\n2026-10-05T06:00:00Z,2026-10-05T06:00:00Z\n",
            "when.csv": "start,end\nyesterday,2026-10-05T06:00:00Z\n",
            "broken.yaml": "incidents: [\n",
            "backwards.yaml": INCIDENTS.replace("T06:30:00Z", "T05:00:00Z"),
        }
    )
    names = ("no-end.csv", "empty.csv", "backwards.csv", "when.csv", "broken.yaml")
    text = transcript(
        repository.root,
        *((*ROUTED, "--incidents", name) for name in (*names, "backwards.yaml", "missing.csv")),
    )
    golden.check(GOLDEN / "rules-incidents.txt", text)
