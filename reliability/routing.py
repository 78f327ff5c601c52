"""Alertmanager's routing tree: the one that check, compile, backtest and review all walk.

`walk` answers as `amtool config routes test` does. Semantics: Alertmanager's dispatch/route.go and
inhibit/inhibit.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter
from typing import Any, Final

from reliability.configuration import (
    RoutingRefusedError,
    duration,
    entries,
    inner,
    mapping,
    text,
    texts,
)
from reliability.location import Pointer
from reliability.matcher import Matcher, MatcherRefusedError, parse_matchers

__all__ = [
    "Inhibition",
    "Matcher",
    "Receiver",
    "Route",
    "Routing",
    "RoutingRefusedError",
    "ends",
    "parse",
    "walk",
]

ALL_LABELS: Final = "..."
ROOT_HAS_NO: Final = (
    *("match", "match_re", "matchers", "continue"),
    *("mute_time_intervals", "active_time_intervals"),
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is told: a name, and its integrations as (`slack_configs`, settings) in their order.

    Without any it reaches nobody.
    """

    name: str
    integrations: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One node of the tree, with all that it inherits written out.

    `group_by` holds `...` where every label groups. `pointer` leads to it in the configuration.
    An empty list that is written below another is inherited over by Alertmanager 0.28, and groups
    all alerts together in 0.33 (measured): `newer_group_by` is as that has it.
    """

    receiver: str
    matchers: tuple[Matcher, ...] = ()
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

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
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
    """What a configuration says about who is told: the tree, its receivers, its inhibitions."""

    root: Route
    receivers: Mapping[str, Receiver]
    inhibitions: tuple[Inhibition, ...] = ()


def walk(route: Route, labels: Mapping[str, str]) -> tuple[Route, ...]:
    """The nodes that an alert ends at, in the tree's order; from the root there is always one."""
    return ends(route, lambda matcher: matcher.matches(labels))


def ends(
    route: Route,
    meets: Callable[[Matcher], bool],
    below: Callable[[Route], Sequence[Route]] = attrgetter("routes"),
) -> tuple[Route, ...]:
    """The nodes that an alert ends at, if `meets` tells which matchers it meets.

    `below` may leave out children of a node whose matchers it does not meet anyway.
    """
    if not all(meets(matcher) for matcher in route.matchers):
        return ()
    found: list[Route] = []
    for child in below(route):
        inside = ends(child, meets, below)
        found.extend(inside)
        if inside and not child.continues:
            break
    return tuple(found) or (route,)


def parse(config: Mapping[str, Any]) -> Routing:
    """Read an Alertmanager configuration, with `matchers` or the older `match` and `match_re`.

    Raises:
        RoutingRefusedError: Alertmanager would refuse it, or a matcher cannot be read.
    """
    receivers = _receivers(entries(config, "receivers", ()))
    root = mapping(config.get("route"), ("route",))
    for key in ROOT_HAS_NO:
        if root.get(key):
            raise RoutingRefusedError(("route", key), f"the root route has {key}, and takes all")
    if not root.get("receiver"):
        raise RoutingRefusedError(("route",), "the root route has no receiver")
    tree = _route(root, Route(receiver=""), ("route",))
    _check_names(tree, receivers, _intervals(config))
    rules = enumerate(entries(config, "inhibit_rules", ()))
    inhibitions = tuple(_inhibition(rule, ("inhibit_rules", index)) for index, rule in rules)
    return Routing(tree, receivers, inhibitions)


def _receivers(written: Sequence[Any]) -> dict[str, Receiver]:
    receivers: dict[str, Receiver] = {}
    for index, entry in enumerate(written):
        pointer = ("receivers", index)
        name = str(mapping(entry, pointer).get("name") or "")
        if not name:
            raise RoutingRefusedError(pointer, "a receiver has no name")
        if name in receivers:
            raise RoutingRefusedError((*pointer, "name"), f"receiver {name} is declared twice")
        receivers[name] = Receiver(name, tuple(_integrations(entry, pointer)))
    return receivers


def _integrations(
    entry: Mapping[str, Any], pointer: Pointer
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in entry:
        if kind.endswith("_configs"):
            for index, each in enumerate(entries(entry, kind, pointer)):
                yield kind, mapping(each, (*pointer, kind, index))


def _route(node: Mapping[str, Any], parent: Route, pointer: Pointer) -> Route:
    group_by, is_written = _group_by(node, pointer), node.get("group_by") is not None
    own = Route(
        receiver=str(node.get("receiver") or parent.receiver),
        matchers=tuple(_matchers(node, pointer, "matchers", "match", "match_re")),
        continues=bool(node.get("continue")),
        group_by=group_by or parent.group_by,
        newer_group_by=group_by if is_written else parent.newer_group_by,
        group_wait=duration(node, "group_wait", parent.group_wait, pointer),
        group_interval=duration(node, "group_interval", parent.group_interval, pointer),
        repeat_interval=duration(node, "repeat_interval", parent.repeat_interval, pointer),
        mute_time_intervals=texts(node, "mute_time_intervals", pointer),
        active_time_intervals=texts(node, "active_time_intervals", pointer),
        pointer=pointer,
    )
    children = []
    for index, child in enumerate(entries(node, "routes", pointer)):
        way = (*pointer, "routes", index)
        children.append(_route(mapping(child, way), own, way))
    return replace(own, routes=tuple(children))


def _group_by(node: Mapping[str, Any], pointer: Pointer) -> tuple[str, ...]:
    names = texts(node, "group_by", pointer)
    if len(set(names)) < len(names):
        raise RoutingRefusedError((*pointer, "group_by"), "group_by names a label twice")
    if ALL_LABELS in names and len(names) > 1:
        raise RoutingRefusedError(
            (*pointer, "group_by"), f"group_by has {ALL_LABELS}, which is every label, and others"
        )
    return names


def _matchers(
    node: Mapping[str, Any], pointer: Pointer, new: str, equal: str, pattern: str
) -> Iterator[Matcher]:
    """Matchers in the new style and in both older ones; `new` and the others are their keys."""
    for index, written in enumerate(texts(node, new, pointer)):
        with _refused_at((*pointer, new, index)):
            yield from parse_matchers(written)
    for name, value in inner(node, equal, pointer).items():
        yield Matcher(name, "=", text(value))
    for name, value in inner(node, pattern, pointer).items():
        if value is None:
            message = f"{name} has no pattern to match"
            raise RoutingRefusedError((*pointer, pattern, name), message)
        with _refused_at((*pointer, pattern, name)):
            yield Matcher(name, "=~", text(value))


def _inhibition(rule: Any, pointer: Pointer) -> Inhibition:
    rule = mapping(rule, pointer)
    source, target = (
        tuple(_matchers(rule, pointer, f"{side}_matchers", f"{side}_match", f"{side}_match_re"))
        for side in ("source", "target")
    )
    return Inhibition(source, target, texts(rule, "equal", pointer))


def _intervals(config: Mapping[str, Any]) -> frozenset[str]:
    """The names of the time intervals that are declared, under the older key or the newer."""
    names: set[str] = set()
    for key in ("mute_time_intervals", "time_intervals"):
        for index, entry in enumerate(entries(config, key, ())):
            pointer = (key, index)
            name = str(mapping(entry, pointer).get("name") or "")
            if not name:
                raise RoutingRefusedError(pointer, "a time interval has no name")
            if name in names:
                said = f"time interval {name} is declared twice"
                raise RoutingRefusedError((*pointer, "name"), said)
            names.add(name)
    return frozenset(names)


def _check_names(root: Route, receivers: Mapping[str, Receiver], intervals: Set[str]) -> None:
    """Refuse a tree with names that are not declared; all of them, the first with the others."""
    refusals = tuple(_undeclared(root, "", receivers, intervals))
    if refusals:
        refusals[0].others = refusals[1:]
        raise refusals[0]


def _undeclared(
    route: Route, inherited: str, receivers: Mapping[str, Receiver], intervals: Set[str]
) -> Iterator[RoutingRefusedError]:
    if route.receiver not in receivers and route.receiver != inherited:
        said = f"no receiver is called {route.receiver}"
        way_out = "write its name below receivers, or name one that is there"
        yield RoutingRefusedError((*route.pointer, "receiver"), said, way_out)
    for key in ("mute_time_intervals", "active_time_intervals"):
        for index, name in enumerate(getattr(route, key)):
            if name not in intervals:
                said = f"no time interval is called {name}"
                way_out = "write it below time_intervals, or name one that is there"
                yield RoutingRefusedError((*route.pointer, key, index), said, way_out)
    for child in route.routes:
        yield from _undeclared(child, route.receiver, receivers, intervals)


@contextmanager
def _refused_at(pointer: Pointer) -> Iterator[None]:
    try:
        yield
    except MatcherRefusedError as refusal:
        raise RoutingRefusedError(pointer, str(refusal)) from refusal


def _meets(matchers: tuple[Matcher, ...], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
