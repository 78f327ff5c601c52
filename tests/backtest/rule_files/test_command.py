"""`backtest --rules` in a repository of rule files: what it prints, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reliability.alertmanager.simulate.server import Version
from reliability.backtest.report.notified import COUNTED
from reliability.backtest.rule_files.report.sections import LEGEND
from reliability.cli.backtest.command import ALERTMANAGER_VERSIONS
from tests.backtest.rule_files.rule_repository import (
    ALERTMANAGER,
    RULES,
    TODAY,
    RuleRepository,
    columns,
)
from tests.cli.program import in_process
from tests.cli.program import in_process as reliability
from tests.cli.test_progress import CLOCK

ALL = ("--rules", "rules/**/*.yml")
ROUTED = (*ALL, "--alertmanager", "alertmanager.yml")


@pytest.fixture
def repository(tmp_path: Path) -> RuleRepository:
    files = {"rules/mail/queue.yml": RULES, "alertmanager.yml": ALERTMANAGER}
    return RuleRepository.at(tmp_path, files)


def test_without_a_base_every_alert_is_replayed(repository: RuleRepository) -> None:
    ended = repository.backtest(*ROUTED)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "pages a week 14.0 · chat messages a week 7.0",
        "",
        "  alerts: 2",
        "  7 days to 2026-10-08 00:00 UTC, openmetrics samples.txt",
        "  routes of alertmanager.yml",
        "",
        "alert                 changed    reaches  fired  notifications  at night, weekends"
        "  notified",
        "QueueLong (page)      unchanged  page        14             14                7, 4"
        "  pager 14",
        "QueueEmpty (warning)  unchanged  chat         7              7                0, 2"
        "  chat 7",
        f"  {LEGEND}",
        "",
        "Who gets notified",
        "receiver  reaches  notifications  repeats  counted  at night  at weekends",
        "pager     page                14        0       14         7            4",
        "chat      chat                 7        0        7         0            2",
        f"  {COUNTED}",
    ]


def test_thirty_days_are_replayed_unless_days_are_given(repository: RuleRepository) -> None:
    ended = repository.backtest(*ROUTED, source=("--samples", "../samples.txt"))
    asked = "30 days to 2026-10-08 00:00 UTC, openmetrics samples.txt"
    assert f"\n  {asked}; samples since 2026-09-30 00:00 UTC\n" in ended.out
    # Two pages a day, on the eight days that the file has samples of
    figures = "pages a week 14.0 · chat messages a week 7.0"
    assert ended.out.splitlines()[0] == f"{figures} · 8 of 30 days known"
    ended = repository.backtest(*ROUTED, source=("--samples", "../samples.txt", "--days", "1"))
    assert "\n  1 day to 2026-10-08 00:00 UTC, openmetrics samples.txt\n" in ended.out


def test_a_file_that_ends_early_has_figures_of_its_own_days(repository: RuleRepository) -> None:
    command = ("--today", "2026-10-20", "backtest", "--samples", "../samples.txt")
    ended = in_process(*command, *ROUTED, folder=repository.root)
    since = "samples since 2026-09-30 00:00 UTC; samples until 2026-10-07 23:59 UTC"
    assert f"30 days to 2026-10-20 00:00 UTC, openmetrics samples.txt; {since}\n" in ended.out
    figures = "pages a week 14.0 · chat messages a week 7.0"
    assert ended.out.splitlines()[0] == f"{figures} · 7.9 of 30 days known, the last on 7 October"


def test_a_file_without_samples_of_the_days_is_refused(repository: RuleRepository) -> None:
    command = ("--today", "2027-01-01", "backtest", "--samples", "../samples.txt")
    ended = in_process(*command, *ROUTED, folder=repository.root)
    assert ended.code == 2
    assert ended.err.splitlines() == [
        "reliability: ../samples.txt has samples from 2026-09-30 00:00 UTC to 2026-10-07 23:59 "
        "UTC, and none of the 30 days to 2027-01-01 00:00 UTC; pass `reliability --today "
        "2026-10-08 backtest`, or other samples"
    ]


def test_a_change_is_shown_old_against_new(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "> 50", ">  70 # users notice from 70 on")
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert ended.out.splitlines()[:3] == [
        "1 changed alert: pages a week 14.0 -> 7.0",
        "",
        "  alerts: 1 changed, 0 new, 1 unchanged",
    ]
    assert "QueueLong (page)  expression  page  14 -> 7  14 -> 7" in columns(ended.out)
    assert "QueueEmpty" not in ended.out


def test_layout_and_comments_change_nothing(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "queue_length == 0", "queue_length   ==    0 # none")
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert ended.out.startswith("no alert changed its meaning or its route\n\n")
    assert "\n  alerts: 0 changed, 0 new, 2 unchanged\n" in ended.out


def test_a_recording_that_changed_is_computed_on_both_sides(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "max by (queue) (queue_length)", "queue_length / 2")
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert "pages a week 14.0 -> 0.0" in ended.out
    assert "QueueLong (page)  recordings  page  14 -> 0" in columns(ended.out)


def test_a_changed_route_replays_the_alerts_that_may_take_it(repository: RuleRepository) -> None:
    repository.replace("alertmanager.yml", 'severity="page"', 'severity=~"page|warning"')
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert ended.out.splitlines()[:3] == [
        "1 changed alert: pages a week 0.0 -> 7.0 · chat messages a week 7.0 -> 0.0",
        "",
        "  alerts: 0 changed, 0 new, 2 unchanged (1 routed otherwise)",
    ]
    assert "QueueEmpty (warning)  route  chat -> page  7 -> 7" in columns(ended.out)
    assert "QueueLong" not in ended.out


def test_without_a_configuration_the_severity_says_what_pages(repository: RuleRepository) -> None:
    ended = repository.backtest(*ALL)
    assert "pages a week 14.0 · tickets a week 7.0" in ended.out
    assert "no Alertmanager configuration: severity page or critical pages" in ended.out


def test_a_mapping_says_what_a_webhook_is(repository: RuleRepository) -> None:
    repository.replace(
        "alertmanager.yml",
        "pagerduty_configs: [{routing_key: x}]",
        "webhook_configs: [{url: http://x}]",
    )
    unknown = repository.backtest(*ROUTED)
    assert "pages a week 0.0 · webhook messages a week 14.0" in unknown.out
    mapped = repository.backtest(*ROUTED, "--page", "severity=page")
    assert "pages a week 14.0 · chat messages a week 7.0" in mapped.out


def test_alerts_of_one_name_are_told_apart(repository: RuleRepository) -> None:
    recorded = "      - record: queue:length:max\n        expr: max by (queue) (queue_length)\n"
    web = RULES.replace(recorded, "").replace("queue:length:max", "queue_length")
    repository.write({"rules/web/queue.yml": web.replace("service: mail", "service: web")})
    text, markdown = (
        repository.backtest(*ROUTED, *more).out for more in ((), ("--format", "markdown"))
    )
    for place in ("service=mail", "service=web"):
        assert f"QueueLong (page, {place})  unchanged  page" in columns(text)
    for place in ("mail", "web"):
        assert f"QueueEmpty (warning, rules/{place}/queue.yml)  unchanged  chat" in columns(text)
        assert f"QueueEmpty \\(warning, rules\\/{place}\\/queue\\.yml\\)" in markdown
    page = repository.backtest(*ROUTED, "--format", "html", "--output", "page.html")
    assert page.code == 0
    assert "<h2>QueueLong (page, service=web)</h2>" in (repository.root / "page.html").read_text()


def test_new_and_removed_alerts_have_one_side(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "QueueEmpty", "QueueIdle")
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert "\n  alerts: 0 changed, 1 new, 1 removed, 1 unchanged\n" in ended.out
    assert "QueueIdle (warning)  new  chat  - -> 7  0 -> 7" in columns(ended.out)
    assert "QueueEmpty (warning)  removed  chat  7 -> -  7 -> 0" in columns(ended.out)


def test_incidents_are_caught_by_pages_that_match_their_labels(
    repository: RuleRepository, tmp_path: Path
) -> None:
    (tmp_path / "incidents.csv").write_text(
        "title,started_at,resolved_at,service\n"
        "Mail is late,2026-10-05T06:00:00Z,2026-10-05T06:30:00Z,mail\n"
        "Web is slow,2026-10-05T00:30:00Z,2026-10-05T01:00:00Z,web\n"
        "Anything,2026-10-05T06:00:00Z,2026-10-05T06:30:00Z,\n",
        encoding="utf-8",
    )
    repository.replace("rules/mail/queue.yml", "> 50", "> 70")
    ended = repository.backtest(*ROUTED, "--base", "HEAD", "--incidents", "../incidents.csv")
    assert (
        "incidents caught 1 of 2 -> 0 of 2, incidents during which a page fired 1 of 1 -> 0 of 1"
        in ended.out
    )


def test_a_broken_file_and_logql_hide_nothing_else(repository: RuleRepository) -> None:
    repository.write(
        {
            "rules/broken.yml": "groups: [\n",
            "rules/loki.yml": "groups: [{name: l, rules: [{alert: L, expr: "
            '\'rate({a="b"} |= "x" [5m]) > 1\'}]}]\n',
        }
    )
    ended = repository.backtest(*ROUTED)
    assert ended.code == 0
    assert "QueueLong (page)" in ended.out
    assert "\n  rules/loki.yml:1:28: L: it is LogQL, a rule of Loki" in ended.out
    assert "rules/broken.yml:2:1: " in ended.out
    assert "not replayed: 1 of 3 alerts" in ended.out


def test_recordings_that_read_each_other_are_named(repository: RuleRepository) -> None:
    repository.replace(
        "rules/mail/queue.yml", "max by (queue) (queue_length)", "queue:length:max + queue_length"
    )
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert "queue:length:max reads what it records itself" in ended.out


def test_json_holds_episodes_and_both_sides(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "> 50", "> 70")
    ended = repository.backtest(*ROUTED, "--base", "HEAD", "--format", "json")
    result = json.loads(ended.out)
    [alert] = result["alerts"]
    assert (alert["alert"], alert["changed"], alert["evaluated_from"]) == (
        "QueueLong",
        ["expression"],
        "file",
    )
    assert alert["recordings_computed"]
    assert (len(alert["old"]["episodes"]), len(alert["new"]["episodes"])) == (14, 7)
    assert alert["new"]["episodes"][0]["start"] == "2026-10-01T00:05:00Z"
    assert result["notifications"]["new"]["effects"]["page"]["counted"] == 7
    assert alert["by_receiver"] == {"pager": {"old": 14, "new": 7}}
    assert result["rules"] == {"changed": 1, "new": 0, "removed": 0, "unchanged": 1}


def test_a_report_in_markdown_is_a_table(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "> 50", "> 70")
    lines = repository.backtest(*ROUTED, "--base", "HEAD", "--format", "markdown").out.splitlines()
    assert lines[0] == "### 1 changed alert\\: pages a week 14\\.0 → 7\\.0"
    cells = "expression | page | 14 → 7 | 14 → 7 | 7, 4 → 7, 2"
    assert f"| QueueLong \\(page\\) | {cells} | pager 14 → 7 |" in lines


def test_an_alert_that_is_only_pending_notifies_nobody(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "for: 5m", "for: 3h")
    ended = repository.backtest(*ROUTED)
    assert ended.code == 0
    assert "QueueLong (page)  unchanged  page  0  0" in columns(ended.out)


def test_each_version_of_alertmanager_can_be_simulated(repository: RuleRepository) -> None:
    assert [version.value for version in Version] == list(ALERTMANAGER_VERSIONS)
    for version in ALERTMANAGER_VERSIONS:
        ended = repository.backtest(*ROUTED, "--alertmanager-version", version)
        assert "pages a week 14.0 · chat messages a week 7.0" in ended.out


def test_a_for_of_zero_is_none(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "for: 5m", "for: 0m")
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert "QueueLong (page)  for  page  14 -> 14" in columns(ended.out)


def test_an_alert_that_is_only_pending_never_fires(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "for: 5m", "for: 3h")
    ended = repository.backtest(*ROUTED)
    assert ended.code == 0, ended.err
    assert "QueueLong (page)  unchanged  page  0 " in columns(ended.out)


def test_more_alerts_than_the_limit_of_a_group_do_not_fire(repository: RuleRepository) -> None:
    group = "groups: [{name: l, limit: LIMIT, rules: [{alert: L, expr: RULE}]}]\n"
    one = "max(queue_length > 20)"
    two = f'"label_replace({one}, \\"n\\", \\"1\\", \\"\\", \\"\\") or {one}"'
    shown = []
    for limit in ("1", "2"):
        text = group.replace("RULE", two).replace("LIMIT", limit)
        repository.write({"rules/limit.yml": text})
        out = repository.backtest(*ROUTED).out
        shown.append(next(line.split()[:5] for line in out.splitlines() if line.startswith("L ")))
    assert shown == [
        ["L", "unchanged", "chat", "0", "0"],
        ["L", "unchanged", "chat", "28", "14"],
    ]


def test_a_name_cannot_steer_a_terminal_or_a_job(repository: RuleRepository) -> None:
    name = '"\\e[31m\\n::error::x ##[group]y"'
    repository.replace("rules/mail/queue.yml", "alert: QueueEmpty", f"alert: {name}")
    ended = repository.backtest(*ROUTED)
    assert "\\x1b[31m\\n::error::x ##⟦group]y (warning)" in ended.out
    assert "\x1b" not in ended.out
    assert not any(line.startswith("::") for line in ended.out.splitlines())


def test_a_base_that_cannot_be_read_is_noted(repository: RuleRepository) -> None:
    repository.write({"rules/broken.yml": "groups: [\n"})
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "broken")
    repository.write({"rules/broken.yml": "groups: []\n"})
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    assert ended.code == 0
    commit = (repository.root / ".git/refs/heads/main").read_text()[:12]
    assert f"1 rule of the base {commit} cannot be read: rules/broken.yml:2:1: " in ended.err

    repository.write({"rules/broken.yml": "groups: [\n", "rules/broken-too.yml": "groups: [\n"})
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "broken")
    repository.write({"rules/broken.yml": "groups: []\n", "rules/broken-too.yml": "groups: []\n"})
    ended = repository.backtest(*ROUTED, "--base", "HEAD")
    commit = (repository.root / ".git/refs/heads/main").read_text()[:12]
    assert f"2 rules of the base {commit} cannot be read: rules/broken-too.yml:2:1" in ended.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--rules", "none/*.yml"), "--rules: no file matches none/*.yml"),
        (("--rules", "alertmanager.yml"), "--rules: 1 file matches alertmanager.yml, without an"),
        ((*ALL, "--mode", "sample"), "--mode and --rules exclude each other"),
        ((*ALL, "shop"), "an SLO or service and --rules exclude each other"),
        (("--page", "a=b"), "--page needs --rules PATTERN"),
        ((*ALL, "--page", "a b"), "--page: not a valid matcher: 'a b'"),
        ((*ALL, "--base", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_done_is_refused(
    options: tuple[str, ...], message: str, repository: RuleRepository
) -> None:
    ended = repository.backtest(*options)
    assert ended.code == 2
    assert message in ended.err


def test_a_source_is_needed(repository: RuleRepository) -> None:
    ended = reliability("backtest", *ALL, folder=repository.root)
    assert ended.code == 2
    assert (
        "--rules needs samples; pass --prometheus URL, or --samples FILE (OpenMetrics), or store"
        in ended.err
    )


def test_a_budget_of_time_replays_the_most_changed_alerts_first(
    repository: RuleRepository,
) -> None:
    ended = repository.backtest(*ROUTED, "--budget", "600")
    assert (ended.code, "not replayed" in ended.out) == (0, False)

    source = ("--samples", "../samples.txt", "--days", "7", "--budget", "1")
    script = CLOCK.format(arguments=["--today", TODAY, "backtest", *source, *ROUTED])
    command = [sys.executable, "-c", script]
    short = subprocess.run(command, cwd=repository.root, capture_output=True, text=True, check=True)
    assert "the time of --budget was used up" in short.stdout


def test_what_has_no_samples_is_not_known_and_not_zero(repository: RuleRepository) -> None:
    repository.replace("rules/mail/queue.yml", "queue_length == 0", "other_metric == 0")
    ended = repository.backtest(*ROUTED)
    assert "QueueEmpty (warning)  unchanged" not in ended.out, "no figures"
    assert "QueueEmpty (warning): no series that it reads had a sample in this span" in ended.out
    assert "not replayed: 1 of 2 alerts" in ended.out
