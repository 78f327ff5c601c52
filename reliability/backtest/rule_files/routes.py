"""Which alerts a change of the Alertmanager configuration may notify otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Inhibition, Route, Routing

Facts = tuple[Any, ...]


def is_rerouted(
    labels: Mapping[str, str], old: tuple[Routing, Any], new: tuple[Routing, Any]
) -> bool:
    """Return whether an alert with these labels and others may be notified otherwise.

    Each side is the routing and the time intervals of its configuration. Labels of the series are
    not known: a matcher on one may hold or not.
    """
    return _facts(labels, *old) != _facts(labels, *new)


def _facts(labels: Mapping[str, str], routing: Routing, intervals: Any) -> Facts:
    routes = tuple(_possible(routing.root, routing, labels))
    mutes = tuple(_possible_inhibitions(routing.inhibitions, labels))
    uses_times = any(fact[-1] for fact in routes)
    return routes, mutes, repr(intervals) if uses_times else ""


def _possible(route: Route, routing: Routing, labels: Mapping[str, str]) -> Iterator[Facts]:
    """Everything about the routes that an alert may pass, in the order of the tree."""
    if not may_match(route.matchers, labels):
        return
    receiver = routing.receivers[route.receiver]
    yield (
        tuple(sorted(str(matcher) for matcher in route.matchers if matcher.name not in labels)),
        (receiver.name, repr(receiver.integrations)),
        (route.continues, route.group_by, route.newer_group_by),
        (route.group_wait, route.group_interval, route.repeat_interval),
        (*route.mute_time_intervals, "|", *route.active_time_intervals)
        if route.mute_time_intervals or route.active_time_intervals
        else (),
    )
    for child in route.routes:
        yield from _possible(child, routing, labels)


def _possible_inhibitions(
    inhibitions: tuple[Inhibition, ...], labels: Mapping[str, str]
) -> Iterator[str]:
    for inhibition in inhibitions:
        if may_match(inhibition.target, labels):
            yield repr(inhibition)


def may_match(matchers: tuple[RouteMatcher, ...], labels: Mapping[str, str]) -> bool:
    """Return whether no known label contradicts the matchers."""
    return all(matcher.name not in labels or matcher.matches(labels) for matcher in matchers)
