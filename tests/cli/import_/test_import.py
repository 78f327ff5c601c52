"""`import`: all that it prints of small inputs, and what it writes, in golden files.

`pytest tests/cli/import_ --update-golden` rewrites them; read what has changed.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.check.repository import write
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
IMPORT: Final = ("--today", "2026-11-25", "import")
RULES: Final = """\
groups:
  - name: shop
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(errors_total[5m]))
      - alert: ShopDown
        expr: up{job="shop"} == 0
        for: 5m
        labels: {severity: critical, team: shop}
        annotations: {summary: "{{ $labels.instance }} is down", runbook_url: https://wiki/shop}
      - alert: DiskFills
        expr: disk_used > 0.9
        labels: {severity: warning}
      - alert: Odd
        expr: rate(
      - alert: ByTeam
        expr: count by (team) (queue_depth) > 10
        labels: {severity: info}
        keep_firing_for: 10m
"""
SLOTH: Final = """\
version: prometheus/v1
service: pay
slos:
  - name: requests
    objective: 99.9
    description: Payments work
    sli:
      events:
        error_query: sum(rate(pay_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(pay_total[{{.window}}]))
    alerting:
      name: PayErrors
      page_alert: {labels: {severity: critical}}
      ticket_alert: {disable: true}
"""
ALERTMANAGER: Final = """\
route:
  receiver: default
  routes: [{matchers: [team="shop"], receiver: shop}]
receivers:
  - name: default
  - {name: shop, slack_configs: [{channel: "#shop"}]}
"""
FILES: Final = {
    "old/rules.yml": RULES,
    "old/sloth/pay.yml": SLOTH,
    "old/alertmanager.yml": ALERTMANAGER,
    "old/README.md": "Read me\n",
    "old/chart/templates/rules.yaml": "{{- if .Values.on }}\ngroups: []\n{{- end }}\n",
    "old/broken.yml": "a: [\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(FILES, tmp_path)


def test_whole_imports(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*IMPORT, "old", "--into", "new", "--dry-run", "--all-messages"),
        (*IMPORT, "old", "--into", "new", "--diff", "--from", "sloth"),
        (*IMPORT, "old", "--into", "new", "--team", "shop"),
        (*IMPORT, "old", "--into", "new", "--team", "shop", "--format", "json"),
        (*IMPORT, "old/rules.yml", "--into", "one", "--service", "shop", "--plain-labels"),
        (*IMPORT, "old/sloth", "--into", "one"),
    )
    paths = sorted(p for p in (root / "new/services").rglob("*") if p.is_file())
    written = "\n".join(f"## {path.relative_to(root)}\n{path.read_text()}" for path in paths)
    golden.check(GOLDEN / "whole.txt", f"{text}\n{written}")


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    (root / "empty").mkdir()
    text = transcript(
        root,
        (*IMPORT, "missing"),
        (*IMPORT, "old", "--from", "nothing"),
        (*IMPORT, "empty"),
        (*IMPORT, "old/README.md"),
        (*IMPORT, "old/broken.yml"),
        (*IMPORT, "old/chart"),
        (*IMPORT, "old/broken.yml", "old/chart", "--into", "new"),
        (*IMPORT, "old", "--service", "Not A Name", "--dry-run", "--into", "new"),
    )
    golden.check(GOLDEN / "refused.txt", text)
    assert not (root / "new").exists()


def test_a_file_that_is_there_is_kept(golden: Golden, root: Path) -> None:
    assert in_process(*IMPORT, "old/rules.yml", "--into", "new", folder=root).code in (0, 1)
    policy = next((root / "new/services").rglob("alert-policy.yaml"))
    policy.write_text(f"{policy.read_text()}# mine\n")
    text = transcript(
        root,
        (*IMPORT, "old/rules.yml", "--into", "new"),
        (*IMPORT, "old/rules.yml", "--into", "new", "--format", "json"),
    )
    golden.check(GOLDEN / "kept.txt", text)
