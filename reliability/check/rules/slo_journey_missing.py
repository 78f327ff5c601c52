"""A promise that nobody asked for.

## What it does

Finds SLOs without `reliability/journey`, or with a placeholder in it.

## Why it matters

An SLO is about something that a user does. Where nobody can say what, the numbers come from what
was easy to measure, and meeting them makes nobody happy.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:  # <- slo-journey-missing
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/reviewed: "2026-11-20"
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in at the start of the day"
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/reviewed: "2026-11-20"
```

## Source

The talk: ask the team which features matter, then SLI, then SLO; The Site Reliability Workbook,
chapter 2 (critical user journeys).
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import is_placeholder
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo

KEY = "reliability/journey"


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_journey_missing(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Ask for the journey."""
    if is_placeholder(slo.value.review.journey):
        message = f"{slo.value.metadata.name} names no journey, so nobody knows who needs it"
        help_text = f'write {KEY}: "what a user does, in a sentence"'
        yield Problem(slo.at("metadata", "annotations", KEY), message, help_text)
