"""Pairs of series of a Prometheus that could be an SLI, with their events of one day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from reliability.onboarding.new.metrics import Labels, PrometheusMetrics
from reliability.onboarding.new.native_latency import (
    BUCKET,
    has_native,
    latency_bound,
    native_names,
)
from reliability.onboarding.new.outcomes import LABELS, OutcomeMatcher, outcome_of
from reliability.onboarding.new.own_series import MAX_SCOPES, OWNERS, names_service, own_metrics
from reliability.onboarding.new.service_kinds import ServiceKind
from reliability.onboarding.new.sli_candidate import SliCandidate, about, in_order
from reliability.promql.selector import SelectorMatcher

MAX_METRICS: Final = 6
MAX_OWN_METRICS: Final = 30
MAX_PARTS: Final = 5
DAY: Final = "1d"
KEPT_BY: Final = 0.99
"""The share of requests that a proposed latency bound must include."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a metric that belongs to one service."""

    matchers: tuple[SelectorMatcher, ...]
    fits: bool


def candidates(
    metrics: PrometheusMetrics, service: str, kinds: tuple[ServiceKind, ...]
) -> tuple[SliCandidate, ...]:
    """Return the busiest candidates that name the service, or else those of other services.

    A metric that never counted in the last day is not a candidate.
    """
    names = metrics.names()
    known = KnownMetrics(metrics, service, names, own=own_metrics(metrics, service, names))
    ways = (_by_outcome, _by_native_histogram, _by_pair)
    made = chain.from_iterable(way(known, kind) for kind in kinds for way in ways)
    by_total: dict[str, SliCandidate] = {}
    for candidate in made:
        if candidate.counted:
            by_total.setdefault(f"{candidate.total} {candidate.kind.is_latency}", candidate)

    fitting = any(candidate.fits for candidate in by_total.values())
    left = [candidate for candidate in by_total.values() if candidate.fits or not fitting]
    return in_order(left)


@dataclass(frozen=True, slots=True)
class KnownMetrics:
    """The metrics of a server, and those that belong to the service."""

    metrics: PrometheusMetrics
    service: str
    names: tuple[str, ...]
    own: frozenset[str]

    def of_kind(self, kind: ServiceKind) -> Iterator[str]:
        """Yield metrics that count all events of a kind: the service's, then a few others."""
        yield from self._chosen(kind, self.names, "")

    def native(self, kind: ServiceKind) -> Iterator[str]:
        """Yield metrics that would be of a kind of latency if they were classic histograms."""
        yield from self._chosen(kind, tuple(native_names(self.names)), BUCKET)

    def _chosen(self, kind: ServiceKind, names: tuple[str, ...], suffix: str) -> Iterator[str]:
        for is_own, most in ((True, MAX_OWN_METRICS), (False, MAX_METRICS)):
            fitting = (
                name
                for name in names
                if (name in self.own) is is_own and kind.counts_all(name + suffix, is_own=is_own)
            )
            yield from islice(fitting, most)


def _by_outcome(known: KnownMetrics, kind: ServiceKind) -> Iterator[SliCandidate]:
    """Yield candidates whose label says how each event ended, or in which bucket it is."""
    for name in known.of_kind(kind):
        labels = known.metrics.labels(name)
        part = next((label for label in kind.parts if label in labels), None)
        if kind.is_latency:
            if "le" in labels:
                for scope in _scopes(known, name, labels):
                    yield from _within(known.metrics, kind, (name, part), scope=scope)
            continue

        ending = _ending(known.metrics, kind, name, labels=labels)
        if ending is None:
            continue

        for scope in _scopes(known, name, labels):
            yield from _ended(known.metrics, (kind, ending), (name, part), scope=scope)


@dataclass(frozen=True, slots=True)
class Ending:
    """A label, and the matcher of its good or bad values."""

    label: str
    outcome: OutcomeMatcher


def _ending(
    metrics: PrometheusMetrics, kind: ServiceKind, name: str, labels: tuple[str, ...]
) -> Ending | None:
    """Return the label for the outcome: the first of the kind's own or of `LABELS` that fits."""
    for label in (*kind.outcome, *LABELS):
        if label not in labels:
            continue
        outcome = outcome_of(label, metrics.values(name, label))
        if label in kind.outcome and kind.name != "http":
            return Ending(label, OutcomeMatcher(kind.counts, kind.matcher))
        if outcome is not None:
            return Ending(label, outcome)
    return None


def _ended(
    metrics: PrometheusMetrics,
    of: tuple[ServiceKind, Ending],
    metric: tuple[str, str | None],
    scope: Scope,
) -> Iterator[SliCandidate]:
    (kind, ending), (name, part) = of, metric
    chosen = f"{ending.label}{ending.outcome.matcher}"
    counted = _counted(metrics, _selector(name, scope.matchers), part)
    events = _counted(metrics, _selector(name, scope.matchers, chosen), part)

    for inner in _whole_and_parts(counted, part):
        matchers = (*scope.matchers, *inner)
        total, some = _of(counted, inner), _of(events, inner)
        yield SliCandidate(
            kind=kind,
            counts=ending.outcome.counts,
            events=_selector(name, matchers, chosen),
            total=_selector(name, matchers),
            counted=total,
            failed=max(total - some, 0.0) if ending.outcome.counts == "good" else some,
            fits=scope.fits,
        )


def _within(
    metrics: PrometheusMetrics, kind: ServiceKind, of: tuple[str, str | None], scope: Scope
) -> Iterator[SliCandidate]:
    """Yield latency candidates with the smallest bound that includes `KEPT_BY` of the requests."""
    name, part = of
    by = ", ".join(("le", *((part,) if part else ())))
    query = f"sum by ({by}) (increase({_selector(name, scope.matchers)}[{DAY}]))"
    buckets = metrics.sums(query)
    counted = _all_observed(buckets)

    for inner in _whole_and_parts(counted, part):
        bounds = _bounds(buckets, inner)
        total = _of(counted, inner)
        bound = _proposed(bounds, total)
        if bound is None:
            continue
        matchers = (*scope.matchers, *inner)
        yield SliCandidate(
            kind=kind,
            counts="good",
            events=_selector(name, matchers, _bound_matcher(bound)),
            total=_selector(f"{name.removesuffix('_bucket')}_count", matchers),
            counted=total,
            failed=max(total - bounds[bound], 0.0),
            fits=scope.fits,
        )


def _by_native_histogram(known: KnownMetrics, kind: ServiceKind) -> Iterator[SliCandidate]:
    """Yield latency candidates of native histograms, which have no buckets as series."""
    if not kind.is_latency:
        return
    for name in known.native(kind):
        if not has_native(known.metrics, name, DAY):
            continue
        labels = known.metrics.labels(name)
        part = next((label for label in kind.parts if label in labels), None)
        for scope in _scopes(known, name, labels):
            yield from _observed(known.metrics, kind, (name, part), scope=scope)


def _observed(
    metrics: PrometheusMetrics, kind: ServiceKind, of: tuple[str, str | None], scope: Scope
) -> Iterator[SliCandidate]:
    """Yield a candidate of all observations, and one of each busy part."""
    name, part = of
    by = f" by ({part})" if part else ""
    whole = _selector(name, scope.matchers)
    counted = metrics.sums(f"histogram_count(sum{by} (increase({whole}[{DAY}])))")

    for inner in _whole_and_parts(counted, part):
        selector = _selector(name, (*scope.matchers, *inner))
        bound = latency_bound(metrics, selector, DAY, KEPT_BY)
        if bound is None:
            continue
        total = f"histogram_count({selector})"
        yield SliCandidate(
            kind=kind,
            counts="good",
            events=f"histogram_fraction(0, {bound.text}, {selector}) * {total}",
            total=total,
            counted=bound.observed,
            failed=max(bound.observed - bound.within, 0.0),
            fits=scope.fits,
        )


def _by_pair(known: KnownMetrics, kind: ServiceKind) -> Iterator[SliCandidate]:
    """Yield candidates whose failed events have a counter of their own; the service's first."""
    names = sorted(known.names, key=lambda name: (name not in known.own, name))
    for pair in kind.pairs:
        matches = filter(None, (pair.bad.fullmatch(name) for name in names))
        for match in islice(matches, MAX_METRICS):
            wanted = (form.format(match.group(1)) for form in pair.totals)
            total = next((name for name in wanted if name in known.names), None)
            if total is None:
                continue
            for scope in _scopes(known, total, known.metrics.labels(total)):
                bad, every = (
                    _selector(metric, scope.matchers) for metric in (match.group(), total)
                )
                counted = sum(_counted(known.metrics, every, None).values())
                failed = sum(_counted(known.metrics, bad, None).values())
                yield SliCandidate(
                    kind=kind,
                    counts="bad",
                    events=bad,
                    total=every,
                    counted=counted,
                    failed=failed,
                    fits=scope.fits,
                )


def _scopes(known: KnownMetrics, name: str, labels: tuple[str, ...]) -> Iterator[Scope]:
    """Yield the values of the first label that names the service, or else those of `job`."""
    metrics, service = known.metrics, known.service
    for label in OWNERS:
        if label in labels:
            fitting = [
                value for value in metrics.values(name, label) if names_service(value, service)
            ]
            if fitting:
                for value in fitting[:MAX_SCOPES]:
                    yield Scope((SelectorMatcher(label, "=", value),), fits=True)
                return

    named = names_service(name, service)
    if "job" not in labels:
        yield Scope((), fits=named)
        return

    for value in metrics.values(name, "job")[:MAX_SCOPES]:
        yield Scope((SelectorMatcher("job", "=", value),), fits=named)


def _whole_and_parts(
    counted: Mapping[Labels, float], part: str | None
) -> Iterator[tuple[SelectorMatcher, ...]]:
    """Yield the total, then its busiest parts if there are several."""
    yield ()
    if part is None or len(counted) < 2:
        return
    for labels, _ in sorted(counted.items(), key=lambda of: (-about(of[1]), of[0]))[:MAX_PARTS]:
        value = dict(labels).get(part, "")
        if value:
            yield (SelectorMatcher(part, "=", value),)


def _counted(metrics: PrometheusMetrics, selector: str, part: str | None) -> dict[Labels, float]:
    by = f" by ({part})" if part else ""
    return metrics.sums(f"sum{by} (increase({selector}[{DAY}]))")


def _of(counted: Mapping[Labels, float], inner: tuple[SelectorMatcher, ...]) -> float:
    wanted = {(matcher.label, matcher.value) for matcher in inner}
    return sum(value for labels, value in counted.items() if wanted <= set(labels))


def _all_observed(buckets: Mapping[Labels, float]) -> dict[Labels, float]:
    return {labels: value for labels, value in buckets.items() if ("le", "+Inf") in labels}


def _bounds(
    buckets: Mapping[Labels, float], inner: tuple[SelectorMatcher, ...]
) -> dict[str, float]:
    wanted = {(matcher.label, matcher.value) for matcher in inner}
    by_bound: dict[str, float] = {}
    for labels, value in buckets.items():
        bound = dict(labels).get("le", "+Inf")
        if bound != "+Inf" and wanted <= set(labels):
            by_bound[bound] = by_bound.get(bound, 0.0) + value
    return by_bound


def _proposed(bounds: Mapping[str, float], total: float) -> str | None:
    rising = sorted(bounds, key=float)
    kept = (bound for bound in rising if bounds[bound] >= KEPT_BY * total)
    return next(kept, rising[-1] if rising else None)


def _bound_matcher(bound: str) -> str:
    """Return a matcher of a bound; Prometheus 3 stores `1` as `1.0`, and 2 does not."""
    whole = bound.removesuffix(".0")
    if not whole.isdigit():
        return f'le="{bound}"'
    return f'le=~"{whole}|{whole}\\\\.0"'


def _selector(name: str, matchers: tuple[SelectorMatcher, ...], more: str = "") -> str:
    inner = ",".join((*(matcher.text for matcher in matchers), *((more,) if more else ())))
    return f"{name}{{{inner}}}" if inner else name
