"""Moments as whole milliseconds since 1970, the unit of the simulation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from reliability.timespan import EPOCH

MILLISECOND: Final = timedelta(milliseconds=1)


def milliseconds(length: timedelta) -> int:
    """Return a length in whole milliseconds."""
    return length // MILLISECOND


def moment_of(at: datetime) -> int:
    """Return an aware datetime as milliseconds since 1970."""
    return (at - EPOCH) // MILLISECOND


def datetime_of(moment: int) -> datetime:
    """Return a moment as a datetime in UTC."""
    return EPOCH + moment * MILLISECOND


def not_before(start: int, step: int, moment: int) -> int:
    """Return the first of `start`, `start + step`, ... that is not before a moment."""
    # The floor of the negated difference is the ceiling of the difference, in exact integers.
    return start + max(-((start - moment) // step), 0) * step
