"""Which review issues are wanted on a day: one for each promise that is due, with its dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.backtest.events import Event
from reliability.check.context import Context
from reliability.check.lookups.cadence import review_cadence
from reliability.forge.notes import Issue, IssueDraft
from reliability.history.series import SeriesSource
from reliability.model.ownership import OwnershipSpec
from reliability.model.team import Team
from reliability.resolve.objectives import Objective, objectives
from reliability.review.renamed import former
from reliability.review.slo_review.due import SloReviewDue, measured_until, promises
from reliability.review.slo_review.evidence import ObjectiveEvidence, evidence
from reliability.review.slo_review.issue import SloReviewIssueWriter, SloReviewReport
from reliability.review.slo_review.next_step import next_step
from reliability.review.slo_review.suggestion import suggestion

MOST_ASSIGNEES: Final = 10
DEFAULT_LIMIT: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewInputs:
    """What dossiers are made of."""

    context: Context
    source: SeriesSource
    span: timedelta
    incidents: tuple[Event, ...]
    objectives: dict[str, list[Objective]]

    @classmethod
    def of(
        cls,
        context: Context,
        source: SeriesSource,
        span: timedelta,
        incidents: Iterable[Event],
    ) -> ReviewInputs:
        """Sort the objectives by service once."""
        by_service: dict[str, list[Objective]] = {}
        for objective in objectives(context.catalog):
            by_service.setdefault(objective.service, []).append(objective)
        return cls(
            context=context,
            source=source,
            span=span,
            incidents=tuple(incidents),
            objectives=by_service,
        )

    def dossier(self, promise: SloReviewDue) -> SloReviewReport:
        """All that is known of one promise."""
        of_service = self.objectives.get(promise.service, [])
        mine = [objective for objective in of_service if objective.slo is promise.slo]
        until = measured_until(self.context.today)
        found = tuple(
            evidence(objective, self.source, until, length=self.span, incidents=self.incidents)
            for objective in mine
        )
        known = [item for item in found if isinstance(item, ObjectiveEvidence)]
        owner = self._owner(promise.service)

        return SloReviewReport(
            promise=promise,
            found=found,
            suggestion=suggestion(known, self._limit) if len(known) == len(found) else None,
            step=next_step(of_service, self.context.catalog, owner),
            owners=self._people(owner),
            max_provisional=review_cadence(self.context).max_provisional,
        )

    @property
    def _limit(self) -> float:
        policy = self.context.notification
        return policy.spec.page_budget.per_week if policy else DEFAULT_LIMIT

    def _owner(self, service: str) -> OwnershipSpec | None:
        ownership = self.context.ownerships.get(service)
        return ownership.value.spec if ownership else None

    def _people(self, owner: OwnershipSpec | None) -> tuple[str, ...]:
        """Whom a forge can assign: the approvers, else the team; a team's handle is no person."""
        if owner is None:
            return ()
        handles: tuple[str, ...] = ()
        if owner.approvers is not None:
            handles = (owner.approvers.product, owner.approvers.technical)
        people = _persons(handles)
        team = self.context.catalog.find(Team, owner.team)
        return (people or _persons(team.value.spec.members if team else ()))[:MOST_ASSIGNEES]


def due(context: Context) -> Iterator[SloReviewDue]:
    """The promises that are due on the context's day."""
    return (slo for slo in promises(context) if slo.is_due(context.today))


def wanted(
    desk: ReviewInputs,
    due_now: Iterable[SloReviewDue],
    present: tuple[Issue, ...],
    writer: SloReviewIssueWriter,
) -> Iterator[IssueDraft]:
    """The draft of each promise that is due; what is there and not among them is closed."""
    services = desk.context.services
    for promise in due_now:
        yield writer.issue(desk.dossier(promise), former(promise.marker, present, services))


def _persons(handles: Iterable[str]) -> tuple[str, ...]:
    names = (handle.removeprefix("@") for handle in handles if "/" not in handle)
    return tuple(dict.fromkeys(names))
