"""The suggestion after an SLO review: the decision table of the Site Reliability Workbook.

Source: The Site Reliability Workbook, chapter 2, table 2-5: SLO met or missed, toil high or low,
customer satisfaction high or low. The team judges the last; recorded incidents are a hint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.rates import WeeklyRate
from reliability.render.words import worded
from reliability.review.slo_review.evidence import ObjectiveEvidence

FEW: Final = 3
"""The minimum number of pages for which the share with user impact is meaningful."""

RELAX: Final = worded(
    "keep the target; relax the release process, or spend the time on services that need it more"
)
TIGHTEN: Final = worded("tighten the SLO")
QUIETEN: Final = worded(
    "reduce the sensitivity of the alerts if they were false positives; otherwise, loosen the SLO "
    "temporarily and fix the product"
)
LOOSEN: Final = worded("loosen the SLO")
SENSITIVE: Final = worded("increase the sensitivity of the alerts")
OFFLOAD: Final = worded("offload toil, and fix the product or automate recovery")

TABLE: Final = {
    (True, False, True): RELAX,
    (True, False, False): TIGHTEN,
    (True, True, True): QUIETEN,
    (True, True, False): TIGHTEN,
    (False, False, True): LOOSEN,
    (False, False, False): SENSITIVE,
    (False, True, True): LOOSEN,
    (False, True, False): OFFLOAD,
}
"""Suggestions by three facts: the SLO was met, toil is high, users are satisfied."""


@dataclass(frozen=True, slots=True)
class Toil:
    """The pages of an SLO, and whether they are high toil; `limit` is pages per week."""

    pages_a_week: WeeklyRate
    pages: int
    with_impact: int
    limit: float

    @property
    def is_much(self) -> bool:
        """Whether there are more pages than the limit, or most of them had no user impact."""
        return self.pages_a_week.exceeds(self.limit) or self.is_mostly_without_impact

    @property
    def is_mostly_without_impact(self) -> bool:
        """Whether less than half of the pages had user impact."""
        return self.pages >= FEW and self.with_impact * 2 < self.pages


@dataclass(frozen=True, slots=True)
class ReviewSuggestion:
    """The rows of the table that apply to an SLO.

    Only the satisfaction of users is open; `incidents` counts recorded incidents, which affected
    some of them.
    """

    met: bool
    toil: Toil
    incidents: int

    def when(self, *, content: bool) -> str:
        """Return the suggestion for satisfied (`content`) or other users, as a template."""
        return TABLE[self.met, self.toil.is_much, content]


def suggestion(of_service: Iterable[ObjectiveEvidence], limit: float) -> ReviewSuggestion | None:
    """Return the suggestion for an SLO; None if its attainment or notifications are not known.

    An SLO with several objectives is missed if one of them is.
    """
    known = list(of_service)
    if not known or any(evidence.is_met is None or evidence.not_replayed for evidence in known):
        return None

    pages = sum(evidence.pages.times for evidence in known)
    with_impact = sum(evidence.pages.with_impact for evidence in known)
    toil = Toil(
        WeeklyRate.total(evidence.pages.per_week for evidence in known),
        pages,
        with_impact,
        limit=limit,
    )
    met = all(evidence.is_met for evidence in known)

    return ReviewSuggestion(met, toil, max(evidence.incidents for evidence in known))
