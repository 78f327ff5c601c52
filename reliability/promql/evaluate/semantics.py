"""What differs between Prometheus 2 and 3 when an expression is evaluated."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.message import Message


class Ranges(enum.Enum):
    """How many increments `x[W]` holds where samples lie on the grid.

    Prometheus 3 leaves out the sample exactly W ago, so that W minutes hold W - 1 increments;
    Prometheus 2 and VictoriaMetrics take it in, and hold W. Measured on 2.53 and 3.5.
    """

    LEFT_OPEN = "left-open"
    CLOSED = "closed"

    def increments(self, window: timedelta, step: timedelta) -> int:
        """The number of steps that a window sums."""
        steps = window // step
        return steps if self is Ranges.CLOSED else max(steps - 1, 0)

    @property
    def words(self) -> Message:
        """Whether a range holds a sample exactly at its start, and which server does it so.

        The migration guide of Prometheus 3 calls it "left-open", which says little to others.
        """
        if self is Ranges.LEFT_OPEN:
            return Message("ranges exclude their start, as in Prometheus 3")
        return Message("ranges include their start, as in Prometheus 2")


LOOKBACK: Final = timedelta(minutes=5)
MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Semantics:
    """A generation of Prometheus: how it reads ranges, and its `--query.lookback-delta`.

    Prometheus 3 (left-open) leaves out a sample exactly at the beginning of a range, has no value
    for one that is exactly as old as the lookback, and adds with compensation in `sum` and `avg`
    (promql/engine.go and functions.go of v2.53.3 and v3.5.0). No server has `slack`: the share by
    which a comparison may miss and still holds, or, if negative, must be exceeded.
    `delays_names` is the flag `promql-delayed-name-removal` of Prometheus 3, which its language
    tests are run with.
    """

    ranges: Ranges = Ranges.LEFT_OPEN
    lookback: timedelta = LOOKBACK
    slack: float = 0.0
    delays_names: bool = False

    @property
    def is_left_open(self) -> bool:
        """Whether it is Prometheus 3."""
        return self.ranges is Ranges.LEFT_OPEN

    @property
    def lookback_ms(self) -> int:
        """The lookback in milliseconds, in which samples are timed."""
        return milliseconds(self.lookback)


def milliseconds(length: timedelta) -> int:
    """A length of time as PromQL counts it."""
    return length // MILLISECOND
