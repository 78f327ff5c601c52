"""An SLO that promises nothing.

## What it does

Finds SLOs without an objective: `objectives` is left out or empty.

## Why it matters

The document is valid and is read as a promise by whoever sees it in a list. Nothing is measured,
and no alert is made.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: []  # <- slo-without-objective
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{target: 0.995}]
```

## Source

OpenSLO v1: `objectives` is a list, and the reference validator lets it be empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.model.openslo.slo import Slo


@rule(on=Slo, severity=Severity.WARNING, since="0.2", alone=True)
def slo_without_objective(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Count the objectives."""
    if not slo.value.spec.objectives:
        at = slo.at("spec", "objectives", part=EntryPart.KEY)
        message = "the SLO has no objective, so it promises nothing"
        yield Problem(at, message, "write one: {target: 0.99}")
