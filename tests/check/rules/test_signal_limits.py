"""Signals at the limit of a rule: how long an absence lasts, and the names of derived alerts."""

import pytest

from tests.check.examples import laid_over
from tests.check.repository import checked

SIGNAL = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: {name}
      {alert}kind: symptom
      tier: {tier}
      slo: attendance-clock-in
      expr: {expr}
      for: {wait}
      runbook: docs/runbooks/clock-in.md
"""


def said(
    rule: str,
    name: str = "Down",
    alert: str = "",
    expr: str = "absent(up)",
    wait: str = "5m",
    tier: str = "alert",
) -> list[tuple[int, str]]:
    alert = f"alertName: {alert}\n      " if alert else ""
    files = laid_over(SIGNAL.format(name=name, alert=alert, expr=expr, wait=wait, tier=tier))
    return [
        (finding.problem.at.span.line, finding.problem.message)
        for finding in checked(files)
        if finding.rule == rule
    ]


@pytest.mark.parametrize(
    ("expr", "wait", "tier", "found"),
    [
        ("absent(up)", "0s", "alert", True),
        ("absent(up)", "59s", "ticket", True),
        ("absent(up)", "1m", "alert", False),
        ("absent(up)", "0s", "log", False),
        ("up == 0", "0s", "alert", False),
    ],
)
def test_an_absence_lasts_at_least_two_scrapes(
    expr: str, wait: str, tier: str, found: bool
) -> None:
    message = (
        f"absent(up) with a `for` of {wait} may fire when service discovery has no such target for "
        "a moment"
    )
    messages = said("absence-without-for", expr=expr, wait=wait, tier=tier)
    assert messages == ([(8, message)] if found else [])


@pytest.mark.parametrize("derived", ["ErrorBudgetBurn", "SLINoData"])
def test_derived_alerts_keep_their_names(derived: str) -> None:
    message = f"{derived} is the name of alerts generated from SLOs"
    assert said("name-duplicate", name=derived) == [(4, message)]
    assert said("name-duplicate", alert=derived) == [(5, message)]
    assert said("name-duplicate", name=derived, alert=derived) == [(4, message)]
    assert said("name-duplicate", alert="Other") == []
