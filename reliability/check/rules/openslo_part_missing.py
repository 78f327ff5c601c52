"""An SLO or an objective without a part that it needs.

## What it does

Finds SLOs without objectives, and objectives with neither `indicator` nor `indicatorRef` if other
objectives of the same SLO have one.

## Why it matters

The document is valid and appears in lists, as if something were measured. Without an objective
nothing is measured and no alert is compiled. A composite SLO itself has no indicator, so an
objective without one measures nothing.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: []  # <- openslo-part-missing
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{target: 0.995}]
```

## Source

OpenSLO v1: `objectives` is a list, and the reference validator accepts an empty one. It checks the
objectives of composite SLOs one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo


@rule(on=Slo, severity=Severity.WARNING, since="0.1", alone=True)
def openslo_part_missing(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Check that there are objectives, and that each objective of a composite SLO has an SLI."""
    objectives = slo.value.spec.objectives
    if not objectives:
        at = slo.at("spec", "objectives", part=EntryPart.KEY)
        message = Message("the SLO has no objective, so nothing is measured")
        help_text = Message("add one, such as {example}", example="{target: 0.99}")
        yield Problem(at, message, help_text, subject="objectives")

    for index, objective in enumerate(objectives if slo.value.is_composite else ()):
        if not objective.indicator and not objective.indicator_ref:
            at = slo.at("spec", "objectives", index)
            message = Message("the objective has no SLI, and other objectives of the SLO have one")
            help_text = Message("add an indicatorRef, or remove the objective")
            yield Problem(at, message, help_text, subject="indicatorRef")
