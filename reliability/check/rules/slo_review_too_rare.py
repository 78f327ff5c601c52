"""An SLO with a longer review interval than the policy allows.

## What it does

Compares `reliability/review-every` with the review interval of the SloPolicy for the SLO's status,
`provisional` or `established`. The defaults are 30 and 90 days.

## Why it matters

A rough first target is fine if it is reviewed within a month. With an interval of a year, it stays
a number that nobody checked.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
    reliability/status: established
    reliability/review-every: 365d  # <- slo-review-too-rare
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
    reliability/status: established
    reliability/review-every: 90d
```

## Source

The Site Reliability Workbook, chapter 2: review monthly at first, and quarterly or less often once
the SLO is established.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.cadence import cadence
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo
from reliability.render.durations import days_text


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_review_too_rare(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the review interval of the SLO with that of the policy."""
    review = slo.value.review
    if review.review_every is None:
        return

    limit = cadence(review, context)
    if review.review_every > limit:
        message = Message(
            "the review interval is {interval}, and the limit for the status {status} is {limit}",
            interval=days_text(review.review_every.days),
            status=review.status,
            limit=days_text(limit.days),
        )
        at = slo.at("metadata", "annotations", "reliability/review-every")
        help_text = Message("use {days}d or less, or remove it", days=limit.days)
        yield Problem(at, message, help_text)
