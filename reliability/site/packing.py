"""Values of a site as bytes, read with a list of the classes that may be in them.

The bytes are kept in the repository's cache folder, which a pull request can write to as well. All
classes in the list are plain values, so reading runs nothing else.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import FunctionType
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from pydantic_core import TzInfo

from reliability.arrays import FloatArray
from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.outcome import (
    AlertFirings,
    Detection,
    EventVerdict,
    NoAlert,
    OutcomeRow,
    Replayed,
    SliSummary,
)
from reliability.history.series import NoHistory
from reliability.message import CommaList, Message
from reliability.rates import WeeklyRate
from reliability.review.slo_review.next_step import NextStep
from reliability.site.days import BudgetDays, PastPeriod
from reliability.site.due_reviews import ReviewEvidenceSummary
from reliability.site.state import (
    DetailPlace,
    KeptInputs,
    KeptPages,
    KeptService,
    KeptTargets,
    KeptTerms,
)
from reliability.site.summaries import (
    AlertDetection,
    DaysSummary,
    IncidentRow,
    IncidentSummary,
    ReviewDetail,
    ReviewSummary,
    ServiceDetail,
    ServiceSummary,
    SloSummary,
    TargetForReview,
)
from reliability.timespan import TimeSpan

SUMMARIES: Final = (DaysSummary, IncidentSummary, ReviewSummary, ServiceSummary, SloSummary)
VALUES: Final[tuple[type, ...]] = (
    *(date, datetime, timedelta, timezone, TzInfo, Decimal, TimeSpan, CommaList),
    *(DetailPlace, KeptInputs, KeptPages, KeptService, KeptTargets, KeptTerms),
    *(*SUMMARIES, ServiceDetail, AlertDetection, IncidentRow, ReviewDetail, NextStep),
    *(ReviewEvidenceSummary, TargetForReview, WeeklyRate, BudgetDays, PastPeriod),
    *(Replayed, SliSummary, NoHistory, OutcomeRow, AlertFirings, NoAlert, Episode),
    *(EventVerdict, Event, Detection),
)
"""Classes of values in summaries and details."""


def packed(value: object) -> bytes:
    """Return a value as bytes.

    Raises:
        pickle.PicklingError: a part of it is of a class that is not read back.
    """
    content = io.BytesIO()
    _ValuePickler(content, protocol=5).dump(value)
    return content.getvalue()


def unpacked(content: bytes | memoryview) -> Any:
    """Return a value from bytes.

    Raises:
        one of `DAMAGED`: something else is in them.
    """
    return _ValueUnpickler(io.BytesIO(content)).load()


def numbers_of(content: bytes) -> FloatArray:
    """Return an array of doubles from their bytes."""
    return np.frombuffer(content, dtype=np.float64)


def message_of(
    template: str, values: Mapping[str, object], several: str | None, count: int
) -> Message:
    """Return a message from what it keeps."""
    if several is None:
        return Message(template, **values)
    others = {name: value for name, value in values.items() if name != "count"}
    return Message.plural(template, several, count, **others)


class _ValuePickler(pickle.Pickler):
    """Writes values of listed classes only; arrays as bytes, and scalars of numpy as numbers."""

    def reducer_override(self, value: Any) -> Any:
        match value:
            case type() | FunctionType():
                return NotImplemented
            case np.ndarray():
                return numbers_of, (value.astype(np.float64).tobytes(),)
            case np.floating():
                return float, (float(value),)
            case Message():
                kept = (value.template, dict(value.values), value.several, value.number)
                return message_of, kept
            case ZoneInfo(key=str(key)):
                return ZoneInfo, (key,)
            case _ if type(value) in VALUES:
                return NotImplemented
            case _:
                pass
        raise pickle.PicklingError(f"{type(value).__qualname__} is not a value of a site")


class _ValueUnpickler(pickle.Unpickler):
    """Reads values of listed classes only ("Restricting Globals" of the Python documentation)."""

    def find_class(self, module: str, name: str) -> Any:
        known = ALLOWED.get((module, name))
        if known is None:
            raise pickle.UnpicklingError(f"{module}.{name} is not a value of a site")
        return known


CALLED: Final[tuple[Any, ...]] = (*VALUES, ZoneInfo, float, numbers_of, message_of)
ALLOWED: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    (kind.__module__, kind.__qualname__): kind for kind in CALLED
}
DAMAGED: Final = (
    *(pickle.UnpicklingError, EOFError, AttributeError, ImportError),
    *(IndexError, KeyError, TypeError, ValueError),
)
"""What reading something else raises ("pickle.UnpicklingError" of the Python documentation)."""
