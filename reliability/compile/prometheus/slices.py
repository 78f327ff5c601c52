"""Slices of time, each judged by itself: how many there were in a window, and how many failed.

Slices lie end to end from the epoch on, since that is where Prometheus begins the steps of a
subquery. A window shorter than a slice holds the last one.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from reliability.compile.prometheus.names import number
from reliability.promql.sampled_query import SampledQuery
from reliability.resolve.sli import RatioTimesliceSli, RawSli, SlicedSli, ThresholdSli, TimesliceSli
from reliability.scalars import duration_text

TOLERANCE: Final = Decimal("1e-9")
"""A slice that is exactly at its target is good, though doubles put it a hair beside it."""
END: Final = timedelta(seconds=1)


def reach(sli: SlicedSli) -> timedelta:
    """How far a slice looks back from its end.

    Samples are taken on whole minutes, where slices meet: one belongs to the slice that it ends.
    Prometheus 2 would count it in both.
    """
    match sli.of:
        case RawSli(query=SampledQuery()) | ThresholdSli(query=SampledQuery()):
            return sli.length - END
        case _:
            return sli.length


def verdict(sli: SlicedSli, error_ratio: str, amount: str) -> str:
    """What failed of one slice, 0..1: all or nothing, or its error ratio.

    A slice in which nothing happened is good: no request failed in it. One without data is none.
    """
    match sli:
        case TimesliceSli():
            most = number(float(1 - sli.good_from + TOLERANCE))
            failed = f"({error_ratio} > bool {most})"
        case RatioTimesliceSli():
            failed = f"({error_ratio} >= 0)"
    return f"{failed} or ({counted(amount)}) * 0"


def counted(amount: str) -> str:
    """The slices that there are: those with data, with something to judge in it or not."""
    return f"{amount} >= 0"


def over(function: str, value: str, sli: SlicedSli, window: timedelta) -> str:
    """A function over the slices of a window."""
    return f"{function}(({value}){_steps(sli, window)})"


def _steps(sli: SlicedSli, window: timedelta) -> str:
    length = duration_text(sli.length)
    return f"[{duration_text(max(window, sli.length))}:{length}]"
