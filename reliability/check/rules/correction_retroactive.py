"""A new correction that starts in the past.

## What it does

Compares corrections with the merge base (`check --base`) and finds new corrections, and
corrections with a changed start or end, that start before today.

## Why it matters

Prometheus does not re-evaluate recording rules for the past. A correction takes effect only when
its rules are loaded. Failures before that count against the error budget until the SLO period has
passed.

## Example

```yaml base
# services/attendance/corrections.yaml
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec: {service: attendance}
```

```yaml bad
# services/attendance/corrections.yaml
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - start: 2026-11-23T20:00:00Z  # <- correction-retroactive, slo-loosened
      end: 2026-11-27T23:00:00Z
      reason: The database moves
      approver: "@lead-workforce"
```

```yaml good
# services/attendance/corrections.yaml
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec: {service: attendance}
```

## Source

Prometheus evaluates recording rules once; docs/guides/corrections.md describes how corrections are
compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.message import Message
from reliability.model.corrections import Correction, Corrections

Span = tuple[str, datetime, datetime, str | None]


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="base")
def correction_retroactive(context: Context) -> Iterator[Problem]:
    """Compare the start of each new correction with today."""
    if context.base is None:
        return
    known = set(_spans(context.base))
    for located in context.catalog.documents(Corrections):
        service = located.value.spec.service
        for index, correction in enumerate(located.value.spec.corrections):
            is_new = _span(service, correction) not in known
            if is_new and correction.start.astimezone(UTC).date() < context.today:
                at = located.at("spec", "corrections", index, "start")
                yield Problem(at, *_advice(correction, context))


def _spans(catalog: Catalog) -> Iterator[Span]:
    for located in catalog.documents(Corrections):
        for correction in located.value.spec.corrections:
            yield _span(located.value.spec.service, correction)


def _span(service: str, correction: Correction) -> Span:
    return service, correction.start, correction.end, correction.rrule


def _advice(correction: Correction, context: Context) -> tuple[Message, Message]:
    """Return the message and its help."""
    end = correction.last_end.astimezone(UTC).date()
    if end < context.today:
        message = Message(
            "the correction ended on {end}; recorded samples do not change, so it has no effect",
            end=end,
        )
        return message, Message("remove it, and explain the lower budget in the SLO review")

    message = Message(
        "the correction starts on {start}, but takes effect only when its rules are loaded",
        start=correction.start.astimezone(UTC).date(),
    )
    return message, Message("add corrections before they start, and sync them")
