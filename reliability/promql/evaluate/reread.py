"""Cache of samples that are read several times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reliability.promql.samples import Counter, SampleReader
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, eq=False)
class Reread:
    """`SampleReader` that caches the results of another for its own lifetime."""

    reader: SampleReader
    known: dict[tuple[Selector, TimeSpan], tuple[Counter, ...]] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """Description of the other reader."""
        return self.reader.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterable[Counter]:
        """Return the other reader's counters, read once per selector and span.

        Raises:
            SourceError: the samples cannot be read.
        """
        asked = selector, span
        if asked not in self.known:
            self.known[asked] = tuple(self.reader.counters(selector, span))
        return self.known[asked]
