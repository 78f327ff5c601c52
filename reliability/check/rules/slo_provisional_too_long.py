"""An SLO that has been provisional for too long.

## What it does

Compares the days since `reliability/provisional-since` of provisional SLOs with
`review.maxProvisional` of the SloPolicy. The finding is an error in a file that the change touches,
and a warning otherwise.

## Why it matters

A provisional SLO is a good start, because its target is reviewed soon. After a quarter, the target
should be good enough to be established. Otherwise it stays a guess that nobody checks.

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

VTRyo's talk at SRE NEXT 2022: set a provisional SLO and review it later.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.cadence import review_cadence
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo
from reliability.render.durations import days_text

KEY = "reliability/provisional-since"


@rule(on=Slo, severity=Severity.ERROR, since="0.1", by_date=True)
def slo_provisional_too_long(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the days that an SLO has been provisional with the limit."""
    review = slo.value.review
    limit = review_cadence(context).max_provisional
    if review.status != "provisional" or review.provisional_since is None:
        return

    days = (context.today - review.provisional_since).days
    if days > limit.days:
        message = Message(
            "this SLO has been provisional for {days}, and the limit is {limit}",
            days=days_text(days),
            limit=days_text(limit.days),
        )
        help_text = Message(
            "set reliability/status: established, or adjust the target to what was measured"
        )
        yield Problem(slo.at("metadata", "annotations", KEY), message, help_text)
