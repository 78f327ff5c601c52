"""A new correction that begins in the past.

## What it does

Compares corrections with the merge base (`check --base`) and finds those that are new, or have
another beginning or end, and begin before today.

## Why it matters

Prometheus does not write again what it has recorded. Such a correction holds from the moment on
that its rules are loaded; what failed before stays in the budget until the period has passed.

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

Recording rules are evaluated once; how corrections are compiled is in docs/guides/corrections.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.model.corrections import Correction, Corrections

Span = tuple[str, datetime, datetime]


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="base")
def correction_retroactive(context: Context) -> Iterator[Problem]:
    """Compare the beginning of each new correction with today."""
    if context.base is None:
        return
    known = set(_spans(context.base))
    for located in context.catalog.each(Corrections):
        service = located.value.spec.service
        for index, each in enumerate(located.value.spec.corrections):
            new = (service, each.start, each.end) not in known
            if new and each.start.astimezone(UTC).date() < context.today:
                at = located.at("spec", "corrections", index, "start")
                yield Problem(at, *_said(each, context))


def _spans(catalog: Catalog) -> Iterator[Span]:
    for located in catalog.each(Corrections):
        for each in located.value.spec.corrections:
            yield located.value.spec.service, each.start, each.end


def _said(each: Correction, context: Context) -> tuple[str, str]:
    end = each.end.astimezone(UTC).date()
    if end < context.today:
        message = f"it ended on {end}, and what is recorded stays: it changes nothing"
        return message, "take it out; say in the review why the budget is lower than it might be"
    start = each.start.astimezone(UTC).date()
    message = f"it began on {start}, and holds from when its rules are loaded; the past is recorded"
    return message, "write corrections before they begin, and sync them"
