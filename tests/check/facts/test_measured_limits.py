"""Measured rules without events, without data, and over less than one shift."""

from typing import Any

import pytest

from tests.check.changes.test_changes import POLICY, SLO, edited
from tests.check.facts.test_measured import (
    FOUR,
    fired,
    in_one_shift,
    incident,
    measured,
    said,
    with_option,
)


@pytest.mark.parametrize(
    "measurement", [{"events": None}, {"events": 10, "coverage": 0.0}, {"events": 0}]
)
def test_an_objective_without_events_or_data_has_no_traffic_to_judge(
    measurement: dict[str, Any],
) -> None:
    rules = [rule for rule, _ in said(measured(objectives=[measurement]))]
    assert rules == (["slo-low-traffic"] if measurement == {"events": 0} else [])


@pytest.mark.parametrize(("pages", "shifts"), [(2, []), (3, ["page-budget-exceeded"])])
def test_less_than_one_shift_counts_as_one(pages: int, shifts: list[str]) -> None:
    span = {"start": "2026-11-02T00:00:00Z", "end": "2026-11-02T06:00:00Z", "days": 1}
    episodes = [(float(number), 5.0) for number in range(pages)]
    found = said(measured(span=span, slos=[fired(*episodes, per_week=0.1)]))
    messages = [message for _, message in found if "shift" in message]
    assert [rule for rule, message in found if message in messages] == shifts
    assert all(" in 1 of 1 shifts of " in message for message in messages)


@pytest.mark.parametrize(("count", "is_flapping"), [(11, False), (10, False), (9, True)])
def test_as_many_short_episodes_as_allowed_are_not_flapping(count: int, is_flapping: bool) -> None:
    """Three of ten are 30 %, which is the limit."""
    lengths = [9.0] * 3 + [30.0] * (count - 3)
    episodes = [(24.0 * number, length) for number, length in enumerate(lengths)]
    found = said(measured(slos=[fired(*episodes)], incidents=[incident((0, 60000))]))
    assert ("alert-flapping" in [rule for rule, _ in found]) is is_flapping


def test_shifts_of_a_week_start_on_thursdays() -> None:
    """Shifts are counted from 1970-01-01, which was a Thursday."""
    files = with_option("page-budget-exceeded", "{shift: 7d}")
    assert said(measured(files, **in_one_shift(3))) == [
        (
            "page-budget-exceeded",
            "workforce would get more than 2 pages in 1 of 4 shifts of 7d; the worst shift, on "
            "2026-10-29, has 3",
        )
    ]


@pytest.mark.parametrize(("limit", "is_low"), [("50%", False), ("51%", True)])
def test_a_precision_at_the_limit_is_enough(limit: str, is_low: bool) -> None:
    files = with_option("alert-precision-low", f"{{minPrecision: {limit}}}")
    found = said(measured(files, slos=FOUR, incidents=[incident((0, 20)), incident((24, 20))]))
    assert ("alert-precision-low" in [rule for rule, _ in found]) is is_low


OPENSLO = """
  alertPolicies:
    - kind: AlertPolicy
      metadata:
        name: loud
        annotations: {reliability/tier: alert, reliability/runbook: docs/runbooks/clock-in.md}
      spec:
        conditions:
          - kind: AlertCondition
            metadata: {name: fast}
            spec:
              severity: page
              condition: {kind: burnrate, op: gte, threshold: 10, lookbackWindow: 1h}
        notificationTargets:
          - {kind: AlertNotificationTarget, metadata: {name: team}, spec: {target: slack}}
"""


def test_alerts_without_an_entry_in_an_alert_policy_are_not_judged() -> None:
    """There is no entry at which a finding could be fixed."""
    entry = "\n    - slo: attendance-clock-in\n      runbook: docs/runbooks/clock-in.md"
    files = edited(POLICY, ("objectives:" + entry, "objectives: []"))
    files = edited(SLO, ("\n  objectives:", OPENSLO + "  objectives:"), files=files)
    pages = [fired(*((24.0 * day, 5.0) for day in range(6)))]
    found = said(measured(files, slos=pages, objectives=[{"events": 10}]))
    assert [rule for rule, _ in found] == []
