"""`SharedSamples`: samples that several alerts read are fetched once, within a limit of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

from reliability.errors import SourceError
from reliability.history.sources.origins import FILE
from reliability.promql.samples import Counter, SampleReader
from reliability.promql.selector import METRIC_NAME, Selector, SelectorMatcher
from reliability.timespan import DAY, EPOCH, TimeSpan

MOST_SAMPLES: Final = 60_000_000
"""Samples that are remembered: a gigabyte."""


@runtime_checkable
class OriginReader(Protocol):
    """A `SampleReader` that knows where the samples of each selector are from."""

    @property
    def origins(self) -> dict[Selector, str]:
        """For each selector that was read: the store, or the API of the server."""
        ...


@dataclass(slots=True, kw_only=True)
class SharedSamples:
    """A `SampleReader` that remembers what another gave, and which selectors were read.

    `origin` is where samples are from if the reader does not say. `answered` says which selector's
    samples answered one: itself, or one with fewer matchers. Spans begin at midnight, so that
    alerts with other ranges read the same. What was used least recently is forgotten first.
    """

    reader: SampleReader
    origin: str = FILE
    most: int = MOST_SAMPLES
    held: OrderedDict[Selector, tuple[TimeSpan, tuple[Counter, ...]]] = field(
        default_factory=OrderedDict
    )
    failed: dict[Selector, SourceError] = field(default_factory=dict)
    answered: dict[Selector, Selector] = field(default_factory=dict)
    used: set[Selector] = field(default_factory=set)

    @property
    def description(self) -> str:
        """That of what is read."""
        return self.reader.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterable[Counter]:
        """The samples of a span, and maybe more.

        Raises:
            SourceError: they cannot be had; asked again, the same error.
        """
        self.used.add(selector)
        for wider in self._wider(selector):
            whole, known = self.held[wider]
            if whole.start <= span.start and whole.end >= span.end:
                self.held.move_to_end(wider)
                self.answered[selector] = wider
                return [counter for counter in known if selector.matches(counter.labels)]
        if selector in self.failed:
            raise self.failed[selector]

        whole = span.extended((span.start - EPOCH) % DAY)
        try:
            counters = tuple(self.reader.counters(selector, whole))
        except SourceError as error:
            self.failed[selector] = error
            raise
        self.held[selector] = whole, counters
        self.answered[selector] = selector
        self._forget()
        return counters

    def origins(self) -> frozenset[str]:
        """Where the samples are from that were read since this was called last."""
        used, self.used = self.used, set()
        known = self.reader.origins if isinstance(self.reader, OriginReader) else {}
        asked = (self.answered.get(selector, selector) for selector in used)
        return frozenset(known.get(selector, self.origin) for selector in asked)

    def _wider(self, selector: Selector) -> list[Selector]:
        """The selectors that were read and match all of a selector's series, itself first."""
        if selector in self.held:
            return [selector]
        name = _named(selector)
        return [held for held in self.held if name in held.matchers and held.covers(selector)]

    def _forget(self) -> None:
        sizes = {selector: _size(counters) for selector, (_, counters) in self.held.items()}
        total = sum(sizes.values())
        while total > self.most and len(self.held) > 1:
            selector, _ = self.held.popitem(last=False)
            total -= sizes[selector]


def _named(selector: Selector) -> SelectorMatcher | None:
    """The matcher of the metric's name, if there is one."""
    names = (matcher for matcher in selector.matchers if matcher.label == METRIC_NAME)
    return next((matcher for matcher in names if matcher.operator == "="), None)


def _size(counters: Iterable[Counter]) -> int:
    return sum(len(counter.samples.times) for counter in counters)
