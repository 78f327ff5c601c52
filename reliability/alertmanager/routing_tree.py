"""Alertmanager's routing tree as values, and the walk of an alert through it; `routing` parses it.

`walk` gives the same result as `amtool config routes test`. Semantics: dispatch/route.go and
inhibit/inhibit.go of Alertmanager.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from typing import Any, Final

from reliability.alertmanager.matcher import RouteMatcher
from reliability.location import Pointer

ALL_LABELS: Final = "..."


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver: its name, and its integrations as (`slack_configs`, settings) in order.

    Without integrations it notifies nobody.
    """

    name: str
    integrations: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A node of the tree, with all settings that it inherits.

    `group_by` is `...` if alerts are grouped by every label. `pointer` is its location in the
    configuration. If a node has an empty `group_by` and its parent does not, Alertmanager 0.28
    inherits the parent's list, and 0.33 puts all alerts in one group (measured): `newer_group_by`
    is that of 0.33.
    """

    receiver: str
    matchers: tuple[RouteMatcher, ...] = ()
    continues: bool = False
    group_by: tuple[str, ...] = ()
    newer_group_by: tuple[str, ...] = ()
    group_wait: timedelta = timedelta(seconds=30)
    group_interval: timedelta = timedelta(minutes=5)
    repeat_interval: timedelta = timedelta(hours=4)
    mute_time_intervals: tuple[str, ...] = ()
    active_time_intervals: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    pointer: Pointer = ("route",)

    def group(self, labels: Mapping[str, str], *, older: bool = False) -> Mapping[str, str]:
        """Return the labels that an alert is grouped by, of those it has; `older` is as in 0.28."""
        names = self.group_by if older else self.newer_group_by
        if ALL_LABELS in names:
            return dict(labels)
        # `getGroupLabels` walks the labels of the alert: a label that the alert lacks is not in the
        # group, and is not there as an empty text either.
        return {name: labels[name] for name in names if name in labels}


@dataclass(frozen=True, slots=True)
class Inhibition:
    """A rule by which alerts that match `source` inhibit alerts that match `target`.

    The labels in `equal` must have the same values in both.
    """

    source: tuple[RouteMatcher, ...]
    target: tuple[RouteMatcher, ...]
    equal: tuple[str, ...] = ()

    def silences(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Return whether a firing alert inhibits another; a label that both lack counts as equal.

        If both alerts match both sides, neither inhibits the other.
        """
        if not (_meets(self.source, source) and _meets(self.target, target)):
            return False
        # Without this exception of `hasEqual`, a rule whose matchers are equal on both sides would
        # make all of its alerts silence one another, and nobody would be notified.
        if _meets(self.source, target) and _meets(self.target, source):
            return False
        return all(source.get(name, "") == target.get(name, "") for name in self.equal)


@dataclass(frozen=True, slots=True)
class Routing:
    """Routing of a configuration: the tree, its receivers and its inhibitions."""

    root: Route
    receivers: Mapping[str, Receiver]
    inhibitions: tuple[Inhibition, ...] = ()


def walk(route: Route, labels: Mapping[str, str]) -> tuple[Route, ...]:
    """Return the nodes that an alert ends at, in the tree's order; at least one from the root."""
    return ends(route, lambda matcher: matcher.matches(labels))


def ends(
    route: Route,
    meets: Callable[[RouteMatcher], bool],
    below: Callable[[Route], Sequence[Route]] = attrgetter("routes"),
) -> tuple[Route, ...]:
    """Return the nodes that an alert ends at; `meets` returns whether it meets a matcher.

    `below` returns the children of a node; it may leave out those that the alert does not match.
    """
    if not all(meets(matcher) for matcher in route.matchers):
        return ()
    routes: list[Route] = []
    for child in below(route):
        inside = ends(child, meets, below)
        routes.extend(inside)
        # A child that matched nothing does not stop the search, whatever its `continue`.
        if inside and not child.continues:
            break

    return tuple(routes) or (route,)


def _meets(matchers: tuple[RouteMatcher, ...], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
