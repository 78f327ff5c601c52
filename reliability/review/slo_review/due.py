"""The SLOs that are due for a review, and the date of each next review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.lookups.cadence import cadence
from reliability.forge.marker import Marker
from reliability.load.document import Located
from reliability.model.openslo.metadata import Review
from reliability.model.openslo.slo import Slo

KIND: Final = "revisit"
NEVER: Final = "never"


@dataclass(frozen=True, slots=True)
class SloReviewDue:
    """An SLO with the day of its next review; `due` is None if it was never reviewed."""

    slo: Located[Slo]
    every: timedelta
    due: date | None

    @property
    def review(self) -> Review:
        """The review data of the SLO."""
        return self.slo.value.review

    @property
    def service(self) -> str:
        """The service that the SLO belongs to."""
        return self.slo.value.spec.service

    @property
    def name(self) -> str:
        """The name of the SLO."""
        return self.slo.value.metadata.name

    @property
    def marker(self) -> Marker:
        """The identity of its issue: this SLO since its last review, so each review gets one."""
        since = self.review.reviewed
        return Marker(KIND, f"{self.service}/{self.name}/{since or NEVER}")

    def is_due(self, today: date) -> bool:
        """Return whether the SLO has to be reviewed by now."""
        return self.due is None or self.due <= today


def slo_reviews(context: Context) -> Iterator[SloReviewDue]:
    """Yield every SLO with its next review; provisional ones have a shorter review interval."""
    for slo in context.slos.values():
        review = slo.value.review
        every = cadence(review, context)
        yield SloReviewDue(slo, review.review_every or every, review.due(every))


def measured_until(today: date) -> date:
    """Return the last Monday; figures end there, so that an open issue changes once a week."""
    return today - timedelta(days=today.weekday())
