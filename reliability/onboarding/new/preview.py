"""What a promise would have measured and done to people, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reliability.backtest.engine import Chosen, backtest
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, Replayed
from reliability.backtest.slis import terms
from reliability.history.series import NoHistory, SeriesSource
from reliability.history.sli import Counters, SliHistory
from reliability.load.catalog import Catalog
from reliability.onboarding.new.promise import NewSli
from reliability.onboarding.new.proposal import CountedEvents, span_words
from reliability.promql.query import QueryFault, read_query
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Preview:
    """One objective replayed over a span."""

    span: TimeSpan
    replayed: Replayed

    def lines(self) -> list[str]:
        """A sentence for each tier."""
        found = [
            f"{row.tier}: {_times(row.new)} in {span_words(self.span.length)}"
            for row in self.replayed.rows
            if isinstance(row.new, AlertFirings)
        ]
        missing = self.replayed.history
        return found or [missing.reason if isinstance(missing, NoHistory) else "no alert"]


def _times(fired: AlertFirings) -> str:
    number = len(fired.episodes)
    if not number:
        return "never"
    return f"{number} time{'' if number == 1 else 's'}, {span_words(fired.time)} together"


def counters_of(indicator: NewSli) -> Counters | None:
    """The counters of two queries, before there is a document; None where they are no sums."""
    events, total = read_query(indicator.events), read_query(indicator.total)
    if isinstance(events, QueryFault) or isinstance(total, QueryFault):
        return None
    counts: Literal["good", "bad"] = "good" if indicator.counts == "good" else "bad"
    try:
        return Counters(counts, tuple(terms(events)), tuple(terms(total)))
    except ValueError:
        return None


def past_of(source: SeriesSource, counters: Counters, span: TimeSpan) -> CountedEvents | NoHistory:
    """What was counted in a span, gaps left out."""
    found = source.series(SliHistory("", "", counters), span)
    if isinstance(found, NoHistory):
        return found
    events = sum(float(series.total.sum()) for series in found)
    failed = sum(float(series.bad.sum()) for series in found)
    known = max(int(np.count_nonzero(series.known)) for series in found)
    return CountedEvents(known * found[0].step, events, max(failed, 0.0))


def preview(catalog: Catalog, slo: str, source: SeriesSource, span: TimeSpan) -> Preview | None:
    """What the alerts of one SLO would have done; None where it is not there."""
    result = backtest(catalog, None, source, ReplayTerms(span), Chosen(frozenset({slo})))
    return next((Preview(span, each) for each in result.objectives), None)
