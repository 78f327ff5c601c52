"""A promise whose review is overdue.

## What it does

Adds `reliability/review-every`, or else the SloPolicy's cadence for its status, to the day of the
last review. No day on record, and one that lies in the future, are found as well. It is an error
in a document that the change touches and a warning otherwise: the day never turns a stranger's
pull request red.

## Why it matters

A promise fits the day it was made. Traffic, users and code change, and an SLO that nobody looks
at again is a number that people learn to ignore.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/status: provisional
    reliability/reviewed: "2026-09-01"  # <- slo-review-overdue
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/status: provisional
    reliability/reviewed: "2026-11-20"
```

## Source

The Site Reliability Workbook, chapter 2: review monthly at first, quarterly or less once
established; the talk: done is better than perfect, so the SLO is revisited.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from reliability.check.context import Context
from reliability.check.lookups.cadence import cadence
from reliability.check.rule import rule
from reliability.check.wording import days_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.metadata import Review
from reliability.model.openslo.slo import Slo

KEY = "reliability/reviewed"
TIME_ZONES = timedelta(days=1)
"""Today is tomorrow already somewhere."""


@rule(on=Slo, severity=Severity.ERROR, since="0.1", by_date=True)
def slo_review_overdue(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the day of the next review with today."""
    review = slo.value.review
    said = _said(review, cadence(review, context), context.today)
    if said is not None:
        help_text = f"look at it again and write {KEY} with the day"
        yield Problem(slo.at("metadata", "annotations", KEY), said, help_text)


def _said(review: Review, every: timedelta, today: date) -> str | None:
    due = review.due(every)
    if review.reviewed is None or due is None:
        rhythm = days_text((review.review_every or every).days)
        return f"no review is on record, and this promise is reviewed every {rhythm}"
    if review.reviewed - today > TIME_ZONES:
        return f"the review on {review.reviewed} is still to come, and today is {today}"
    if due < today:
        days = (today - due).days
        passed = "has passed" if days == 1 else "have passed"
        return f"the review was due on {due}, and {days_text(days)} {passed}"
    return None
