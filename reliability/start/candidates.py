"""Pairs of series that could be an SLI, found in a Prometheus, with what they counted in a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from reliability.history.selector import Matcher
from reliability.start.metrics import Labels, Metrics
from reliability.start.promise import MetricSource
from reliability.start.service_kinds import Counts, ServiceKind

OWNERS: Final = ("service", "app", "service_name", "container", "deployment", "job", "namespace")
MOST_METRICS: Final = 6
MOST_SCOPES: Final = 4
MOST_PARTS: Final = 5
MOST: Final = 15
DAY: Final = "1d"
KEPT_BY: Final = 0.99
"""The share of requests within the bound that is proposed for a latency."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An SLI that could be: what it counts, and the events of the last day.

    Its queries are in the language of the source. `fits` says whether the value of a label, or a
    tag, names the service that was asked for.
    """

    kind: ServiceKind
    counts: Counts
    events: str
    total: str
    counted: float
    failed: float
    fits: bool
    source: MetricSource = "Prometheus"

    @property
    def failing(self) -> float:
        """The share of events that failed, 0..1."""
        return self.failed / self.counted if self.counted else 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a metric that belongs to one service."""

    matchers: tuple[Matcher, ...]
    fits: bool


def candidates(
    metrics: Metrics, service: str, kinds: tuple[ServiceKind, ...]
) -> tuple[Candidate, ...]:
    """Those that name the service first, then the busiest; a metric that never counted is none."""
    names = metrics.names()
    found: dict[tuple[str, str], Candidate] = {}
    for kind in kinds:
        of_kind = (_by_outcome, _by_pair)
        for each in chain.from_iterable(way(metrics, service, kind, names) for way in of_kind):
            if each.counted:
                found.setdefault((each.events, each.total), each)
    fitting = any(each.fits for each in found.values())
    left = [each for each in found.values() if each.fits or not fitting]
    return tuple(sorted(left, key=lambda each: -each.counted)[:MOST])


def _by_outcome(
    metrics: Metrics, service: str, kind: ServiceKind, names: tuple[str, ...]
) -> Iterator[Candidate]:
    """Counters whose label says how each event ended."""
    for name in islice(filter(kind.counts_all, names), MOST_METRICS):
        labels = metrics.labels(name)
        outcome = next((each for each in kind.outcome if each in labels), None)
        if outcome is None:
            continue
        part = next((each for each in kind.parts if each in labels), None)
        for scope in _scopes(metrics, service, name, labels):
            make = _within if kind.is_latency else _ended
            yield from make(metrics, kind, (name, outcome, part), scope)


def _ended(
    metrics: Metrics, kind: ServiceKind, of: tuple[str, str, str | None], scope: Scope
) -> Iterator[Candidate]:
    name, outcome, part = of
    chosen = f"{outcome}{kind.matcher}"
    counted = _counted(metrics, _selector(name, scope.matchers), part)
    events = _counted(metrics, _selector(name, scope.matchers, chosen), part)
    for inner in _whole_and_parts(counted, part):
        matchers = (*scope.matchers, *inner)
        total, some = _of(counted, inner), _of(events, inner)
        yield Candidate(
            kind,
            kind.counts,
            _selector(name, matchers, chosen),
            _selector(name, matchers),
            total,
            max(total - some, 0.0) if kind.counts == "good" else some,
            scope.fits,
        )


def _within(
    metrics: Metrics, kind: ServiceKind, of: tuple[str, str, str | None], scope: Scope
) -> Iterator[Candidate]:
    """Requests within the smallest bound that most of them keep."""
    name, _, part = of
    by = ", ".join(("le", *((part,) if part else ())))
    query = f"sum by ({by}) (increase({_selector(name, scope.matchers)}[{DAY}]))"
    buckets = metrics.sums(query)
    counted = _without_bounds(buckets)
    for inner in _whole_and_parts(counted, part):
        bounds = _bounds(buckets, inner)
        total = _of(counted, inner)
        bound = _proposed(bounds, total)
        if bound is None:
            continue
        matchers = (*scope.matchers, *inner)
        yield Candidate(
            kind,
            "good",
            _selector(name, matchers, _bound_matcher(bound)),
            _selector(f"{name.removesuffix('_bucket')}_count", matchers),
            total,
            max(total - bounds[bound], 0.0),
            scope.fits,
        )


def _by_pair(
    metrics: Metrics, service: str, kind: ServiceKind, names: tuple[str, ...]
) -> Iterator[Candidate]:
    """Failed events with a counter of their own."""
    for pair in kind.pairs:
        matches = filter(None, (pair.bad.fullmatch(name) for name in names))
        for match in islice(matches, MOST_METRICS):
            wanted = (form.format(match.group(1)) for form in pair.totals)
            total = next((each for each in wanted if each in names), None)
            if total is None:
                continue
            for scope in _scopes(metrics, service, total, metrics.labels(total)):
                bad, every = (_selector(each, scope.matchers) for each in (match.group(), total))
                counted = sum(_counted(metrics, every, None).values())
                failed = sum(_counted(metrics, bad, None).values())
                yield Candidate(kind, "bad", bad, every, counted, failed, scope.fits)


def _scopes(metrics: Metrics, service: str, name: str, labels: tuple[str, ...]) -> Iterator[Scope]:
    """The values of the first label that names the service; else those of the job."""
    for label in OWNERS:
        if label in labels:
            fitting = [each for each in metrics.values(name, label) if _names(each, service)]
            if fitting:
                for value in fitting[:MOST_SCOPES]:
                    yield Scope((Matcher(label, "=", value),), fits=True)
                return
    named = service.replace("-", "_") in name
    if "job" not in labels:
        yield Scope((), fits=named)
        return
    for value in metrics.values(name, "job")[:MOST_SCOPES]:
        yield Scope((Matcher("job", "=", value),), fits=named)


def _names(value: str, service: str) -> bool:
    """Whether a label's value is the service's name, or one of its words (`team/shop-api`)."""
    return value == service or service in value.replace("_", "-").lower()


def _whole_and_parts(
    counted: Mapping[Labels, float], part: str | None
) -> Iterator[tuple[Matcher, ...]]:
    """All of it, then its busiest parts, where there are several."""
    yield ()
    if part is None or len(counted) < 2:
        return
    for labels, _ in sorted(counted.items(), key=lambda each: -each[1])[:MOST_PARTS]:
        value = dict(labels).get(part, "")
        if value:
            yield (Matcher(part, "=", value),)


def _counted(metrics: Metrics, selector: str, part: str | None) -> dict[Labels, float]:
    by = f" by ({part})" if part else ""
    return metrics.sums(f"sum{by} (increase({selector}[{DAY}]))")


def _of(counted: Mapping[Labels, float], inner: tuple[Matcher, ...]) -> float:
    wanted = {(each.label, each.value) for each in inner}
    return sum(value for labels, value in counted.items() if wanted <= set(labels))


def _without_bounds(buckets: Mapping[Labels, float]) -> dict[Labels, float]:
    return {
        tuple(pair for pair in labels if pair[0] != "le"): value
        for labels, value in buckets.items()
        if dict(labels).get("le") == "+Inf"
    }


def _bounds(buckets: Mapping[Labels, float], inner: tuple[Matcher, ...]) -> dict[str, float]:
    wanted = {(each.label, each.value) for each in inner}
    found: dict[str, float] = {}
    for labels, value in buckets.items():
        bound = dict(labels).get("le", "+Inf")
        if bound != "+Inf" and wanted <= set(labels):
            found[bound] = found.get(bound, 0.0) + value
    return found


def _proposed(bounds: Mapping[str, float], total: float) -> str | None:
    rising = sorted(bounds, key=float)
    kept = (each for each in rising if bounds[each] >= KEPT_BY * total)
    return next(kept, rising[-1] if rising else None)


def _bound_matcher(bound: str) -> str:
    """Prometheus 3 stores a whole number with a point, which 2 does not."""
    whole = bound.removesuffix(".0")
    if not whole.isdigit():
        return f'le="{bound}"'
    return f'le=~"{whole}|{whole}\\\\.0"'


def _selector(name: str, matchers: tuple[Matcher, ...], more: str = "") -> str:
    inner = ",".join((*(each.text for each in matchers), *((more,) if more else ())))
    return f"{name}{{{inner}}}" if inner else name
