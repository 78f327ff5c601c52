"""Alertmanager's routing tree as values, and how an alert walks it; `routing` reads it.

`walk` answers as `amtool config routes test` does. Semantics: Alertmanager's dispatch/route.go and
inhibit/inhibit.go.
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
    """Who gets notified: a name, and its integrations as (`slack_configs`, settings) in order.

    Without any it reaches nobody.
    """

    name: str
    integrations: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One node of the tree, with all that it inherits written out.

    `group_by` holds `...` where every label groups. `pointer` leads to it in the configuration.
    An empty list that is written below another is inherited over by Alertmanager 0.28, and groups
    all alerts together in 0.33 (measured): `newer_group_by` is as that has it.
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
        """The labels that an alert is grouped by, of those it has; `older` as in 0.28."""
        names = self.group_by if older else self.newer_group_by
        if ALL_LABELS in names:
            return dict(labels)
        return {name: labels[name] for name in names if name in labels}


@dataclass(frozen=True, slots=True)
class Inhibition:
    """A rule by which alerts that meet `source` silence alerts that meet `target`."""

    source: tuple[RouteMatcher, ...]
    target: tuple[RouteMatcher, ...]
    equal: tuple[str, ...] = ()

    def silences(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Whether a firing alert silences another; a label that both lack counts as equal.

        Where the target meets both sides, a source that does too cannot silence it.
        """
        if not (_meets(self.source, source) and _meets(self.target, target)):
            return False
        if _meets(self.source, target) and _meets(self.target, source):
            return False
        return all(source.get(name, "") == target.get(name, "") for name in self.equal)


@dataclass(frozen=True, slots=True)
class Routing:
    """Who gets notified, by a configuration: the tree, its receivers, its inhibitions."""

    root: Route
    receivers: Mapping[str, Receiver]
    inhibitions: tuple[Inhibition, ...] = ()


def walk(route: Route, labels: Mapping[str, str]) -> tuple[Route, ...]:
    """The nodes that an alert ends at, in the tree's order; from the root there is always one."""
    return ends(route, lambda matcher: matcher.matches(labels))


def ends(
    route: Route,
    meets: Callable[[RouteMatcher], bool],
    below: Callable[[Route], Sequence[Route]] = attrgetter("routes"),
) -> tuple[Route, ...]:
    """The nodes that an alert ends at, if `meets` tells which matchers it meets.

    `below` may leave out children of a node whose matchers it does not meet anyway.
    """
    if not all(meets(matcher) for matcher in route.matchers):
        return ()
    routes: list[Route] = []
    for child in below(route):
        inside = ends(child, meets, below)
        routes.extend(inside)
        if inside and not child.continues:
            break

    return tuple(routes) or (route,)


def _meets(matchers: tuple[RouteMatcher, ...], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
