"""What to do with a promise: the decision table of the Site Reliability Workbook.

Source: The Site Reliability Workbook, chapter 2, table 2-5: met or missed, much or little toil,
users content or not. Whether they are content is the team's to say; incidents on record are a hint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.render.words import worded
from reliability.review.slo_review.evidence import ObjectiveEvidence

FEW: Final = 3
"""Pages below which their share with impact says nothing."""

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
"""By met, much toil, and content users."""


@dataclass(frozen=True, slots=True)
class Toil:
    """What the alerts of a promise cost people in a week, and whether that is much."""

    pages_a_week: float
    pages: int
    with_impact: int
    limit: float

    @property
    def is_much(self) -> bool:
        """More pages than the policy allows, or most of them without user impact."""
        return self.pages_a_week > self.limit or self.is_mostly_without_impact

    @property
    def is_mostly_without_impact(self) -> bool:
        """Whether less than half of the pages came with user impact."""
        return self.pages >= FEW and self.with_impact * 2 < self.pages


@dataclass(frozen=True, slots=True)
class ReviewSuggestion:
    """What the table says, for content users and for others; `incidents` were felt by some."""

    met: bool
    toil: Toil
    incidents: int

    def when(self, *, content: bool) -> str:
        """The entry of the table, in English, to be put into words."""
        return TABLE[self.met, self.toil.is_much, content]


def suggestion(of_service: Iterable[ObjectiveEvidence], limit: float) -> ReviewSuggestion | None:
    """What the table says of an SLO; None if it is not known whether it was met, or
    what its alerts did.

    Of several objectives one that was missed decides.
    """
    known = list(of_service)
    if not known or any(evidence.is_met is None or evidence.not_replayed for evidence in known):
        return None

    pages = sum(evidence.pages.times for evidence in known)
    with_impact = sum(evidence.pages.with_impact for evidence in known)
    toil = Toil(sum(evidence.pages.per_week for evidence in known), pages, with_impact, limit=limit)
    met = all(evidence.is_met for evidence in known)

    return ReviewSuggestion(met, toil, max(evidence.incidents for evidence in known))
