"""Raw samples from an OpenMetrics (or Prometheus) text file whose lines have timestamps."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from reliability.errors import SourceError
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import METRIC_NAME, Selector
from reliability.scalars import ScalarError, read_number, since_1970
from reliability.timespan import EPOCH, MINUTE, TimeSpan

LINE: Final = re.compile(
    r'(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?'
    r"\s+(?P<value>\S+)(?:\s+(?P<time>\S+))?(?:\s*#.*)?"
)
NOT_FINITE: Final = re.compile(r"[-+]?(?:inf|infinity)|nan", re.IGNORECASE)
MILLISECOND: Final = timedelta(milliseconds=1)
MOST_DAYS: Final = 1100
MOST_TIMES: Final = 20_000
"""Times that are remembered: a week at 30 s."""
LABEL: Final = re.compile(r'([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"')
ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


Labels: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OpenMetricsFile:
    """A `SampleReader` over a file that was read whole."""

    name: str
    read: tuple[Counter, ...]

    @classmethod
    def open(cls, path: Path) -> OpenMetricsFile:
        """Read a file; times are seconds since 1970, as OpenMetrics writes them.

        Raises:
            SourceError: a line is not a sample, or has no timestamp.
        """
        try:
            with path.open(encoding="utf-8") as lines:
                return cls(path.name, tuple(_counters(lines, path)))
        except UnicodeDecodeError as error:
            raise SourceError(f"{path} cannot be read as UTF-8: {error}") from error

    @property
    def description(self) -> str:
        """The file's name."""
        return f"openmetrics {self.name}"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """The counters that match, cut to the span."""
        start, end = (_milliseconds(moment - EPOCH) for moment in (span.start, span.end))
        for counter in self.read:
            if selector.matches(counter.labels):
                samples = counter.samples
                within = (samples.times > start) & (samples.times <= end)
                cut = Samples(samples.times[within], samples.values[within])
                yield Counter(counter.labels, cut)

    def span(self, selectors: Iterable[Selector]) -> TimeSpan | None:
        """The whole minutes around all samples that any of the selectors matches."""
        every = tuple(selectors)
        matching = (
            counter
            for counter in self.read
            if any(selector.matches(counter.labels) for selector in every)
        )
        return self._span_of(matching)

    @property
    def whole_span(self) -> TimeSpan | None:
        """The whole minutes around all samples; None if there are none."""
        return self._span_of(self.read)

    def _span_of(self, counters: Iterable[Counter]) -> TimeSpan | None:
        times = [
            (int(np.min(counter.samples.times)), int(np.max(counter.samples.times)))
            for counter in counters
        ]
        if not times:
            return None

        start, end = min(start for start, _ in times), max(end for _, end in times)
        days = (end - start) // _milliseconds(timedelta(days=1))
        if days > MOST_DAYS:
            raise SourceError(f"{self.name} holds {days:,} days, and the limit is {MOST_DAYS:,}")

        first, last = start // _milliseconds(MINUTE), -(-end // _milliseconds(MINUTE))
        return TimeSpan(EPOCH + first * MINUTE, EPOCH + last * MINUTE)


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def _counters(lines: Iterable[str], path: Path) -> Iterator[Counter]:
    """Samples may come in any order; their labels say whose they are, however they are written."""
    known: dict[str, Labels] = {}
    times: dict[Labels, array[int]] = {}
    values: dict[Labels, array[float]] = {}

    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        written, value, time = _sample(line.strip(), f"{path}:{number}")
        series = known.get(written) or known.setdefault(written, _labels(written))
        times.setdefault(series, array("q")).append(time)
        values.setdefault(series, array("d")).append(value)

    for series, of_series in times.items():
        moments = np.array(of_series, dtype=np.int64)
        yield Counter(dict(series), Samples(moments, np.array(values[series])))


def _sample(line: str, place: str) -> tuple[str, float, int]:
    match = LINE.fullmatch(line)
    if match is None or match["time"] is None:
        problem = "no sample" if match is None else "a sample without a time"
        raise SourceError(
            f'{place}: {problem}; lines look like name{{label="value"}} 12 1760000000'
        )

    try:
        is_named = NOT_FINITE.fullmatch(match["value"])
        value = float(match["value"]) if is_named else read_number(match["value"])
        return line[: match.start("value")].strip(), value, _time(match["time"])
    except ScalarError as error:
        raise SourceError(f"{place}: value and time are two numbers: {error}") from None


# Series of one target are scraped together, so most times are there many times.
@lru_cache(maxsize=MOST_TIMES)
def _time(text: str) -> int:
    return (since_1970(read_number(text)) - EPOCH) // MILLISECOND


def _labels(series: str) -> Labels:
    """Sorted by name; one without a value is not there, as in Prometheus."""
    name, _, labels = series.partition("{")
    label_values = {key: ESCAPED.sub(_unescaped, value) for key, value in LABEL.findall(labels)}
    there = {
        METRIC_NAME: name.strip(),
        **{key: value for key, value in label_values.items() if value},
    }
    return tuple(sorted(there.items()))


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]
