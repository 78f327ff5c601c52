"""A backtest of rule files as a whole, from samples in memory: its report and its order.

`pytest tests/backtest/rule_files/test_whole.py --update-golden` rewrites the golden file.
"""

from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest

from reliability.backtest.effects import EffectMapping
from reliability.backtest.report import text
from reliability.backtest.rule_files.backtest import RuleBacktestInputs, rule_files_backtest
from reliability.backtest.rule_files.comparing import compare
from reliability.backtest.rule_files.counting import RuleRoutes
from reliability.backtest.rule_files.incidents import RecordedIncident
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import RuleReplayer
from reliability.backtest.rule_files.report.sections import rules_report
from reliability.backtest.rule_files.repository import routes
from reliability.backtest.rule_files.result import RuleBacktest
from reliability.finding import Problem
from reliability.progress import reporting
from reliability.promql.evaluate.semantics import Semantics
from reliability.timespan import TimeSpan
from tests.backtest.rule_files.test_replaying import MINUTE, RECORDED, SPAN, START, Memory, X
from tests.cli.test_progress import Heard
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/whole.txt"
BEFORE: Final = """\
groups:
  - name: g
    rules:
      - {record: "r:x", expr: max by (queue) (x)}
      - {alert: Same, expr: x > 50, labels: {severity: page}}
      - {alert: Later, expr: x > 50, labels: {severity: page}}
      - {alert: Softer, expr: x > 50, labels: {severity: page}}
      - {alert: Higher, expr: x > 50, labels: {severity: ticket}}
      - {alert: Recorded, expr: "r:x > 50", labels: {severity: page}}
      - {alert: Gone, expr: x > 50, labels: {severity: mail}}
"""
AFTER: Final = """\
groups:
  - name: g
    rules:
      - {record: "r:x", expr: max by (queue) (2 * x)}
      - {alert: Same, expr: x > 50, labels: {severity: page}}
      - {alert: Later, expr: x > 50, for: 15m, labels: {severity: page}}
      - {alert: Softer, expr: x > 50, labels: {severity: ticket}}
      - {alert: Higher, expr: x > 90, labels: {severity: ticket}}
      - {alert: Recorded, expr: "r:x > 50", labels: {severity: page}}
      - {alert: New, expr: y > 50, labels: {severity: page}}
      - {alert: AlsoNew, expr: x > 50, labels: {severity: info}}
"""
ROUTES: Final = """\
route:
  receiver: mails
  group_by: [alertname]
  routes:
    - {matchers: [severity="page"], receiver: pager}
    - {matchers: [severity="ticket"], receiver: queue}
    - {matchers: [severity="info"], receiver: nobody}
receivers:
  - {name: mails, email_configs: [{to: a@example.com}]}
  - {name: pager, pagerduty_configs: [{routing_key: k}]}
  - {name: queue, jira_configs: [{project: p, issue_type: t}]}
  - {name: nobody}
"""


def rules(written: str) -> RuleSet:
    return RuleSet.of([(PurePosixPath("a.yml"), written.encode())])


def routed(written: str = ROUTES, **mapped: str) -> RuleRoutes:
    mapping = EffectMapping.of([("page", matchers) for matchers in mapped.values()])
    return routes(Path("am.yml"), written.encode(), mapping)


def incident(name: str, first: int, last: int, **labels: str) -> RecordedIncident:
    span = TimeSpan(START + first * MINUTE, START + last * MINUTE)
    return RecordedIncident(name=name, span=span, labels=labels)


DAY: Final = TimeSpan(SPAN.end - timedelta(days=1), SPAN.end)
INCIDENTS: Final = (
    incident("during the second burst", 200, 205, queue="mail"),
    incident("during the third burst", 300, 330, queue="mail"),
    incident("of another queue", 300, 330, queue="chat"),
    incident("of anything", 200, 205),
    incident("in between", 260, 270),
    incident("before the samples", 0, 60),
    incident("before the span", -2000, -1900),
)


def whole(
    old: str | None = BEFORE,
    new: str = AFTER,
    sides: tuple[RuleRoutes, RuleRoutes] | None = None,
    **more: Any,
) -> RuleBacktest:
    inputs = RuleBacktestInputs(
        comparison=compare(rules(old) if old is not None else None, rules(new)),
        routes=sides or (routed(), routed()),
        routes_from="am.yml",
        span=more.pop("span", DAY),
        base="" if old is None else "0123456789",
        incidents=more.pop("incidents", None),
        **more,
    )
    replayer = RuleReplayer(reader=Memory([X, RECORDED]), span=SPAN, how=Semantics())
    return rule_files_backtest(inputs, replayer)


def test_whole_reports(golden: Golden) -> None:
    [problem] = rules("groups: [{name: g, rules: [{alert: A}]}]\n").problems
    chat = ROUTES.replace('severity="ticket"', 'severity=~"ticket|chat"')
    results = {
        "a change": whole(incidents=INCIDENTS, problems=(Problem(problem.at, problem.message),)),
        "without a base": whole(None, incidents=INCIDENTS[:2], notes=("a note",)),
        "the same": whole(BEFORE, BEFORE, incidents=()),
        "the same, every alert": whole(BEFORE, BEFORE, every_alert=True),
        "other routes": whole(
            BEFORE, BEFORE, (routed(), routed(ROUTES.replace("receiver: queue", "receiver: mails")))
        ),
        "other routes of what does not fire": whole(BEFORE, BEFORE, (routed(), routed(chat))),
        "a mapping": whole(
            BEFORE, BEFORE, (routed(), routed(mapped='severity="ticket"')), every_alert=True
        ),
        "a longer span": whole(span=SPAN.extended(timedelta(days=2))),
    }
    parts = [f"=== {name}\n{text.text(rules_report(result))}\n" for name, result in results.items()]
    golden.check(GOLDEN, "\n".join(parts))


def test_what_changes_most_is_replayed_first_until_the_time_is_up() -> None:
    times = iter([True] * 3 + [False] * 4)
    heard = Heard()
    with reporting(heard):
        result = whole(should_continue=lambda: next(times))
    assert [*heard.activities] == ["replaying alerts"]
    names = [row.change.newest.rule.name for row in result.rows]
    assert names == ["New", "AlsoNew", "Gone", "Higher", "Recorded", "Later", "Softer"]
    assert (result.skipped, result.rules) == (4, (4, 2, 1, 1))
    assert [row.unknown for row in result.rows[2:]] == [
        "",
        *(["the time of --budget was used up"] * 4),
    ]
    assert whole().skipped == 0


WATCHED: Final = """\
groups:
  - name: g
    rules:
      - {alert: Slow, expr: x > 50, labels: {severity: page}}
      - {alert: Switch, expr: vector(1), labels: {severity: none}}
      - {alert: Apart, expr: x > 50, labels: {severity: page}}
"""
INHIBITED: Final = f"""{ROUTES}
inhibit_rules:
  - {{source_matchers: [alertname="Switch"], target_matchers: [alertname="Slow"]}}
"""


@pytest.mark.parametrize(
    ("written", "sent", "simulated"),
    [
        (ROUTES, "pages 2 -> 0", 0),
        (INHIBITED, "pages 0 -> 0", 1),
        (ROUTES.replace("alertname", "severity"), "pages 2 -> 0", 1),
    ],
    ids=["alone", "inhibited", "in a group with another"],
)
def test_unchanged_alerts_that_inhibit_or_share_a_group_are_simulated_too(
    written: str, sent: str, simulated: int
) -> None:
    sides = (routed(written), routed(written))
    result = whole(WATCHED, WATCHED.replace("x > 50", "x > 90", 1), sides)
    assert (result.related, len(result.rows)) == (simulated, 1)
    assert f"1 changed alert: {sent} " in text.text(rules_report(result))


def test_verdicts_are_given_for_incidents_of_the_span() -> None:
    result = whole(incidents=INCIDENTS)
    sides = [(one.event.name, one.old.by, one.new.by) for one in result.verdicts]
    assert sides == [
        ("during the second burst", "Recorded", "Recorded"),
        ("during the third burst", "Recorded", "Recorded"),
        ("of another queue", "", ""),
        ("of anything", "Recorded", "Recorded"),
        ("in between", "", ""),
        ("before the samples", "", ""),
    ]
    assert [verdict.known for verdict in result.verdicts] == [*[True] * 5, False]
    is_matched = [verdict.event.is_matched for verdict in result.verdicts]
    assert is_matched == [True, True, True, False, False, False]
    assert (whole().has_incidents, whole(incidents=()).has_incidents) == (False, True)
