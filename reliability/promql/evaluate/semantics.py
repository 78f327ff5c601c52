"""Differences between Prometheus 2 and 3 in the evaluation of expressions."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.message import Message


class Ranges(enum.Enum):
    """Number of increments in `x[W]` if samples lie on the grid.

    Prometheus 3 excludes the sample exactly W ago, so that W minutes contain W - 1 increments.
    Prometheus 2 and VictoriaMetrics include it, so that there are W. Measured on 2.53 and 3.5.
    """

    LEFT_OPEN = "left-open"
    CLOSED = "closed"

    def increments(self, window: timedelta, step: timedelta) -> int:
        """Return the number of steps that a window sums."""
        steps = window // step
        return steps if self is Ranges.CLOSED else max(steps - 1, 0)

    @property
    def words(self) -> Message:
        """Whether ranges include a sample exactly at their start, in words, with the server.

        The migration guide of Prometheus 3 calls this "left-open", a term that few readers know.
        """
        if self is Ranges.LEFT_OPEN:
            return Message("ranges exclude their start, as in Prometheus 3")
        return Message("ranges include their start, as in Prometheus 2")


LOOKBACK: Final = timedelta(minutes=5)
MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Semantics:
    """Generation of Prometheus: how it selects ranges, and its `--query.lookback-delta`.

    Prometheus 3 (left-open) excludes a sample exactly at the start of a range, has no value for a
    sample exactly as old as the lookback, and uses compensated summation in `sum` and `avg`
    (promql/engine.go and functions.go of v2.53.3 and v3.5.0). `slack` exists in no server: it is
    the share by which a comparison may miss and still hold or, if negative, must be exceeded.
    `delays_names` is the flag `promql-delayed-name-removal` of Prometheus 3, which its language
    tests are run with.
    """

    ranges: Ranges = Ranges.LEFT_OPEN
    lookback: timedelta = LOOKBACK
    slack: float = 0.0
    delays_names: bool = False

    @property
    def is_left_open(self) -> bool:
        """Whether this is Prometheus 3."""
        return self.ranges is Ranges.LEFT_OPEN

    @property
    def lookback_ms(self) -> int:
        """Lookback in milliseconds, the unit of sample times."""
        return milliseconds(self.lookback)


def milliseconds(length: timedelta) -> int:
    """Convert a duration to whole milliseconds."""
    return length // MILLISECOND
