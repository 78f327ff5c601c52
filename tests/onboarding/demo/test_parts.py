"""What the demo shows between its commands: replays beside one another, changes and excerpts."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.errors import DemoError
from reliability.load.catalog import Catalog
from reliability.onboarding.demo.before import Mentions, per_error_alert
from reliability.onboarding.demo.change import paging_cause, propose, write
from reliability.onboarding.demo.excerpt import rule_lines, tree_lines
from reliability.onboarding.demo.words import changed_lines, mentions_table
from reliability.pipeline import load_repository
from reliability.resource import Resource, ResourceId
from reliability.timespan import TimeSpan
from tests.cli.copied import copied

TODAY: Final = date(2026, 11, 25)
MONDAY: Final = datetime(2026, 11, 2, tzinfo=UTC)
FAILED, TOTAL, EPISODES = 3350, 4454103, 1963
"""Of the synthetic history of payroll-batch-items over 90 days, of which one episode is long."""
LOOSER: Final = "services/attendance/slo.yaml"
POLICY: Final = "services/attendance/alert-policy.yaml"


def hours(start: float, end: float) -> TimeSpan:
    return TimeSpan(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end))


@pytest.mark.parametrize(
    ("firing", "incidents", "expected"),
    [
        ([], [], (0.0, 0.0, 0, 0)),
        ([], [(0, 1)], (0.0, 0.0, 0, 1)),
        ([(0, 1)], [], (0.5, 0.0, 0, 0)),
        ([(0, 1), (2, 3), (5, 6), (9, 10)], [(0.5, 2.5), (20, 21)], (2.0, 0.5, 1, 2)),
        ([(0, 1), (2, 3)], [(0, 1), (0.5, 2.5), (1, 2)], (1.0, 1.0, 2, 3)),
    ],
)
def test_mentions_are_counted_by_week_and_by_incident(
    firing: list[tuple[float, float]],
    incidents: list[tuple[float, float]],
    expected: tuple[float, float, int, int],
) -> None:
    span = TimeSpan(MONDAY, MONDAY + timedelta(weeks=2))
    counted = Mentions.of([hours(*one) for one in firing], [hours(*one) for one in incidents], span)
    per_week, about, detected, of = expected
    assert counted == Mentions(
        per_week=per_week, about_incidents=about, detected=detected, incidents=of
    )


def test_both_replays_are_in_a_table() -> None:
    def mentions(per_week: float, tickets: int) -> Mentions:
        return Mentions(
            per_week=per_week, about_incidents=0.126, detected=3, incidents=4, as_tickets=tickets
        )

    lines = list(mentions_table(mentions(10, 0), mentions(9.96, 1), "a"))
    assert [re.sub("  +", " | ", line) for line in lines] == [
        " | mentions a week | during an incident | incidents of a detected",
        " | an alert on every error | 10 | 13% | 3 of 4",
        " | this repository's policy | 10.0 | 13% | 3 of 4, 1 more by a ticket",
    ]
    starts = ("incidents of", "3 of", "3 of")
    columns = [line.index(start) for line, start in zip(lines, starts, strict=True)]
    assert columns == [67, 67, 67]


def test_an_alert_on_every_error_is_replayed_over_the_span_of_the_policy(tmp_path: Path) -> None:
    root = copied(tmp_path)
    catalog = load_repository(root).catalog
    replayed = per_error_alert(catalog, root, TODAY, "payroll-batch-items")
    assert replayed.span == TimeSpan.before(TODAY, timedelta(days=90))
    assert (replayed.failed, replayed.total) == (FAILED, TOTAL)
    assert replayed.failing == FAILED / TOTAL
    mentions = replayed.mentions
    assert (mentions.detected, mentions.incidents, mentions.as_tickets) == (1, 1, 0)
    assert mentions.per_week == pytest.approx(EPISODES / (90 / 7))
    assert mentions.about_incidents == pytest.approx(1 / EPISODES)


def test_without_the_slo_or_its_history_there_is_no_replay(tmp_path: Path) -> None:
    root = copied(tmp_path)
    with pytest.raises(DemoError, match=r"^the repository declares no nothing$"):
        per_error_alert(load_repository(root).catalog, root, TODAY, "nothing")
    history = root / "policies/history.yaml"
    text = history.read_text()
    start, end = text.index("  source:\n"), text.index("  # source:")
    history.write_text(f"{text[:start]}  source: {{type: store}}\n{text[end:]}")
    with pytest.raises(DemoError, match=r"^exports-csv has no history: "):
        per_error_alert(load_repository(root).catalog, root, TODAY, "exports-csv")


def test_changes_are_written_shown_and_undone(tmp_path: Path) -> None:
    root = copied(tmp_path)
    before = {path: (root / path).read_bytes() for path in (LOOSER, POLICY)}
    catalog = load_repository(root).catalog
    changes = (*propose(catalog), *paging_cause(catalog))
    assert [(str(change.path), change.before, change.after) for change in changes] == [
        (LOOSER, "0.999", "0.995"),
        (POLICY, "alert", "ticket"),
        (POLICY, "ticket", "alert"),
    ]
    write(root, changes)
    assert list(changed_lines(changes, root)) == [
        f"{LOOSER}:28",
        "-      target: 0.999                 # 1 - target is the error budget",
        "+      target: 0.995                 # 1 - target is the error budget",
        f"{POLICY}:15",
        "-      tiers: {fast: alert, slow: ticket}",
        "+      tiers: {fast: ticket, slow: ticket}",
        f"{POLICY}:20",
        "-      tier: ticket",
        "+      tier: alert",
    ]
    write(root, tuple(change.undone for change in changes))
    assert {path: (root / path).read_bytes() for path in before} == before


def test_a_signal_that_is_no_cause_stays(tmp_path: Path) -> None:
    root = copied(tmp_path)
    text = (root / POLICY).read_text()
    first, _, second = text.partition("    - name: AttendanceDatabaseConnectionsFull\n")
    start, _, cause = first.partition("    - name: AttendanceQueueBacklog\n")
    saturation, _, log = second.partition("    - name: AttendanceErrorLogged\n")
    names = ("AttendanceDatabaseConnectionsFull", "AttendanceQueueBacklog", "AttendanceErrorLogged")
    texts = zip(names, (saturation, cause, log), strict=True)
    (root / POLICY).write_text(
        start + "".join(f"    - name: {name}\n{part}" for name, part in texts)
    )
    catalog = load_repository(root).catalog
    [change] = paging_cause(catalog)
    assert (change.before, change.after) == ("ticket", "alert")
    assert change.at.span.line == 27


def test_another_repository_has_nothing_to_change(tmp_path: Path) -> None:
    empty = Catalog.of([])
    with pytest.raises(DemoError, match=r"^the repository declares no attendance-clock-in$"):
        propose(empty)
    with pytest.raises(DemoError, match=r"^the repository has no alert policy of attendance$"):
        paging_cause(empty)
    root = copied(tmp_path)
    (root / POLICY).unlink()
    with pytest.raises(DemoError, match=r"^the repository declares no attendance-clock-in$"):
        propose(load_repository(root).catalog)


RULES: Final = """\
groups:
  - name: a
    rules:
      - record: x
        expr: y

      - alert: ErrorBudgetBurn
        expr: a{slo="one"} > 1
        labels:
          slo: one
        annotations:
          summary: s
      - alert: ErrorBudgetBurn
        expr: a{slo="two"}

          > b{x="y"}
        labels:
          slo: two
  - name: b
    rules: []
"""


def test_the_first_alert_of_an_slo_is_excerpted() -> None:
    assert list(rule_lines(RULES, "one")) == [
        "- alert: ErrorBudgetBurn",
        "  expr: a{...} > 1",
        "  labels:",
        "    slo: one",
        "  annotations: ...    # user impact, failures, error budget, runbook",
    ]
    assert list(rule_lines(RULES, "two")) == [
        "- alert: ErrorBudgetBurn",
        "  expr: a{...}",
        "",
        "    > b{...}",
        "  labels:",
        "    slo: two",
    ]
    with pytest.raises(DemoError, match=r"^no alert of three was built$"):
        list(rule_lines(RULES, "three"))


def test_a_routing_tree_has_a_line_for_each_node() -> None:
    config: dict[str, Any] = {
        "route": {
            "receiver": "none",
            "routes": [
                {"receiver": "chat", "matchers": ['team="a"', 'tier=~"x|y"']},
                {
                    "receiver": "none",
                    "matchers": ['team="b"'],
                    "routes": [
                        {"receiver": "both", "matchers": ['tier="alert"']},
                        {"receiver": "none", "matchers": ['tier="ticket"']},
                    ],
                },
            ],
        },
        "receivers": [
            {"name": "none"},
            {"name": "chat", "slack_configs": [{"channel": "#a"}, {"channel": "#a"}]},
            {
                "name": "both",
                "slack_configs": [{"channel": "#b", "pretext": "see <!here> and <@U1>"}],
                "pagerduty_configs": [{"routing_key": "k"}],
            },
        ],
    }
    resource = Resource(ResourceId("alertmanager", "config", "main"), config)
    assert list(tree_lines(resource, "a")) == [
        'team="a", tier=~"x|y"   #a',
        "no matching route       no one",
    ]
    assert list(tree_lines(resource, "b")) == [
        'team="b"',
        '  tier="alert"          #b with <!here> and pagerduty',
        '  tier="ticket"         no one',
        "no matching route       no one",
    ]


def test_a_long_condition_keeps_a_space_before_its_recipient() -> None:
    matchers = ['team="a-team-with-a-long-name"']
    config: dict[str, Any] = {
        "route": {"receiver": "a", "routes": [{"receiver": "a", "matchers": matchers}]},
        "receivers": [{"name": "a", "webhook_configs": [{"url": "http://a"}]}],
    }
    resource = Resource(ResourceId("alertmanager", "config", "main"), config)
    assert list(tree_lines(resource, "a-team-with-a-long-name")) == [
        'team="a-team-with-a-long-name" webhook',
        "no matching route       webhook",
    ]
