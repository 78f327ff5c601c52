"""Review room: SLOs that are due, with evidence and suggestions, and those that are due soon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from reliability.backtest.suggest.choice import Suggested
from reliability.backtest.suggest.suggestion import NotSwept, suggest
from reliability.resolve.objectives import Objective
from reliability.review.slo_review.due import SloReviewDue
from reliability.site.due_reviews import ReviewEvidenceSummary
from reliability.site.figures import SiteFigures

SOON: Final = timedelta(days=60)
"""Time before a review from which it is listed as coming."""
LISTED: Final = 200
SUGGESTED: Final = 20
"""Number of SLOs, the longest overdue first, with a computed target: each reads its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetForReview:
    """What `reliability suggest` computes for one objective; `target` is None if it has no choice.

    The target was met in `met` of `periods`, and would have sent `pages` per 30 days. `name` is the
    objective's, empty if the SLO has one.
    """

    name: str
    now: Decimal
    target: Decimal | None
    met: int
    periods: int
    pages: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One SLO, its team, and the evidence if it is due; `edit` is the page that edits its file.

    `targets` are the suggestions for its objectives, empty if none is computed here.
    """

    review: SloReviewDue
    title: str
    team: str
    evidence: ReviewEvidenceSummary | None
    path: str
    edit: str
    targets: tuple[TargetForReview, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsPage:
    """SLOs that are due, the longest overdue first, and those due within 60 days."""

    due: tuple[ReviewRow, ...]
    more: int
    coming: tuple[ReviewRow, ...]


def reviews_page(site: SiteFigures, edit: str) -> ReviewsPage:
    """Return the review room; `edit` is the address below which a forge edits files, or empty.

    Raises:
        SourceError: a file of the history is damaged.
    """
    rows = sorted(_rows(site, edit), key=_order)
    due = [row for row in rows if row.review.is_due(site.today)]
    coming = [row for row in rows if _is_soon(site, row.review)]
    of_slo = _objectives(site)
    first = [_with_targets(site, row, of_slo) for row in due[:SUGGESTED]]
    return ReviewsPage(
        due=(*first, *due[SUGGESTED:LISTED]),
        more=max(len(due) - LISTED, 0),
        coming=tuple(coming[:LISTED]),
    )


def _objectives(site: SiteFigures) -> Mapping[tuple[str, str], Sequence[Objective]]:
    of_slo: dict[tuple[str, str], list[Objective]] = {}
    for objective in site.objectives.values():
        of_slo.setdefault((objective.service, objective.slo_name), []).append(objective)
    return of_slo


def _with_targets(
    site: SiteFigures, row: ReviewRow, of_slo: Mapping[tuple[str, str], Sequence[Objective]]
) -> ReviewRow:
    own = of_slo.get((row.review.service, row.review.name), ())
    return replace(
        row, targets=tuple(_target(site, objective, is_one=len(own) == 1) for objective in own)
    )


def _target(site: SiteFigures, objective: Objective, *, is_one: bool) -> TargetForReview:
    """Return the suggestion over the span of the replay, as `reliability suggest` has it."""
    inputs = site.inputs
    suggestion = suggest(objective, site.context.catalog, inputs.source, inputs.terms)
    choice = None if isinstance(suggestion, NotSwept) else suggestion.choice
    tried = choice.tried if isinstance(choice, Suggested) else None
    periods = 0 if isinstance(suggestion, NotSwept) else len(suggestion.past.ratios)
    return TargetForReview(
        name="" if is_one else objective.name,
        now=objective.target,
        target=tried.candidate.target if tried else None,
        met=tried.met if tried else 0,
        periods=periods,
        pages=tried.pages if tried else 0.0,
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
