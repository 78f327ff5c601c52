"""Conversion of Sloth's `AlertWindows` to burn-rate windows, and the SLO period of a Sloth run."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from pydantic_core import PydanticCustomError

from reliability.burnrate import WindowPair
from reliability.convert.burn_sets import BurnPair, burn_set
from reliability.convert.converter import Converted, left_out
from reliability.convert.documents import burn_rate_windows
from reliability.convert.fields import Fields
from reliability.convert.sloth.sloth_slo import UNKNOWN_KEY
from reliability.model.kind import parse_duration

MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SlothPeriod:
    """The SLO period of one Sloth run, and the name of its window set."""

    length: timedelta
    windows: str


DEFAULT: Final = SlothPeriod(MONTH, "google-30d")


def read_windows(top: Fields) -> Generator[Converted, None, SlothPeriod | None]:
    """Draft a resource's window set unless it is a shipped one; return period and name, or None."""
    for key in ("apiVersion", "kind", "metadata"):
        top.take(key)
    spec = top.inner("spec")
    period = _duration(spec, "sloPeriod")
    pairs: list[BurnPair] = []

    for severity, fast in (("page", True), ("ticket", False)):
        of = spec.inner(severity)
        for speed in ("quick", "slow"):
            inner = of.inner(speed)
            pair = _pair(inner)
            pairs += [BurnPair(pair, fast)] if pair else []
            yield from inner.diagnostics(UNKNOWN_KEY)
        yield from of.diagnostics(UNKNOWN_KEY)

    yield from (
        *top.diagnostics(UNKNOWN_KEY),
        *spec.diagnostics(UNKNOWN_KEY),
    )
    if period is None or len(pairs) != 4:
        message = "a window or the period is not valid; the window set is not imported"
        yield left_out(spec.origin, message, "write a BurnRateWindows by hand")
        return None

    made = burn_set("imported", period, pairs)
    if made.spec is not None:
        yield burn_rate_windows(made.name, made.spec, top.origin)

    return SlothPeriod(period, made.name)


def _pair(fields: Fields) -> WindowPair | None:
    share = fields.take("errorBudgetPercent")
    long, short = _duration(fields, "longWindow"), _duration(fields, "shortWindow")
    if long is None or short is None or not timedelta(0) < short < long:
        return None
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share <= 100:
        return None
    return WindowPair(long, short, Fraction(str(share)) / 100)


def _duration(fields: Fields, key: str) -> timedelta | None:
    try:
        return parse_duration(fields.take(key))
    except PydanticCustomError:
        return None


def period_of(sets: Sequence[SlothPeriod]) -> SlothPeriod:
    """Return the SLO period of a run: 30 days, or the only period that the windows are for.

    Sloth takes the period from its command line (`--default-slo-period`), which no file contains;
    its default is 30 days.
    """
    of_month = [period for period in sets if period.length == MONTH]
    if of_month:
        return of_month[0]
    return sets[0] if len({period.length for period in sets}) == 1 else DEFAULT


def period_of_days(days: int) -> SlothPeriod:
    """Return a period of some days, with the shipped set for it."""
    named = {30: "google-30d", 28: "google-28d", 7: "7d"}
    return SlothPeriod(timedelta(days=days), named.get(days, f"for-{days}d"))
