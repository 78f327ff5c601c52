"""Fills a store with the samples of selectors, within limits; omissions are recorded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from reliability.errors import SourceError
from reliability.history.samples.day_file import series_in, write_day
from reliability.history.samples.store import HeldSelector, LeftOut, SampleStore, start_of
from reliability.promql.samples import Counter
from reliability.promql.selector import METRIC_NAME, Selector
from reliability.timespan import DAY, TimeSpan

NAMED: Final = (METRIC_NAME, "=")
FEW: Final = 200
"""The maximum number of series of a metric that is stored as a whole.

The series of a changed matcher are then stored already.
"""

Fetch = Callable[[Selector, TimeSpan, int], Iterable[Counter]]
"""A function from a selector, a span and a limit of series to samples; `SourceError` above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLimits:
    """The maximum number of series of one selector, and of bytes in total."""

    series: int
    size: int


@dataclass(kw_only=True)
class StoreFilling:
    """One run that fills a store; selectors that come first are stored first."""

    store: SampleStore
    fetch: Fetch
    days: tuple[date, ...]
    limits: StoreLimits
    size: int = 0
    fetched: int = 0
    held: list[HeldSelector] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def fill(self, selectors: Iterable[Selector]) -> Iterator[Selector]:
        """Store the missing days of selectors; yield each selector when it is done.

        Files that are no longer wanted are removed at the end.
        """
        done: list[Selector] = []
        for selector in selectors:
            if not any(stored.covers(selector) for stored in done):
                done += self._stored(selector)
            yield selector
        self._remove_others(done)

    def _stored(self, selector: Selector) -> Iterator[Selector]:
        """Store a selector: its whole metric if that has few series, else the selector alone.

        Yield the selector that was stored, if any.
        """
        whole = Selector(
            tuple(each for each in selector.matchers if (each.label, each.operator) == NAMED)
        )
        attempts = [(whole, FEW)] if whole.matchers and whole != selector else []
        reason = ""
        for attempt, most in (*attempts, (selector, self.limits.series)):
            try:
                held = self._days(attempt, min(most, self.limits.series))
            except SourceError as error:
                reason = str(error)
                continue
            self.held.append(held)
            self.size += held.size
            yield attempt
            return
        self.left_out.append(LeftOut(selector=selector.text, reason=reason))

    def _days(self, selector: Selector, most: int) -> HeldSelector:
        """Store all days of a selector, the newest first.

        Raises:
            SourceError: it has too many series, does not fit, or the source does not answer.
        """
        series, size = 0, 0
        for number, day in enumerate(reversed(self.days)):
            path = self.store.path(selector, day)
            known = _series_of(path)
            if known is None:
                span = TimeSpan(start_of(day), start_of(day) + DAY)
                known = write_day(
                    path, selector.text, self.fetch(selector, span, most), top=self.store.top
                )
                self.fetched += 1
            series, size = max(series, known), size + path.stat().st_size
            expected = size if number else size * len(self.days)
            if self.size + expected > self.limits.size:
                shutil.rmtree(path.parent)
                raise SourceError(
                    f"its {known:,} series need about {expected:,} bytes, and "
                    f"{self.limits.size - self.size:,} of {self.limits.size:,} are free"
                )
        return HeldSelector(selector=selector.text, series=series, size=size)

    def _remove_others(self, kept: Iterable[Selector]) -> None:
        """Remove files of selectors and days that are no longer wanted."""
        wanted = {self.store.path(selector, day) for selector in kept for day in self.days}
        for path in self.store.folder.glob("*/*.parquet"):
            if path not in wanted:
                path.unlink()
        for folder in self.store.folder.iterdir():
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _series_of(path: Path) -> int | None:
    """Return the number of series of a stored day; None if its file is missing or damaged."""
    try:
        return series_in(path)
    except SourceError:
        return None
