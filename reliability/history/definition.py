"""The definition of a family of stored files: the selectors fetched, and the labels kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from reliability.history.sli import Counters, DatadogQueries, Evaluated, HistogramCounters
from reliability.promql.selector import METRIC_NAME, Selector

IMPORTED: Final = "counts"
"""The name of the family that CSV files are imported into: counts by role, without selectors."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The selectors that are fetched for an SLI, and the labels that are stored.

    Counters that differ only in other labels (instances, pods) are added up. `queries` are queries
    of Datadog, or expressions that Prometheus evaluates; then there are no selectors.
    """

    selectors: tuple[Selector, ...]
    keep: tuple[str, ...]
    queries: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, counters: Counters, more_labels: Iterable[str] = ()) -> Definition:
        """Return the selectors to fetch for an SLI, without those that another one covers."""
        every = counters.selectors
        widest = tuple(selector for selector in every if not _is_within_another(selector, every))
        used = {label for selector in every for label in selector.labels}
        return cls(widest, tuple(sorted({*used, *more_labels, METRIC_NAME})))

    @classmethod
    def of_queries(
        cls, counters: DatadogQueries | Evaluated | HistogramCounters, by: Iterable[str]
    ) -> Definition:
        """Return the queries that a server evaluates, and the labels that they group by."""
        return cls((), tuple(sorted(by)), counters.queries)

    @property
    def checksum(self) -> str:
        """The first eight hex digits of its SHA-256, which name the folder of a family."""
        text = json.dumps(self.values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def values(self) -> dict[str, Any]:
        """The definition as JSON values, as the metadata of a file holds it."""
        values = {
            "selectors": [selector.text for selector in self.selectors],
            "keep": list(self.keep),
        }
        return {**values, "queries": dict(self.queries)} if self.queries else values

    @classmethod
    def read(cls, values: dict[str, Any]) -> Definition:
        """Return the definition that the metadata of a file holds."""
        selectors = tuple(Selector.parse(text) for text in values["selectors"])
        return cls(selectors, tuple(values["keep"]), tuple(values.get("queries", {}).items()))

    def source_of(self, wanted: Selector) -> int | None:
        """Return the index of a fetched selector that covers `wanted`; None if there is none.

        The additional matchers of `wanted` must be on labels that were kept.
        """
        for index, fetched in enumerate(self.selectors):
            rest = set(wanted.matchers) - set(fetched.matchers)
            if fetched.covers(wanted) and {matcher.label for matcher in rest} <= set(self.keep):
                return index
        return None

    def answers(self, counters: Counters, labels: Iterable[str] = ()) -> bool:
        """Return whether an SLI, grouped by these labels, can be computed from the files."""
        sources = (self.source_of(selector) for selector in counters.selectors)
        return None not in sources and set(labels) <= set(self.keep)


def _is_within_another(selector: Selector, every: tuple[Selector, ...]) -> bool:
    return any(other != selector and other.covers(selector) for other in every)
