"""Drafts of review issues: one for each SLO that is due, with its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from reliability.review.slo_review.due import SloReviewDue, measured_until, slo_reviews
from reliability.review.slo_review.evidence import ObjectiveEvidence, evidence
from reliability.review.slo_review.issue import SloReviewIssueWriter, SloReviewReport, together
from reliability.review.slo_review.next_step import next_step
from reliability.review.slo_review.suggestion import suggestion

MAX_ASSIGNEES: Final = 10
DEFAULT_LIMIT: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewInputs:
    """The inputs of review reports; `span` is how far back alerts are replayed."""

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
        """Index the objectives by service."""
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

    def report(self, slo: SloReviewDue) -> SloReviewReport:
        """Measure an SLO, and collect the suggestion, next step and owners."""
        of_service = self.objectives.get(slo.service, [])
        of_slo = [
            objective
            for objective in of_service
            # The SLO of an environment is derived from the one that is due.
            if objective.slo is slo.slo
            or (objective.placement.name and objective.slo_name == slo.name)
        ]
        until = measured_until(self.context.today)
        of_objectives = tuple(
            evidence(objective, self.source, until, length=self.span, incidents=self.incidents)
            for objective in of_slo
        )
        known = [item for item in of_objectives if isinstance(item, ObjectiveEvidence)]
        owner = self._owner(slo.service)

        return SloReviewReport(
            slo=slo,
            objectives=of_objectives,
            suggestion=suggestion(known, self._limit) if len(known) == len(of_objectives) else None,
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
        """Return whom a forge can assign: the approvers, or the team's members without any.

        GitHub assigns issues to people only, so handles of teams (`@org/team`) are left out.
        """
        if owner is None:
            return ()
        people = _persons(owner.approvers.handles if owner.approvers is not None else ())
        team = self.context.catalog.find(Team, owner.team)
        return (people or _persons(team.value.spec.members if team else ()))[:MAX_ASSIGNEES]


def due(context: Context) -> Iterator[SloReviewDue]:
    """Yield the SLOs whose review is due on the context's day."""
    return (slo for slo in slo_reviews(context) if slo.is_due(context.today))


def issue_drafts(
    inputs: Sequence[ReviewInputs],
    due_now: Iterable[SloReviewDue],
    present: tuple[Issue, ...],
    writer: SloReviewIssueWriter,
    others: Sequence[ReviewInputs] = (),
) -> Iterator[IssueDraft]:
    """Yield the draft of each SLO that is due; `reconcile` closes all other issues.

    `inputs` are those of each chosen environment, or of the repository if none is declared. An SLO
    that runs in none of them has the figures of `others`: its review is due all the same.
    """
    services = inputs[0].context.services
    for slo in due_now:
        reports = [each.report(slo) for each in inputs]
        if not any(report.objectives for report in reports):
            reports = [*reports, *(each.report(slo) for each in others)]
        report = together(reports)
        yield writer.issue(report, former(slo.marker, present, services))


def _persons(handles: Iterable[str]) -> tuple[str, ...]:
    names = (handle.removeprefix("@") for handle in handles if "/" not in handle)
    return tuple(dict.fromkeys(names))
