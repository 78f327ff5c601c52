"""An SLO whose review is overdue.

## What it does

Adds `reliability/review-every`, or the review interval of the SloPolicy, to the date of the last
review, `reliability/reviewed`. A missing date and a date in the future are also reported. The
finding is an error in a file that the change touches and a warning otherwise, so that a date never
fails an unrelated pull request.

## Why it matters

An SLO fits the day on which it was agreed. Traffic, users and code change, and people ignore an SLO
that is never reviewed.

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

The Site Reliability Workbook, chapter 2: review monthly at first, and quarterly or less often once
the SLO is established. VTRyo's talk at SRE NEXT 2022: done is better than perfect, so the SLO is
reviewed later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from reliability.check.context import Context
from reliability.check.lookups.cadence import cadence
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.metadata import Review
from reliability.model.openslo.slo import Slo
from reliability.render.durations import days_text

KEY = "reliability/reviewed"
TIME_ZONES = timedelta(days=1)
"""A reviewer's date can be a day ahead of the date of the machine that checks it."""


@rule(on=Slo, severity=Severity.ERROR, since="0.1", by_date=True)
def slo_review_overdue(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the date of the next review with today."""
    review = slo.value.review
    message = _message(review, cadence(review, context), context.today)
    if message is not None:
        help_text = Message("review the SLO, then set {key} to the date", key=KEY)
        yield Problem(slo.at("metadata", "annotations", KEY), message, help_text)


def _message(review: Review, interval: timedelta, today: date) -> Message | None:
    """Return a message about the date of the last review; None if the next one is not due."""
    interval = review.review_every or interval
    if review.reviewed is None:
        return Message(
            "this SLO has no date of a review, and its review interval is {interval}",
            interval=days_text(interval.days),
        )

    if review.reviewed - today > TIME_ZONES:
        return Message(
            "the date of the review, {date}, is in the future: today is {today}",
            date=review.reviewed,
            today=today,
        )

    due = review.reviewed + interval
    if due < today:
        return Message(
            "the review was due on {date}, {days} ago",
            date=due,
            days=days_text((today - due).days),
        )

    return None
