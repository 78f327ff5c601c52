"""An SLO or an objective without a part that it needs.

## What it does

Finds SLOs without an objective, and objectives without `indicator` and `indicatorRef` if other
objectives of the same SLO have one.

## Why it matters

The document is valid, and whoever sees it in a list believes that something is measured. Without an
objective nothing is, and no alert is made. In a composite SLO the SLO itself must not have an
indicator, so an objective without one measures nothing.

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

OpenSLO v1: `objectives` is a list, and the reference validator lets it be empty; of composite SLOs
it looks at the objectives one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.model.openslo.slo import Slo


@rule(on=Slo, severity=Severity.WARNING, since="0.2", alone=True)
def openslo_part_missing(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Look for objectives, and for the SLI of each if the SLO is a composite."""
    objectives = slo.value.spec.objectives
    if not objectives:
        at = slo.at("spec", "objectives", part=EntryPart.KEY)
        message = "the SLO has no objective, so nothing is measured"
        yield Problem(at, message, "write one: {target: 0.99}", subject="objectives")

    for index, objective in enumerate(objectives if slo.value.is_composite else ()):
        if not objective.indicator and not objective.indicator_ref:
            at = slo.at("spec", "objectives", index)
            message = "the objective has no SLI, and others of this SLO have their own"
            help_text = "give it an indicatorRef, or remove it"
            yield Problem(at, message, help_text, subject="indicatorRef")
