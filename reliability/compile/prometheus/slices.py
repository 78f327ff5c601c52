"""Slices of time that are judged one by one: their number in a window, and how many failed.

Slices are aligned to the epoch, because Prometheus aligns the steps of a subquery to it. A window
shorter than a slice contains the last one.
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
"""Tolerance for a slice exactly at its target, which is good although doubles may miss it."""
END: Final = timedelta(seconds=1)


def reach(sli: SlicedSli) -> timedelta:
    """Return how far a slice looks back from its end.

    Samples are taken on whole minutes, where slices meet: such a sample belongs to the slice that
    it ends. Prometheus 2 would count it in both.
    """
    match sli.of:
        case RawSli(query=SampledQuery()) | ThresholdSli(query=SampledQuery()):
            return sli.length - END
        case _:
            return sli.length


def verdict(sli: SlicedSli, error_ratio: str) -> str:
    """Return PromQL for the failed share of one slice, 0..1: all or nothing, or its error ratio."""
    match sli:
        case TimesliceSli():
            # A slice exactly at its target is good; without a tolerance the division of two doubles
            # decides.
            most = number(float(1 - sli.good_from + TOLERANCE))
            return f"({error_ratio}) > bool {most}"
        case RatioTimesliceSli():
            return error_ratio


def counted(amount: str) -> str:
    """Return PromQL that has a value for each slice with data, whether or not it has events."""
    return f"{amount} >= 0"


def over(function: str, value: str, sli: SlicedSli, window: timedelta) -> str:
    """Return PromQL that applies a function to the slices of a window."""
    return f"{function}(({value}){_steps(sli, window)})"


def _steps(sli: SlicedSli, window: timedelta) -> str:
    length = duration_text(sli.length)
    # A window shorter than a slice still has to contain one evaluation of the subquery.
    return f"[{duration_text(max(window, sli.length))}:{length}]"
