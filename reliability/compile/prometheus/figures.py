"""What is known of an SLI over one window, in PromQL: counts, and whether the window was seen.

Counts are read from the series that the SLI itself reads and not from our recordings, which begin
when the rules do. `increase` over a window that the server saw only in part gives that part, so
each figure comes with a condition that holds only if the window was seen as a whole.
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
"""The share of its samples from which on a window counts as seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFigures:
    """Expressions about one window, each of one sample at most.

    `known` stands behind an expression and removes its value if the window was not seen as a
    whole. `failed` and `total` are numbers of events or slices; None if the SLI has none. `most`
    are the failures in a longer window. `increase` reaches from the first and the last sample to
    the ends of its range, so failures of the last minutes weigh a little more in a short window.
    """

    window: timedelta
    ratio: str
    known: str
    failed: str | None = None
    total: str | None = None
    most: str | None = None

    @property
    def known_ratio(self) -> str:
        """The recorded error ratio, if the window was seen."""
        return f"{self.ratio} {self.known}"


def figures(sli: AnySli, window: timedelta, scope: TextScope, longest: timedelta) -> WindowFigures:
    """The figures of a window; `longest` is the longest that any text of the objective names."""
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
    """The same SLI with its queries as they stand in the text of an annotation."""
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
    """A sample if the series of a query were there when the window began.

    Counters go on while nobody looks, so the rest of the window is seen by its last sample.
    """
    length = duration_text(window)
    parts = (
        f"group({plain_selector} offset {length})" for plain_selector in plain_selectors(query)
    )
    return " or ".join(parts)


def _sampled(query: GaugeQuery, window: timedelta, scope: TextScope) -> str:
    """The condition that a value was there in nearly every minute of a window."""
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
    """Figures of slices: a window shorter than one holds the last."""
    whole = max(shown.window, sli.length)
    known = f"and {scope.on} ({slices} >= {_enough(whole, sli.length)})"
    return replace(shown, window=whole, known=known)


def _enough(window: timedelta, step: timedelta) -> int:
    return math.ceil(COMPLETE * (window // step))
