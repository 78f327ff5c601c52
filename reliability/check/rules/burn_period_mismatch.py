"""A window set used with a different SLO period.

## What it does

Compares the period of an SLO with the period of the window set that its alert policy names. If the
alert policy names none, the default set of the SloPolicy counts.

## Why it matters

A share of the error budget belongs to a period. Google's set for 30 days fires on a healthy
service if the SLO period is 7 days. With a period of 90 days it cannot fire for targets below
97.69 %.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow: [{duration: 7d, isRolling: true}]
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      windows: google-30d  # <- burn-period-mismatch
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow: [{duration: 30d, isRolling: true}]
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      windows: google-30d
      runbook: docs/runbooks/clock-in.md
```

## Source

The Site Reliability Workbook, chapter 5: factor = share x period / long window.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.burn import Mismatch, mismatches
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message
from reliability.model.slo_policy import BurnRateWindows
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.ERROR, since="0.1")
def burn_period_mismatch(context: Context) -> Iterator[Problem]:
    """Compare the period of each entry's window set with the period of its SLO."""
    for mismatch in mismatches(context):
        yield _problem(mismatch, context)


def _problem(mismatch: Mismatch, context: Context) -> Problem:
    period, windows = mismatch.slo.value.period, mismatch.windows.value
    message = Message(
        "window set {windows} is made for {expected}, and the period of {slo} is {period}",
        windows=windows.metadata.name,
        expected=duration_text(windows.spec.period),
        slo=mismatch.entry.slo,
        period=duration_text(period),
    )

    fitting = [
        candidate.value.metadata.name
        for candidate in context.catalog.documents(BurnRateWindows)
        if candidate.value.spec.period == period
    ]
    help_text = (
        Message("write windows: {windows}", windows=fitting[0])
        if fitting
        else Message("add a window set for this period")
    )
    at = mismatch.policy.at("spec", "objectives", mismatch.index, "windows")
    duration = mismatch.slo.at("spec", "timeWindow", 0, "duration")
    return Problem(
        at, message, help_text, related=(Label(duration, Message("the period of the SLO")),)
    )
