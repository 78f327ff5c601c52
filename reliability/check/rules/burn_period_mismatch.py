"""A window set that is used for another period than its own.

## What it does

Compares the period of an SLO with that of the window set that its alert policy names, or of the
policy's default where it names none.

## Why it matters

A share of the budget belongs to a period. Google's set for 30 days on a window of 7 days fires
while healthy, and on 90 days it cannot fire below 97.69 %.

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
from reliability.model.slo_policy import BurnRateWindows
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.ERROR, since="0.1")
def burn_period_mismatch(context: Context) -> Iterator[Problem]:
    """Compare the period of each entry's window set with its SLO's."""
    for each in mismatches(context):
        yield _problem(each, context)


def _problem(each: Mismatch, context: Context) -> Problem:
    period, name = each.slo.value.period, each.windows.value.metadata.name
    message = (
        f"window set {name} is for {duration_text(each.windows.value.spec.period)}, "
        f"and the window of {each.entry.slo} is {duration_text(period)}"
    )
    fitting = [
        windows.value.metadata.name
        for windows in context.catalog.each(BurnRateWindows)
        if windows.value.spec.period == period
    ]
    help_text = f"write windows: {fitting[0]}" if fitting else "write a window set for this period"
    at = each.policy.at("spec", "objectives", each.index, "windows")
    window = Label(each.slo.at("spec", "timeWindow", 0, "duration"), "the window of the SLO")
    return Problem(at, message, help_text, (window,))
