"""`DecodingCounts`: what an answer of remote read holds, counted before memory is taken for it.

A few megabytes on the wire may be decompressed to a hundred million empty fields.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from typing import Final

from reliability.history.sources.unread import TooManySeriesError
from reliability.http.bounds import time_left

MOST_STEPS: Final = 10_000_000
"""Fields of one answer, which are read one by one: about twenty seconds."""
OF_SERIES, OF_HISTOGRAM, OF_LABEL = 20, 20, 5
"""Steps that these take at least, also if they are empty."""
OF_FIELD: Final = 4
"""Buckets that take as long as a field."""
CHECKED: Final = 10_000
"""Steps after which the time limit of an answer is checked."""


@dataclass(slots=True, kw_only=True)
class DecodingCounts:
    """Limits of one selector, and the counts of its answers so far.

    Each answer has `steps` and `series` of its own; `samples` and `buckets` (of native histograms)
    are counted over all answers. Answers are decoded one at a time, in `lock`: what decoding takes
    besides its result is then taken once.
    """

    most_steps: int = MOST_STEPS
    most_series: int = sys.maxsize
    most_samples: int = sys.maxsize
    most_buckets: int = sys.maxsize
    steps: int = 0
    series: int = 0
    samples: int = 0
    buckets: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Begin another answer."""
        self.steps = self.series = 0

    def add_steps(self, count: int = 1) -> None:
        """Count steps.

        Raises:
            TooManySeriesError: these are too many.
            TooLateError: the time limit of the answer has passed.
        """
        before = self.steps // CHECKED
        self.steps += count
        if self.steps // CHECKED > before:
            self._ensure("fields", self.steps, self.most_steps)
            time_left(None)

    def add_series(self) -> None:
        """Count a series.

        Raises:
            TooManySeriesError: there are too many.
        """
        self.series += 1
        self.add_steps(OF_SERIES)
        self._ensure("series", self.series, self.most_series)

    def add_samples(self, count: int) -> None:
        """Count samples.

        Raises:
            TooManySeriesError: there are too many.
        """
        self.samples += count
        self._ensure("samples", self.samples, self.most_samples)

    def add_buckets(self, count: int) -> None:
        """Count buckets of native histograms.

        Raises:
            TooManySeriesError: there are too many.
        """
        self.buckets += count
        self.add_steps(count // OF_FIELD)
        self._ensure("buckets of histograms", self.buckets, self.most_buckets)

    def _ensure(self, what: str, count: int, most: int) -> None:
        if count > most:
            raise TooManySeriesError(
                f"remote read answers with more than {most:,} {what}", self.series
            )
