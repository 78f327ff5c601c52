"""The replay of an SLO before it is written: its counts and its notifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np

from reliability.backtest.engine import backtest
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, Outcome, Replayed, SliSummary
from reliability.backtest.pairs import Chosen
from reliability.backtest.slis import counters_of
from reliability.history.series import NoHistory, SeriesSource
from reliability.history.sli import Counters, HistogramCounters, SliHistory
from reliability.load.catalog import Catalog
from reliability.onboarding.new.new_slo import NewSli
from reliability.onboarding.new.proposal import CountedEvents
from reliability.promql.query import QueryFault, read_query
from reliability.render.durations import full_units
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Preview:
    """The history of one objective, and what its alert of each tier did over the known part."""

    history: SliSummary | NoHistory
    tiers: Mapping[str, Outcome]

    def lines(self) -> list[str]:
        """Return a line for each tier; a single line with the reason if nothing was replayed."""
        lines = [
            f"{tier}: {_times(fired)}"
            for tier, fired in self.tiers.items()
            if isinstance(fired, AlertFirings)
        ]
        missing = self.history
        return lines or [missing.reason if isinstance(missing, NoHistory) else "no alert"]


def _times(fired: AlertFirings) -> str:
    """Return how often an alert fired in the time in which its windows hold a history."""
    if not fired.known_weeks:
        return "not known, since the history is shorter than its longest window"
    known = timedelta(weeks=fired.known_weeks)
    number = len(fired.episodes)
    times = f"{number} time{'' if number == 1 else 's'}, {full_units(fired.time)} together"
    return f"{times if number else 'never'} in {full_units(known)}"


def counted_by(indicator: NewSli) -> Counters | HistogramCounters | None:
    """Return what an SLI's queries count; None unless it can be counted by the minute."""
    events, total = read_query(indicator.events), read_query(indicator.total)
    if isinstance(events, QueryFault) or isinstance(total, QueryFault):
        return None
    counts: Literal["good", "bad"] = "good" if indicator.counts == "good" else "bad"
    try:
        return counters_of(counts, events, total)
    except ValueError:
        return None


def selector_of_all(counters: Counters | HistogramCounters) -> str:
    """Return a selector of all events."""
    if isinstance(counters, HistogramCounters):
        return counters.total.selector
    return counters.total[0].selector.text


def past_of(
    source: SeriesSource, counters: Counters | HistogramCounters, span: TimeSpan
) -> CountedEvents | NoHistory:
    """Return the events counted in a span; their length is the time with data."""
    history = source.series(SliHistory("", "", counters), span)
    if isinstance(history, NoHistory):
        return history
    events = sum(float(series.total.sum()) for series in history)
    failed = sum(float(series.bad.sum()) for series in history)
    known = max(int(np.count_nonzero(series.known)) for series in history)
    return CountedEvents(known * history[0].step, events, max(failed, 0.0))


def preview(catalog: Catalog, slo: str, source: SeriesSource, span: TimeSpan) -> Preview | None:
    """Replay the alerts of one SLO; None if the catalog does not have it.

    Each tier is replayed of its own: windows of a ticket may need days of history, those of a page
    hours.
    """
    whole = _replayed(catalog, slo, source, ReplayTerms(span))
    if whole is None:
        return None
    tiers = {
        row.tier: row.new
        for tier in dict.fromkeys(row.tier for row in whole.rows)
        if (replayed := _replayed(catalog, slo, source, ReplayTerms(span, tier=tier)))
        for row in replayed.rows
        if row.tier == tier
    }
    return Preview(whole.history, tiers)


def _replayed(
    catalog: Catalog, slo: str, source: SeriesSource, terms: ReplayTerms
) -> Replayed | None:
    chosen = Chosen(frozenset({slo}))
    result = backtest(catalog, None, source, terms=terms, chosen=chosen)
    return next(iter(result.objectives), None)
