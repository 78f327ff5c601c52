"""The replay of an SLO before it is written: its counts and its notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reliability.backtest.engine import backtest
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, Replayed
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
    """The replay of one objective over a span."""

    span: TimeSpan
    replayed: Replayed

    def lines(self) -> list[str]:
        """Return a line for each tier; a single line with the reason if nothing was replayed."""
        lines = [
            f"{row.tier}: {_times(row.new)} in {full_units(self.span.length)}"
            for row in self.replayed.rows
            if isinstance(row.new, AlertFirings)
        ]
        missing = self.replayed.history
        return lines or [missing.reason if isinstance(missing, NoHistory) else "no alert"]


def _times(fired: AlertFirings) -> str:
    number = len(fired.episodes)
    if not number:
        return "never"
    return f"{number} time{'' if number == 1 else 's'}, {full_units(fired.time)} together"


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
    """Replay the alerts of one SLO; None if the catalog does not have it."""
    result = backtest(
        catalog, None, source, terms=ReplayTerms(span), chosen=Chosen(frozenset({slo}))
    )
    return next((Preview(span, objective) for objective in result.objectives), None)
