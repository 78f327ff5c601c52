"""Samples that are read several times, and fetched once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reliability.promql.samples import Counter, SampleReader
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, eq=False)
class Reread:
    """A `SampleReader` that remembers what another gave, for as long as it is kept itself."""

    reader: SampleReader
    known: dict[tuple[Selector, TimeSpan], tuple[Counter, ...]] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """That of what is read."""
        return self.reader.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterable[Counter]:
        """What the other gives, asked once for each selector and span.

        Raises:
            SourceError: they cannot be had.
        """
        asked = selector, span
        if asked not in self.known:
            self.known[asked] = tuple(self.reader.counters(selector, span))
        return self.known[asked]
