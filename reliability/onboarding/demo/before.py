"""An alert on every error, replayed over the same history as the policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Self

from reliability.arrays import runs
from reliability.backtest.events import recorded
from reliability.backtest.firing import ReplayTerms, grid_of
from reliability.backtest.kernel import Evaluation, PrefixSums
from reliability.backtest.outcome import ALERT_TIER, AlertFirings, Backtest
from reliability.backtest.slis import sli_history
from reliability.errors import DemoError
from reliability.expression import FailuresAtLeast
from reliability.history.open import history_policy, open_source
from reliability.history.series import NoHistory, Series
from reliability.load.catalog import Catalog
from reliability.resolve.objectives import Objective, objectives
from reliability.timespan import TimeSpan

EVERY: Final = timedelta(minutes=1)
WINDOW: Final = timedelta(minutes=5)
ANY_ERROR: Final = FailuresAtLeast(WINDOW, 1)
"""`increase(errors[5m]) > 0`, evaluated each minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Mentions per week, and how many incidents they detected.

    `about_incidents` is the share of mentions during an incident, 0..1. `as_tickets` are incidents
    that only a ticket detected.
    """

    per_week: float
    about_incidents: float
    detected: int
    incidents: int
    as_tickets: int = 0

    @classmethod
    def of(cls, firing: Sequence[TimeSpan], incidents: Sequence[TimeSpan], span: TimeSpan) -> Self:
        """Count firing intervals and what they overlap."""
        about = sum(any(episode.overlap(event) for event in incidents) for episode in firing)
        detected = sum(any(episode.overlap(event) for episode in firing) for event in incidents)
        share = about / len(firing) if firing else 0.0
        return cls(
            per_week=len(firing) / span.weeks,
            about_incidents=share,
            detected=detected,
            incidents=len(incidents),
        )


@dataclass(frozen=True, slots=True)
class PerErrorAlert:
    """The replay of an alert on every error of one SLI.

    It mentions people each time it begins to fire. `failed` and `total` are events.
    """

    span: TimeSpan
    mentions: Mentions
    failed: int
    total: int

    @property
    def failing(self) -> float:
        """The share of events that failed, 0..1."""
        return self.failed / self.total


def per_error_alert(catalog: Catalog, root: Path, today: date, slo: str) -> PerErrorAlert:
    """Replay `ANY_ERROR` over the history of an SLO.

    Raises:
        DemoError: there is no such SLO, or no history of it.
    """
    spec = history_policy(catalog)
    terms = ReplayTerms(TimeSpan.before(today, spec.span))
    objective = next((item for item in objectives(catalog) if item.slo_name == slo), None)
    if objective is None:
        raise DemoError(f"the repository declares no {slo}")
    source = open_source(spec, catalog, root)
    history = source.series(sli_history(objective), terms.span.extended(WINDOW))
    if isinstance(history, NoHistory):
        raise DemoError(f"{slo} has no history: {history.reason}")

    [series] = history
    return _counted(objective, series, terms, catalog=catalog)


def _counted(
    objective: Objective, series: Series, terms: ReplayTerms, catalog: Catalog
) -> PerErrorAlert:
    incidents = [
        event.span
        for event in recorded([catalog], terms.span)
        if event.concerns(objective.service, objective.slo_name)
    ]
    part = series.part(terms.span)
    return PerErrorAlert(
        terms.span,
        Mentions.of(_firing(series, terms), incidents, terms.span),
        int(series.bad[part].sum()),
        total=int(series.total[part].sum()),
    )


def mentions_of(result: Backtest) -> Mentions:
    """Return the mentions of the alert tier in a backtest."""
    outcomes = [row.new for row in result.rows if row.tier == ALERT_TIER]
    fired = [outcome for outcome in outcomes if isinstance(outcome, AlertFirings)]
    firing = [episode.span for outcome in fired for episode in outcome.episodes]
    incidents = [verdict.event.span for verdict in result.scored]
    as_tickets = sum(verdict.new.ticketed and not verdict.new.paged for verdict in result.scored)
    return replace(Mentions.of(firing, incidents, result.span), as_tickets=as_tickets)


def _firing(series: Series, terms: ReplayTerms) -> list[TimeSpan]:
    start, grid = grid_of(EVERY, series, terms)
    on = Evaluation(PrefixSums.of(series, WINDOW), grid, terms.ranges).holds(ANY_ERROR)
    return [TimeSpan(start + first * EVERY, start + last * EVERY) for first, last in runs(on)]
