"""Review room: SLOs that are due, with evidence and suggestions, and those that are due soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.review.slo_review.due import SloReviewDue
from reliability.site.due_reviews import ReviewEvidenceSummary
from reliability.site.figures import SiteFigures

SOON: Final = timedelta(days=60)
"""Time before a review from which it is listed as coming."""
LISTED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One SLO, its team, and the evidence if it is due; `edit` is the page that edits its file."""

    review: SloReviewDue
    title: str
    team: str
    evidence: ReviewEvidenceSummary | None
    path: str
    edit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsPage:
    """SLOs that are due, the longest overdue first, and those due within 60 days."""

    due: tuple[ReviewRow, ...]
    more: int
    coming: tuple[ReviewRow, ...]


def reviews_page(site: SiteFigures, edit: str) -> ReviewsPage:
    """Return the review room; `edit` is the address below which a forge edits files, or empty."""
    rows = sorted(_rows(site, edit), key=_order)
    due = [row for row in rows if row.review.is_due(site.today)]
    coming = [row for row in rows if _is_soon(site, row.review)]
    return ReviewsPage(
        due=tuple(due[:LISTED]), more=max(len(due) - LISTED, 0), coming=tuple(coming[:LISTED])
    )


def _rows(site: SiteFigures, edit: str) -> Iterator[ReviewRow]:
    for key, review in site.reviews.items():
        path = review.slo.document.path.as_posix()
        yield ReviewRow(
            review=review,
            title=review.slo.value.metadata.display_name or review.name,
            team=site.team(review.service),
            evidence=site.evidence.get(key),
            path=path,
            edit=f"{edit}{path}" if edit else "",
        )


def _order(row: ReviewRow) -> tuple[str, str, str]:
    due = row.review.due
    return due.isoformat() if due else "", row.review.service, row.review.name


def _is_soon(site: SiteFigures, review: SloReviewDue) -> bool:
    return review.due is not None and site.today < review.due <= site.today + SOON
