"""Parts of a date in UTC: `hour`, `day_of_week` and so on.

Source: dateWrapper in promql/functions.go of v2.53.5 and v3.5.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.promql.evaluate.lines import Times

SECONDS_OF_A_DAY: Final = 86_400
DAYS_BEFORE_1970: Final = 719_468
"""Days from March 1 of the year 0 to January 1, 1970."""
DAYS_OF_400_YEARS: Final = 146_097

SMALLEST: Final = -(2**63)
WRAPPED: Final = 2**63
"""Seconds that Go uses for an infinite or NaN time: the smallest int64, wrapped around."""

Part = Callable[[Times, Times], Times]
"""Function of the days since 1970 and the seconds of the day."""


def part(name: str, seconds: FloatArray) -> FloatArray:
    """Return one part of the date at each time, given in seconds since 1970."""
    with np.errstate(invalid="ignore"):
        whole = np.trunc(seconds).astype(np.int64)
    is_wrapped = whole == SMALLEST
    days = np.where(is_wrapped, WRAPPED // SECONDS_OF_A_DAY, whole // SECONDS_OF_A_DAY)
    within = np.where(is_wrapped, WRAPPED % SECONDS_OF_A_DAY, whole % SECONDS_OF_A_DAY)
    return PARTS[name](days, within).astype(np.float64)


def _civil(days: Times) -> tuple[Times, Times, Times]:
    """Return year, month and day.

    Years are counted from March internally, so that a leap day is the last day of a year.
    """
    days = days + DAYS_BEFORE_1970
    era = days // DAYS_OF_400_YEARS
    of_era = days - era * DAYS_OF_400_YEARS
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    from_march = (5 * of_year + 2) // 153

    day = of_year - (153 * from_march + 2) // 5 + 1
    month = np.where(from_march < 10, from_march + 3, from_march - 9)
    return year_of_era + era * 400 + (month <= 2), month, day


def _is_leap(year: Times) -> Times:
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    leap: Times = is_leap.astype(np.int64)
    return leap


def _days_in_month(days: Times, _: Times) -> Times:
    year, month, _ = _civil(days)
    lengths = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    result: Times = lengths[month - 1] + (month == 2) * _is_leap(year)
    return result


def _day_of_year(days: Times, _: Times) -> Times:
    year, month, day = _civil(days)
    before = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
    result: Times = before[month - 1] + day + (month > 2) * _is_leap(year)
    return result


PARTS: Final[Mapping[str, Part]] = {
    "minute": lambda _, within: within // 60 % 60,
    "hour": lambda _, within: within // 3600,
    "day_of_week": lambda days, _: (days + 4) % 7,
    "day_of_month": lambda days, _: _civil(days)[2],
    "day_of_year": _day_of_year,
    "days_in_month": _days_in_month,
    "month": lambda days, _: _civil(days)[1],
    "year": lambda days, _: _civil(days)[0],
}
