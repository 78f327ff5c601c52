"""Evidence for the review of an SLO that is due, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reliability.render.words import Language, words_in
from reliability.review.slo_review.due import SloReviewDue
from reliability.review.slo_review.figures import headline
from reliability.review.slo_review.issue import SloReviewReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvidenceSummary:
    """What a review starts from: the headline of the issue, and the suggestions.

    `satisfied` is the suggestion if users are satisfied, `dissatisfied` if they are not, both as
    templates of messages; empty if attainment or pages are not known. `incidents` counts the
    recorded ones.
    """

    service: str
    slo: str
    headlines: Mapping[Language, str]
    satisfied: str
    dissatisfied: str
    incidents: int | None

    @property
    def key(self) -> tuple[str, str]:
        """Service and SLO."""
        return self.service, self.slo


def summary(slo: SloReviewDue, report: SloReviewReport) -> ReviewEvidenceSummary:
    """Return the evidence of a report without its documents, to send it between processes."""
    suggestion = report.suggestion
    languages: tuple[Language, ...] = ("en", "ja")
    return ReviewEvidenceSummary(
        service=slo.service,
        slo=slo.name,
        headlines={one: headline(report.objectives, words_in(one)) for one in languages},
        satisfied=suggestion.when(content=True) if suggestion else "",
        dissatisfied=suggestion.when(content=False) if suggestion else "",
        incidents=suggestion.incidents if suggestion else None,
    )
