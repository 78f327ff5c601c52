"""Figures of an SLI over one window in PromQL: counts, and whether the window is complete.

Counts are read from the series that the SLI itself reads and not from recordings, which begin when
the rules do. `increase` over a window that the server covers only in part returns that part, so
each figure comes with a condition that holds only if the window is covered completely.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from reliability.compile.prometheus import samples
from reliability.compile.prometheus.formulas import failures, slices_in
from reliability.compile.prometheus.names import ratio_record
from reliability.compile.prometheus.text_queries import TextScope
from reliability.promql.query import (
    EventQuery,
    SelectorQuery,
    WindowedQuery,
    both_le_forms,
    increase,
    plain_selectors,
)
from reliability.promql.sampled_query import GaugeQuery, SampledQuery
from reliability.resolve.sli import (
    AnySli,
    GaugeRatioSli,
    RatioSli,
    RatioTimesliceSli,
    RawSli,
    SlicedSli,
    ThresholdSli,
    TimesliceSli,
    WholeSli,
)
from reliability.scalars import duration_text

COMPLETE: Final = 0.98
"""Share of its samples from which a window counts as complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFigures:
    """Expressions about one window, each with at most one sample.

    `known` is appended to an expression and removes its value if the window is incomplete. `failed`
    and `total` are numbers of events or slices; None if the SLI has none. `most` is the number of
    failures in a longer window. `increase` extrapolates from the first and last sample to the ends
    of its range, so failures of the last minutes weigh a little more in a short window.
    """

    window: timedelta
    ratio: str
    known: str
    failed: str | None = None
    total: str | None = None
    most: str | None = None

    @property
    def known_ratio(self) -> str:
        """Recorded error ratio, without a value if the window is incomplete."""
        return f"{self.ratio} {self.known}"


def figures(sli: AnySli, window: timedelta, scope: TextScope, longest: timedelta) -> WindowFigures:
    """Return the figures of a window; `longest` is the longest one in any text of the objective."""
    own = scoped(sli, scope)
    shown = WindowFigures(window=window, ratio=scope.series(ratio_record(window)), known="")
    match own:
        case RatioSli():
            total = scope.one(increase(own.total, window, scope.by))
            failed = scope.one(failures(own, window, scope.by))
            most = scope.one(failures(own, longest, scope.by)) if longest > window else None
            known = f"and on () ({_there_before(own.total, window)})"
            return replace(shown, known=known, failed=failed, total=total, most=most)
        case TimesliceSli():
            total = scope.one(slices_in(own, window, scope.by))
            failed = scope.one(failures(own, window, scope.by))
            return replace(_sliced(shown, own, total, scope=scope), failed=failed, total=total)
        case RatioTimesliceSli():
            return _sliced(shown, own, slices_in(own, window, scope.by), scope=scope)
        case GaugeRatioSli(total=query) | RawSli(query=query) | ThresholdSli(query=query):
            return replace(shown, known=_sampled(query, window, scope))


def scoped(sli: AnySli, scope: TextScope) -> AnySli:
    """Return the SLI with its queries as they appear in the text of an annotation."""
    if isinstance(sli, TimesliceSli | RatioTimesliceSli):
        return replace(sli, of=_scoped(sli.of, scope))
    return _scoped(sli, scope)


def _scoped(sli: WholeSli, scope: TextScope) -> WholeSli:
    match sli:
        case RatioSli():
            return replace(sli, events=scope.own(sli.events), total=scope.own(sli.total))
        case GaugeRatioSli():
            return replace(sli, events=scope.own(sli.events), total=scope.own(sli.total))
        case RawSli() | ThresholdSli():
            return replace(sli, query=scope.own(sli.query))


def _there_before(query: EventQuery, window: timedelta) -> str:
    """Return an expression that has a sample if a query's series existed when the window began.

    Counters continue to count between scrapes, so the last sample accounts for the rest of the
    window.
    """
    length = duration_text(window)
    parts = (
        f"group({plain_selector} offset {length})" for plain_selector in plain_selectors(query)
    )
    return " or ".join(parts)


def _sampled(query: GaugeQuery, window: timedelta, scope: TextScope) -> str:
    """Return the condition that a value existed in nearly every minute of a window."""
    match query:
        case WindowedQuery():
            return f"and on () ({_there_before(query, window)})"
        case SelectorQuery(selector):
            operand = both_le_forms(selector)
        case SampledQuery(text):
            operand = text
    minutes = samples.minutes_with(operand, window, scope.by)
    return f"and {scope.on} ({minutes} >= {_enough(window, samples.STEP)})"


def _sliced(shown: WindowFigures, sli: SlicedSli, slices: str, scope: TextScope) -> WindowFigures:
    """Return figures of slices; a window shorter than a slice contains the last slice."""
    whole = max(shown.window, sli.length)
    known = f"and {scope.on} ({slices} >= {_enough(whole, sli.length)})"
    return replace(shown, window=whole, known=known)


def _enough(window: timedelta, step: timedelta) -> int:
    return math.ceil(COMPLETE * (window // step))
