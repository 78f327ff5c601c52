"""A promise that is looked at less often than the policy says.

## What it does

Compares `reliability/review-every` with the cadence of the SloPolicy for the status of the promise
(`provisional` or `established`; 30 and 90 days where nothing is written).

## Why it matters

"Done is better than perfect" holds because a provisional number comes back within a month. With a
year written in its annotations it is simply a number that nobody checked.

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

The Site Reliability Workbook, chapter 2: monthly while starting, quarterly or less often once it
is established.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.cadence import cadence
from reliability.check.rule import rule
from reliability.check.wording import days_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_review_too_rare(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the promise's own rhythm with the policy's."""
    review = slo.value.review
    if review.review_every is None:
        return
    most = cadence(review, context)
    if review.review_every > most:
        message = (
            f"reviewed every {days_text(review.review_every.days)}, and a promise that is "
            f"{review.status} comes back every {days_text(most.days)}"
        )
        at = slo.at("metadata", "annotations", "reliability/review-every")
        yield Problem(at, message, f"write {most.days}d or less, or leave it out")
