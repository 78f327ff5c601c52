"""The common kinds of service, as data: their metrics of all events and of failed events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from reliability.load.document import parse

FOLDER: Final = Path(__file__).with_name("kinds_of_service")
ORDER: Final = ("http", "grpc", "latency", "queue", "batch", "events")
Counts = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class PairOfCounters:
    """A pattern for counters of failed events, and templates for the names of totals."""

    bad: re.Pattern[str]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKind:
    """One kind of service: patterns for names of counters, and the labels that split them.

    `totals` are names that indicate this kind anywhere; `own` are names that are too common for
    that, so they count only if the metric belongs to the service. `outcome` are labels for how an
    event ended; `matcher`, appended to such a label, selects the good or bad events (`counts`).
    `parts` are labels that distinguish user journeys.
    """

    name: str
    says: str
    totals: tuple[re.Pattern[str], ...]
    own: tuple[re.Pattern[str], ...]
    outcome: tuple[str, ...]
    counts: Counts
    matcher: str
    parts: tuple[str, ...]
    pairs: tuple[PairOfCounters, ...]
    example: Mapping[str, str]

    @property
    def is_latency(self) -> bool:
        """Whether good events are those within a bound of a histogram."""
        return self.outcome == ("le",)

    def counts_all(self, metric: str, *, is_own: bool) -> bool:
        """Return whether a metric's name is that of a counter of all events of this kind."""
        patterns = (*self.totals, *self.own) if is_own else self.totals
        return any(pattern.fullmatch(metric) for pattern in patterns)

    def queries(self, service: str) -> tuple[str, str]:
        """Return typical queries of events and total, for a service without a server to search."""
        return tuple(  # type: ignore[return-value]
            self.example[role]
            .replace("$service", service)
            .replace("$metric", service.replace("-", "_"))
            for role in ("events", "total")
        )


def service_kinds() -> tuple[ServiceKind, ...]:
    """Return every kind, the most common first."""
    return tuple(_read(FOLDER / f"{name}.yaml") for name in ORDER)


def _read(file: Path) -> ServiceKind:
    [document] = parse(PurePosixPath(file.name), file.read_bytes()).documents
    values: dict[str, Any] = document.values
    pairs = tuple(
        PairOfCounters(re.compile(pair["bad"]), tuple(pair["totals"]))
        for pair in values.get("pairs", ())
    )

    return ServiceKind(
        name=values["name"],
        says=values["says"],
        totals=_patterns(values["totals"]),
        own=_patterns(values.get("own", ())),
        outcome=tuple(values["outcome"]),
        counts=values["counts"],
        matcher=values["matcher"],
        parts=tuple(values["parts"]),
        pairs=pairs,
        example=values["example"],
    )


def _patterns(texts: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text) for text in texts)
