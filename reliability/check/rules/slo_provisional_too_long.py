"""A provisional promise that has become a habit.

## What it does

Counts the days since `reliability/provisional-since` of SLOs whose status is provisional, and
compares them with `review.maxProvisional` of the SloPolicy. It is an error in a document that
the change touches and a warning otherwise.

## Why it matters

Provisional is the honest way to start: a number that is revisited. After a quarter of a year it
is either good enough to be established or a guess that nobody dares to change.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/status: provisional
    reliability/provisional-since: "2026-05-01"  # <- slo-provisional-too-long
    reliability/reviewed: "2026-11-20"
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/status: established
    reliability/reviewed: "2026-11-20"
```

## Source

The talk: set a provisional SLO, and revisit it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.cadence import review_cadence
from reliability.check.rule import rule
from reliability.check.wording import days_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo

KEY = "reliability/provisional-since"


@rule(on=Slo, severity=Severity.ERROR, since="0.1", by_date=True)
def slo_provisional_too_long(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the days that a promise has been provisional with the most that are allowed."""
    review = slo.value.review
    most = review_cadence(context).max_provisional
    if review.status != "provisional" or review.provisional_since is None:
        return
    days = (context.today - review.provisional_since).days
    if days > most.days:
        message = f"provisional for {days_text(days)}, and the limit is {days_text(most.days)}"
        help_text = "write reliability/status: established, or change the target by what you saw"
        yield Problem(slo.at("metadata", "annotations", KEY), message, help_text)
