"""Pairs of Datadog metrics that could be an SLI, with their events of one day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.load.document import parse
from reliability.onboarding.new.candidates import MAX_METRICS, MAX_PARTS
from reliability.onboarding.new.datadog_site import DatadogSite
from reliability.onboarding.new.proposal import CountedEvents
from reliability.onboarding.new.service_kinds import FOLDER, Counts, ServiceKind
from reliability.onboarding.new.sli_candidate import (
    MAX_CANDIDATES,
    SliCandidate,
    about,
    in_order,
)
from reliability.timespan import DAY

NOT_IN_A_TAG: Final = re.compile(r"[\s,{}()!\"']")
"""Characters that would end the value of a tag in a query."""

Sums = Mapping[str, tuple[float, int]]
"""The sum of a query and its hours with data, by tag."""


@dataclass(frozen=True, slots=True)
class MetricPair:
    """A pattern for metrics of good or bad events, and a template for the name of their total."""

    kind: str
    counts: Counts
    events: re.Pattern[str]
    total: str


@dataclass(frozen=True, slots=True)
class DatadogNames:
    """Names in Datadog: the tag of the service, tags of user journeys, and metric pairs."""

    service: str
    parts: tuple[str, ...]
    pairs: tuple[MetricPair, ...]


def datadog_names() -> DatadogNames:
    """Return the names in `datadog.yaml`."""
    file = FOLDER / "datadog.yaml"
    [document] = parse(PurePosixPath(file.name), file.read_bytes()).documents
    values: dict[str, Any] = document.values
    pairs = (
        MetricPair(
            entry["kind"], entry["counts"], re.compile(entry["events"]), total=entry["total"]
        )
        for entry in values["pairs"]
    )

    return DatadogNames(values["service"], tuple(values["parts"]), tuple(pairs))


def datadog_candidates(
    site: DatadogSite, service: str, kinds: tuple[ServiceKind, ...]
) -> tuple[SliCandidate, ...]:
    """Return the candidates that the service sends, or all if it sends none; the busiest."""
    known, by_name = datadog_names(), {kind.name: kind for kind in kinds}
    tag = f"{known.service}:{service}"
    own = site.names(tag)
    names, fits = (own, True) if own else (site.names(""), False)
    by_total: dict[str, SliCandidate] = {}
    looked: set[str] = set()

    for pair, events, total in _pairs(known, names):
        if pair.kind in by_name and total not in looked and len(by_total) < MAX_CANDIDATES:
            looked.add(total)
            counted = _counted(site, (events, total), tag if fits else "*", parts=known.parts)
            for candidate in _of(counted, pair.counts, by_name[pair.kind], fits=fits):
                by_total.setdefault(candidate.total, candidate)

    return in_order(by_total.values())


def past_of_queries(
    site: DatadogSite, counts: str, events: str, total: str, length: timedelta
) -> CountedEvents | None:
    """Return the counts of two queries without empty hours; None if no hour has a count."""
    every, some = site.sums(total, length).values(), site.sums(events, length).values()
    hours = max((known for _, known in every), default=0)
    if not hours:
        return None
    whole, part = (sum(value for value, _ in hours_) for hours_ in (every, some))
    failed = part if counts == "bad" else whole - part
    return CountedEvents(timedelta(hours=hours), whole, max(failed, 0.0))


def _pairs(known: DatadogNames, names: tuple[str, ...]) -> Iterator[tuple[MetricPair, str, str]]:
    for pair in known.pairs:
        matches = list(filter(None, (pair.events.fullmatch(name) for name in names)))
        totals = ((match.group(), pair.total.format(match.group(1))) for match in matches)
        there = [(events, total) for events, total in totals if total in names]
        yield from ((pair, events, total) for events, total in there[:MAX_METRICS])


@dataclass(frozen=True, slots=True)
class CountedQueries:
    """Two queries, and the events that each counted in a day."""

    events: str
    total: str
    some: float
    every: float


def _counted(
    site: DatadogSite, pair: tuple[str, str], scope: str, parts: tuple[str, ...]
) -> Iterator[CountedQueries]:
    """Yield the total, then its busiest parts if there are several."""
    events, total = (_query(name, scope) for name in pair)
    some, every = (_sum(site.sums(query, DAY), "") for query in (events, total))
    yield CountedQueries(events, total, some, every=every)
    for part in parts:
        of_part = [site.sums(_query(name, scope, f" by {{{part}}}"), DAY) for name in pair]
        yield from _parts(of_part[0], of_part[1], pair, scope=scope)


def _parts(
    some: Sums,
    every: Sums,
    pair: tuple[str, str],
    scope: str,
) -> Iterator[CountedQueries]:
    tags = [tag for tag in every if tag and not NOT_IN_A_TAG.search(tag)]
    if len(every) < 2:
        return

    for tag in sorted(tags, key=lambda name: (-about(every[name][0]), name))[:MAX_PARTS]:
        inner = tag if scope == "*" else f"{scope},{tag}"
        events, total = (_query(name, inner) for name in pair)
        yield CountedQueries(events, total, _sum(some, tag), every=_sum(every, tag))


def _sum(sums: Sums, tag: str) -> float:
    return sums[tag][0] if tag in sums else 0.0


def _of(
    counted: Iterator[CountedQueries], counts: Counts, kind: ServiceKind, *, fits: bool
) -> Iterator[SliCandidate]:
    for counts_of in counted:
        if counts_of.every:
            failed = (
                counts_of.some if counts == "bad" else max(counts_of.every - counts_of.some, 0.0)
            )
            yield SliCandidate(
                kind=kind,
                counts=counts,
                events=counts_of.events,
                total=counts_of.total,
                counted=counts_of.every,
                failed=failed,
                fits=fits,
                source="Datadog",
            )


def _query(name: str, scope: str, by: str = "") -> str:
    return f"sum:{name}{{{scope}}}{by}.as_count()"
