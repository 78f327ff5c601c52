"""`SampleReader`: protocol of sources of raw counter samples, such as a server or a file."""

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
    """Samples of one series in ascending time: milliseconds since 1970, and values.

    `histograms` has a native histogram for each histogram sample, whose entry in `values` is 0.
    """

    times: Times
    values: FloatArray
    histograms: NDArray[np.object_] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """One stored series: all its labels, including `__name__`, and its samples."""

    labels: Mapping[str, str]
    samples: Samples


class SampleReader(Protocol):
    """Source of the raw samples of every counter that a selector matches."""

    @property
    def description(self) -> str:
        """Description of the source, for the metadata of the stored series."""
        ...

    def counters(self, selector: Selector, span: TimeSpan) -> Iterable[Counter]:
        """Yield the counters with their samples, from after the span's start through its end.

        Raises:
            SourceError: the samples cannot be read.
        """
        ...


@runtime_checkable
class ExpressionReader(Protocol):
    """Source that evaluates whole expressions, such as a Prometheus server."""

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterable[Counter]:
        """Yield the values at each time of a grid from the span's start to before its end.

        Raises:
            SourceError: the server does not answer.
        """
        ...
