"""Review room: SLOs that are due, with evidence and suggestions, and those that are due soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from reliability.backtest.suggest.choice import Suggested
from reliability.backtest.suggest.suggestion import NotSwept, suggest
from reliability.rates import UNKNOWN_RATE
from reliability.resolve.objectives import Objective
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.summaries import ReviewDetail, ReviewSummary, TargetForReview

SOON: Final = timedelta(days=60)
"""Time before a review from which it is listed as coming."""
LISTED: Final = 200
SUGGESTED: Final = 20
"""Number of SLOs, the longest overdue first, with a computed target: each reads its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One SLO, its team, and the evidence if it is due; `edit` is the page that edits its file.

    `targets` are the suggestions for its objectives, empty if none is computed here.
    """

    review: ReviewSummary
    team: str
    detail: ReviewDetail
    edit: str
    targets: tuple[TargetForReview, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsPage:
    """SLOs that are due, the longest overdue first, and those due within 60 days."""

    due: tuple[ReviewRow, ...]
    more: int
    coming: tuple[ReviewRow, ...]


Targets: TypeAlias = Mapping[tuple[str, str], tuple[TargetForReview, ...]]
"""Suggested targets by service and SLO."""


def reviews_page(site: SiteFigures, edit: str, targets: Targets) -> ReviewsPage:
    """Return the review room; `edit` is the address below which a forge edits files, or empty.

    `targets` are those of the SLOs in `first_reviews`.
    """
    every = _in_order(site)
    due = [review for review in every if review.is_due]
    coming = [review for review in every if _is_soon(site, review)]
    return ReviewsPage(
        due=tuple(_row(site, review, edit, targets) for review in due[:LISTED]),
        more=max(len(due) - LISTED, 0),
        coming=tuple(_row(site, review, edit, {}) for review in coming[:LISTED]),
    )


def first_reviews(site: SiteFigures) -> tuple[tuple[str, str], ...]:
    """Return the SLOs whose target is suggested, by service and name: those due the longest."""
    due = [review for review in _in_order(site) if review.is_due]
    return tuple((review.service, review.slo) for review in due[:SUGGESTED])


def suggested_targets(
    site: SiteDeclarations, service: str, slo: str
) -> tuple[TargetForReview, ...]:
    """Return the suggestion for each objective of an SLO.

    Raises:
        SourceError: a file of the history is damaged.
    """
    own = [one for one in site.inputs.services[service] if one.slo_name == slo]
    of_names = {one.name: one for one in own}
    return tuple(_target(site, one, is_one=len(of_names) == 1) for one in of_names.values())


def _in_order(site: SiteFigures) -> list[ReviewSummary]:
    return sorted((review for one in site.services.values() for review in one.reviews), key=_order)


def _row(site: SiteFigures, review: ReviewSummary, edit: str, targets: Targets) -> ReviewRow:
    service = site.services[review.service]
    detail = site.details[review.service].reviews[service.reviews.index(review)]
    return ReviewRow(
        review=review,
        team=service.team,
        detail=detail,
        edit=f"{edit}{detail.path}" if edit else "",
        targets=targets.get((review.service, review.slo), ()),
    )


def _target(site: SiteDeclarations, objective: Objective, *, is_one: bool) -> TargetForReview:
    """Return the suggestion over the span of the replay, as `reliability suggest` has it."""
    inputs = site.inputs
    suggestion = suggest(objective, site.context.catalog, inputs.source, inputs.terms)
    choice = None if isinstance(suggestion, NotSwept) else suggestion.choice
    tried = choice.tried if isinstance(choice, Suggested) else None
    past = None if isinstance(suggestion, NotSwept) else suggestion.past
    return TargetForReview(
        name="" if is_one else objective.name,
        now=objective.target,
        target=tried.candidate.target if tried else None,
        is_known=past is not None,
        met=tried.met if tried else 0,
        periods=len(past.ratios) if past else 0,
        part=past.part if past else None,
        alert_episodes=tried.alert_episodes if tried else UNKNOWN_RATE,
    )


def _order(review: ReviewSummary) -> tuple[str, str, str]:
    return review.due.isoformat() if review.due else "", review.service, review.slo


def _is_soon(site: SiteFigures, review: ReviewSummary) -> bool:
    return review.due is not None and site.today < review.due <= site.today + SOON
