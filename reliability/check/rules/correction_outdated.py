"""A correction that is over for longer than a period.

## What it does

Finds corrections whose end lies more than one period before today; of several SLOs the longest
period counts.

## Why it matters

What was recorded then has left every sum, so the correction does nothing any more, and stays in
every rule of the SLO.

## Example

```yaml bad
# services/attendance/corrections.yaml
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - start: 2026-09-12T20:00:00Z
      end: 2026-09-12T23:00:00Z  # <- correction-outdated
      reason: The database moved
      approver: "@lead-workforce"
```

```yaml good
# services/attendance/corrections.yaml
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - start: 2026-12-12T20:00:00Z
      end: 2026-12-12T23:00:00Z
      reason: The database moves
      approver: "@lead-workforce"
```

## Source

How corrections are compiled is in docs/guides/corrections.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import days_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.corrections import Correction, Corrections


@rule(on=Corrections, severity=Severity.WARNING, since="0.2", by_date=True)
def correction_outdated(located: Located[Corrections], context: Context) -> Iterator[Problem]:
    """Compare the end of each correction with today."""
    service = located.value.spec.service
    for index, each in enumerate(located.value.spec.corrections):
        period = _longest(service, each, context)
        over = context.today - each.end.astimezone(UTC).date()
        if period is not None and over > period:
            message = (
                f"it ended {days_text(over.days)} ago, and the period is {days_text(period.days)}"
            )
            at = located.at("spec", "corrections", index, "end")
            yield Problem(at, message, "take the correction out")


def _longest(service: str, correction: Correction, context: Context) -> timedelta | None:
    """The longest period of the SLOs that a correction is about; None if none is there."""
    of_service = context.slo_names.get(service, frozenset())
    names = of_service if correction.slos is None else frozenset(correction.slos)
    found = (context.slos.get((service, name)) for name in names)
    return max((slo.value.period for slo in found if slo is not None), default=None)
