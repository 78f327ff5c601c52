"""A correction that ended more than one SLO period ago.

## What it does

Finds corrections that ended more than one SLO period before today. If a correction covers several
SLOs, the longest period counts. A recurring correction ends with its last occurrence.

## Why it matters

The corrected time has left every window, so the correction no longer has an effect. It still adds
a condition to every rule of the SLO.

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

docs/guides/corrections.md describes how corrections are compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.corrections import Correction, Corrections


@rule(on=Corrections, severity=Severity.WARNING, since="0.1", by_date=True)
def correction_outdated(located: Located[Corrections], context: Context) -> Iterator[Problem]:
    """Compare the end of each correction with today."""
    service = located.value.spec.service
    for index, correction in enumerate(located.value.spec.corrections):
        period = _longest_period(service, correction, context)
        age = context.today - correction.last_end.astimezone(UTC).date()
        if period is not None and age > period:
            message = Message(
                "the correction ended {age} days ago, longer than the SLO period of {period} days",
                age=age.days,
                period=period.days,
            )
            at = located.at("spec", "corrections", index, "end")
            yield Problem(at, message, Message("remove the correction"))


def _longest_period(service: str, correction: Correction, context: Context) -> timedelta | None:
    """Return the longest period of the SLOs that a correction covers; None without one."""
    of_service = context.slo_names.get(service, frozenset())
    names = of_service if correction.slos is None else frozenset(correction.slos)
    slos = (context.slos.get((service, name)) for name in names)
    return max((slo.value.period for slo in slos if slo is not None), default=None)
