"""An SLO without a user journey.

## What it does

Finds SLOs without `reliability/journey`, or with a placeholder as its value.

## Why it matters

An SLO is about something that a user does. If nobody can name it, the target is based on what was
easy to measure, and meeting it does not make users happy.

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

The Site Reliability Workbook, chapter 2 (critical user journeys). VTRyo's talk at SRE NEXT 2022:
ask the team which features matter, then choose the SLI, then the SLO.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import is_placeholder
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo

KEY = "reliability/journey"


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_journey_missing(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Find SLOs that do not name their journey."""
    if is_placeholder(slo.value.review.journey):
        message = Message("{slo} names no user journey", slo=slo.value.metadata.name)
        help_text = Message('add {key}: "what the user does, in one sentence"', key=KEY)
        yield Problem(slo.at("metadata", "annotations", KEY), message, help_text)
