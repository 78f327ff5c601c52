"""Figures of one service, from its history: plain values that can be sent between processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from reliability.backtest.budget import Budget
from reliability.backtest.burn_state import BurnState, WindowBurn, burn_state, burn_windows
from reliability.backtest.engine import keep_freed_memory
from reliability.backtest.events import Event, recorded
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, Replayed
from reliability.backtest.pairs import ObjectivePair, ReplayScope
from reliability.backtest.status import ObjectiveStatus, SloStatus
from reliability.check.context import Context
from reliability.history.series import SeriesSource
from reliability.message import Message
from reliability.resolve.objectives import Objective
from reliability.review.gate.figures import figures
from reliability.review.slo_review.drafts import ReviewInputs, due
from reliability.review.slo_review.due import SloReviewDue
from reliability.site.counting import CountTerms, ObjectiveCounts, counts_of
from reliability.site.day_details import DayDetail, day_detail, large_days, latest_days
from reliability.site.days import BudgetDays, ObjectivePast, PastPeriod, last_quarter
from reliability.site.due_reviews import ReviewEvidenceSummary, summary
from reliability.timespan import TimeSpan

CALENDAR_MARGIN: Final = timedelta(days=4)
"""How much longer a calendar period can be than OpenSLO counts it: a leap year or 92 days."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ObjectiveFigures:
    """Everything measured about one objective.

    `status` has the keys of `reliability status --format json`; `unknown` is the reason why there
    is no status, else empty. `part` is the known part of the period in words if attainment and
    remaining budget are only of that. `days` is None without history.
    """

    service: str
    slo: str
    name: str
    status: Mapping[str, Any]
    attainment: float | None
    remaining: float | None
    part: Message | None
    burn: float | None
    exhausted: datetime | None
    renewed: datetime | None
    unknown: str
    state: BurnState
    windows: tuple[WindowBurn, ...]
    days: BudgetDays | None
    periods: tuple[PastPeriod, ...]
    quarter: PastPeriod | None
    details: tuple[DayDetail, ...]
    replayed: Replayed

    @property
    def key(self) -> tuple[str, str, str]:
        """Service, SLO and objective."""
        return self.service, self.slo, self.name

    @property
    def is_exhausted(self) -> bool:
        """Whether the error budget is exhausted."""
        return self.remaining is not None and self.remaining <= 0 and self.part is None


@dataclass(frozen=True, slots=True, eq=False)
class ServiceFigures:
    """The objectives of a service, and the evidence for its reviews that are due."""

    objectives: tuple[ObjectiveFigures, ...]
    reviews: tuple[ReviewEvidenceSummary, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SiteInputs:
    """Input of all figures: the catalog, the history, and the spans that are shown.

    `shown` is the span of the calendar, `terms` those of the replay of alerts; both end at 00:00
    UTC of the context's day. `scope` has the objectives and the incidents of the replay. `reviews`
    makes the reports of SLOs that are `due`, by service. `warm_up` is the longest window of any
    alert. `incidents_of` are the incidents within the replay by service.
    """

    context: Context
    source: SeriesSource
    shown: TimeSpan
    terms: ReplayTerms
    scope: ReplayScope
    services: Mapping[str, tuple[Objective, ...]]
    reviews: ReviewInputs
    due: Mapping[str, tuple[SloReviewDue, ...]]
    warm_up: timedelta
    incidents_of: Mapping[str, tuple[Event, ...]]

    @classmethod
    def of(
        cls, context: Context, source: SeriesSource, shown: timedelta, replayed: timedelta
    ) -> SiteInputs:
        """Resolve the objectives of a catalog, and group them by service.

        The calendar is at least as long as the replay.
        """
        terms = ReplayTerms(TimeSpan.before(context.today, replayed))
        # The objectives of the context, which resolves them once for all that a page shows. Of two
        # with the same names the last one counts, as in `backtest`.
        every = {(one.service, one.slo_name, one.name): one for one in context.objectives}
        scope = ReplayScope(
            base=None,
            catalogs=(context.catalog,),
            terms=terms,
            pairs=tuple(ObjectivePair(None, objective) for objective in every.values()),
            incidents=tuple(recorded((context.catalog,), terms.span)),
        )
        services: dict[str, list[Objective]] = {name: [] for name in sorted(context.services)}
        for objective in every.values():
            services.setdefault(objective.service, []).append(objective)
        by_service: dict[str, list[Objective]] = {}
        for objective in context.objectives:
            by_service.setdefault(objective.service, []).append(objective)
        due_now: dict[str, tuple[SloReviewDue, ...]] = {}
        for review in due(context):
            due_now[review.service] = (*due_now.get(review.service, ()), review)
        return cls(
            context=context,
            source=source,
            reviews=ReviewInputs(
                context=context,
                source=source,
                span=replayed,
                incidents=scope.incidents,
                objectives=by_service,
            ),
            due=due_now,
            shown=TimeSpan.before(context.today, max(shown, replayed)),
            terms=terms,
            scope=scope,
            services={name: tuple(of_service) for name, of_service in services.items()},
            warm_up=scope.warm_up,
            incidents_of=_by_service(scope.incidents),
        )

    @property
    def at(self) -> datetime:
        """Time up to which everything is measured: 00:00 UTC of the day."""
        return datetime.combine(self.context.today, time(), tzinfo=UTC)

    @property
    def incidents(self) -> tuple[Event, ...]:
        """Incidents within the replay."""
        return self.scope.incidents

    @property
    def quarter(self) -> TimeSpan:
        """The last quarter of the year that is over, in UTC."""
        return last_quarter(self.context.today)

    def measured(self, service: str) -> ServiceFigures:
        """Measure the objectives of a service, and its SLOs that are due for a review.

        Raises:
            SourceError: a file of the history is damaged.
        """
        keep_freed_memory()
        return ServiceFigures(
            tuple(self.objective(objective) for objective in self.services[service]),
            tuple(summary(slo, self.reviews.report(slo)) for slo in self.due.get(service, ())),
        )

    def objective(self, objective: Objective) -> ObjectiveFigures:
        """Measure one objective.

        Raises:
            SourceError: a file of the history is damaged.
        """
        counts = self._counts(objective)
        status, replayed, groups = counts.status, counts.replayed, counts.groups
        windows = burn_windows(objective, groups, self.at)
        past = ObjectivePast.of(objective, groups) if groups else None
        days = past.days(self.shown) if past else None
        details = self._details(past, days, counts) if past and days else ()
        counts.save()

        known = status if isinstance(status, ObjectiveStatus) else None
        return ObjectiveFigures(
            service=objective.service,
            slo=objective.slo_name,
            name=objective.name,
            status=figures(status),
            attainment=known.attainment if known else None,
            remaining=known.remaining if known else None,
            part=known.coverage.part if known else None,
            burn=known.burn if known else None,
            exhausted=known.exhausted if known else None,
            renewed=known.renewed if known else None,
            unknown=_reason(status),
            state=burn_state(windows),
            windows=windows,
            days=days,
            periods=past.periods(self.shown) if past else (),
            quarter=past.over(self.quarter) if past else None,
            details=details,
            replayed=replayed,
        )

    def _counts(self, objective: Objective) -> ObjectiveCounts:
        terms = CountTerms(
            source=self.source,
            shown=self.shown,
            whole=self.shown.extended(objective.period + CALENDAR_MARGIN),
            at=self.at,
            replay=self.terms,
            warm_up=self.warm_up,
            incidents=self.incidents_of.get(objective.service, ()),
        )
        return counts_of(objective, terms)

    def _details(
        self, past: ObjectivePast, days: BudgetDays, counts: ObjectiveCounts
    ) -> tuple[DayDetail, ...]:
        wanted = latest_days({*large_days(days), *alert_days(counts.replayed)})
        objective = past.objective
        budgets = [
            Budget.of(objective.target, objective.period, sums, span=self.shown)
            for sums in past.sums
        ]
        return tuple(day_detail(day, counts.day(day), budgets) for day in wanted)


def alert_days(replayed: Replayed) -> Iterator[date]:
    """Yield each UTC day of the replay on which an alert fired."""
    for row in replayed.rows:
        if isinstance(row.new, AlertFirings):
            for episode in row.new.episodes:
                last = episode.span.end - timedelta(microseconds=1)
                yield from TimeSpan(episode.span.start, max(last, episode.span.start)).days()


def _by_service(incidents: Iterable[Event]) -> Mapping[str, tuple[Event, ...]]:
    by_service: dict[str, list[Event]] = {}
    for incident in incidents:
        by_service.setdefault(incident.service, []).append(incident)
    return {service: tuple(of_service) for service, of_service in by_service.items()}


def _reason(status: SloStatus) -> str:
    return "" if isinstance(status, ObjectiveStatus) else status.reason
