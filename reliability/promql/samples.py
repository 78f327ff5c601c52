"""`SampleReader`: gives raw samples of counters, from a server or a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import FloatArray
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan

Times: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """A series' samples in the order of time: milliseconds since 1970, and values.

    `histograms` has a native histogram for each sample that is one, whose value is 0.
    """

    times: Times
    values: FloatArray
    histograms: NDArray[np.object_] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """One series as it is stored: all its labels, `__name__` among them, and its samples."""

    labels: Mapping[str, str]
    samples: Samples


class SampleReader(Protocol):
    """Reads the raw samples of every counter that a selector matches."""

    @property
    def description(self) -> str:
        """What is read, for the metadata of what is stored."""
        ...

    def counters(self, selector: Selector, span: TimeSpan) -> Iterable[Counter]:
        """The counters with their samples after the span's start, up to and with its end.

        Raises:
            SourceError: they cannot be had.
        """
        ...


@runtime_checkable
class ExpressionReader(Protocol):
    """Evaluates whole expressions, as servers do."""

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterable[Counter]:
        """The values at each moment of a grid from the span's start, before its end.

        Raises:
            SourceError: the server does not answer.
        """
        ...
