"""Conditions of burn-rate alerts in PromQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from reliability.burnrate import FAST_EVERY, BurnRateAlert
from reliability.compile.prometheus.corrections import Corrections, unless_corrected
from reliability.compile.prometheus.names import (
    TOTAL,
    SeriesNames,
    failures_record,
    number,
    ratio_record,
)
from reliability.expression import (
    AllOf,
    AnyOf,
    BurnAbove,
    Condition,
    FailuresAtLeast,
    ShortAndRest,
    alternatives_of,
    leaves,
    pairs_of,
)
from reliability.scalars import duration_text

SEEN: Final = "1d:15m"
"""Range and steps in which earlier data are looked for."""


def alert_expression(
    alert: BurnRateAlert, names: SeriesNames, corrections: Corrections = ()
) -> str:
    """Return the expression of an alert: that its condition holds, or held when data went missing.

    A page neither ends nor begins because its series vanish. While the recorded total is absent
    (zero means no requests), a pair that held in the last minute with a total stands in for the
    short window, and the long window still has to exceed its factor, so the alert ends at the
    latest one long window after the last sample. Its value is then that minute, in seconds since
    1970.
    """
    pairs = zip(alternatives_of(alert.condition), pairs_of(alert.condition), strict=True)
    sides = [
        render(whole, names, corrections)
        if pair is None or not alert.outlasts_data
        else _outlasting(whole, pair, names, corrections)
        for whole, pair in pairs
    ]
    return without_series_labels(_either(sides), names)


def no_data(names: SeriesNames) -> str:
    """Return the expression of an alert on missing data.

    A total of zero means no traffic, which is normal. `absent` is 1 only if the total has no series
    at all. The number of quarters of an hour with data within a day is added.
    """
    total = names.select(TOTAL)
    # Never NaN, which VictoriaMetrics takes for no result.
    seen = f"scalar(sum(count_over_time({total}[{SEEN}])) or vector(0))"
    return without_series_labels(f"absent({total}) + {seen}", names)


def without_series_labels(expression: str, names: SeriesNames) -> str:
    """Return an expression without labels of its series, which its alert has by other names."""
    if not names.dropped:
        return expression
    inner = expression.replace("\n", "\n  ")
    inner = f"\n  {inner}\n" if "\n" in expression else inner
    return f"max without ({', '.join(names.dropped)}) ({inner})"


def render(condition: Condition, names: SeriesNames, corrections: Corrections = ()) -> str:
    """Return a condition over recorded series that no pair of windows meets in corrected time.

    A pair is active again once its short window contains nothing of that time. Its long window may
    still contain it, and counts all that happened.

    The windows have different labels and `and` requires equal ones, so `sloth_window` is removed;
    that also keeps the identity of an alert while another of its window pairs takes over.
    """
    match condition:
        case BurnAbove(window):
            return _alone(f"{names.select(ratio_record(window))} {_above(condition)}")
        case FailuresAtLeast(window, count):
            # Prometheus extrapolates `increase` to the ends of the window, so that it is rarely a
            # whole number: three failures may read as 2.9.
            return _alone(f"{names.select(failures_record(window))} > {count - 0.5}")
        case AllOf(conditions):
            text = _in_lines("and", [render(part, names) for part in conditions])
            return unless_corrected(text, corrections, _shortest(condition))
        case AnyOf(conditions):
            return _either([render(part, names, corrections) for part in conditions])


def _outlasting(
    whole: Condition, pair: ShortAndRest, names: SeriesNames, corrections: Corrections
) -> str:
    """Return the condition of a pair of windows, or that it held when its data went missing.

    It held in the last minute with a total: otherwise a page would begin because data vanish, as
    the long ratio rises while events leave its window.
    """
    lately = f"[{duration_text(pair.longest)}:{duration_text(FAST_EVERY)}]"
    held = render(whole, names).replace("\n", "\n  ")
    # `timestamp` of a comparison is the time of its evaluation, and not that of a sample.
    total = f"max(max_over_time(timestamp({names.select(TOTAL)} >= 0){lately}))"
    # Without labels: of several groups, some may have left while the others go on.
    missing = (
        f"max_over_time(timestamp(\n  {held}\n){lately})\n"
        f">= on () group_left () {total}\nunless on ()\n{names.select(TOTAL)}"
    )
    short = _enclosed(_either([render(pair.short, names), missing]))
    parts = [short, *(render(part, names) for part in pair.rest)]
    return unless_corrected(_in_lines("and", parts), corrections, pair.short.window)


def _shortest(condition: Condition) -> timedelta:
    return min(leaf.window for leaf in leaves(condition))


def _above(burn: BurnAbove) -> str:
    sign = ">=" if burn.inclusive else ">"
    return f"{sign} ({number(burn.factor)} * {number(burn.budget)})"


def _alone(vector: str) -> str:
    return f"max without (sloth_window) ({vector})"


def _either(sides: Sequence[str]) -> str:
    return sides[0] if len(sides) == 1 else _in_lines("or", map(_enclosed, sides))


def _in_lines(operator: str, sides: Iterable[str]) -> str:
    return f"\n{operator}\n".join(sides)


def _enclosed(text: str) -> str:
    if "\n" not in text:
        return text
    inner = text.replace("\n", "\n  ")
    return f"(\n  {inner}\n)"
