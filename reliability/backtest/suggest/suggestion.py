"""Entry point of `suggest`: from an objective to its sweeps and a suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reliability.backtest.coverage import Coverage
from reliability.backtest.events import recorded
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import ALERT_TIER
from reliability.backtest.replay import filled, longest_window, open_side, warm_up_of
from reliability.backtest.suggest.candidates import candidates
from reliability.backtest.suggest.choice import Choice, PagingLimits, choose
from reliability.backtest.suggest.sweep import SpanHistory, Sweep, past_of, swept
from reliability.burnrate import BurnRateAlert
from reliability.history.series import NoHistory, SeriesSource
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import ObjectiveAlerts
from reliability.model.notification import NotificationPolicy, PageBudget
from reliability.model.slo_policy import BurnRateWindows, SloPolicy, TargetBounds
from reliability.render.durations import days_text
from reliability.resolve.objectives import Objective, alerts_of_set, default_windows, evaluated
from reliability.timespan import WEEK


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSuggestion:
    """History of one objective, a sweep for each window set, and the choice with its own set."""

    objective: Objective
    source: str
    is_made_up: bool
    terms: ReplayTerms
    past: SpanHistory
    sweeps: tuple[Sweep, ...]
    choice: Choice
    limits: PagingLimits

    @property
    def sweep(self) -> Sweep:
        """Sweep of the window set that the objective's alerts use, or would by default."""
        return self.sweeps[0]


@dataclass(frozen=True, slots=True)
class NotSwept:
    """Objective that cannot be swept, and why."""

    objective: Objective
    reason: str


def suggest(
    objective: Objective,
    catalog: Catalog,
    source: SeriesSource,
    terms: ReplayTerms,
    windows: str = "",
) -> TargetSuggestion | NotSwept:
    """Sweep an objective; `windows` names a window set to use instead of its own."""
    sets = _sets(objective, catalog, windows)
    if not sets:
        name = windows or "a set of windows"
        return NotSwept(objective, f"{name} for a period of {objective.period.days}d is not there")

    alerts = {rate_windows.metadata.name: _alerts(objective, rate_windows) for rate_windows in sets}
    every = [alert for of_set in alerts.values() for alert in of_set]
    longest = longest_window(every)
    side = open_side(objective, source, terms, warm_up=max(warm_up_of([objective]), longest))
    if isinstance(side.missing, NoHistory):
        return NotSwept(objective, side.missing.reason)

    pages = any(alert.tier == ALERT_TIER for alert in every)
    alert_terms = filled([side], longest, terms)
    past = past_of(side, recorded([catalog], terms.span), terms, alert_terms, pages=pages)
    if past is None:
        return NotSwept(objective, "nothing happened in the known part of the span")
    if past.known < WEEK:
        # An episode in a few hours would be dozens in a week.
        known = Coverage(past.known / WEEK, elapsed=WEEK).extent
        return NotSwept(objective, f"a suggestion needs a week of history, and {known} are known")
    tried = candidates(_bounds(catalog), objective.target)
    sweeps = tuple(
        swept(side, past=past, windows=name, alerts=alert, tried=tried, terms=alert_terms)
        for name, alert in alerts.items()
    )
    limits = PagingLimits(_pages_a_week(catalog), _since(source, past, terms))

    return TargetSuggestion(
        objective=objective,
        source=source.description,
        is_made_up=source.is_made_up,
        terms=terms,
        past=past,
        sweeps=sweeps,
        choice=choose(sweeps[0], past, objective.target, limits=limits),
        limits=limits,
    )


def _sets(objective: Objective, catalog: Catalog, requested: str) -> Sequence[BurnRateWindows]:
    """Return the window sets for the objective's period, with the one in use first."""
    entry = objective.source.entry if objective.source else None
    own = requested or (entry.windows if entry else None) or default_windows(catalog)
    fitting = [
        windows.value
        for windows in catalog.documents(BurnRateWindows)
        if windows.value.spec.period == objective.period
    ]
    first = [windows for windows in fitting if windows.metadata.name == own]
    return first if requested else first + [windows for windows in fitting if windows not in first]


def _alerts(objective: Objective, windows: BurnRateWindows) -> tuple[BurnRateAlert, ...]:
    """Return the alerts of a set, with the tiers and the minimum of the alert policy."""
    entry = objective.source.entry if objective.source else ObjectiveAlerts(slo="any")
    declared = alerts_of_set(objective.slo.value, objective.index, entry, windows=windows)
    return evaluated(declared, objective.indicator)


def _bounds(catalog: Catalog) -> TargetBounds:
    policy = catalog.only(SloPolicy)
    return policy.value.spec.targets if policy else TargetBounds()


def _pages_a_week(catalog: Catalog) -> float:
    policy = catalog.only(NotificationPolicy)
    return (policy.value.spec.page_budget if policy else PageBudget()).per_week


def _since(source: SeriesSource, past: SpanHistory, terms: ReplayTerms) -> str:
    made_up = " of synthetic history" if source.is_made_up else ""
    last = terms.span.end.date()
    length = past.coverage.part or days_text(terms.span.length.days)
    return f"over {length}{made_up} up to {last}"
