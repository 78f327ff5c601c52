"""Alertmanager's routing tree: the one that check, compile, backtest and review all walk.

`walk` answers as `amtool config routes test` does. Semantics: Alertmanager's dispatch/route.go and
inhibit/inhibit.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter
from typing import Any, Final

from reliability.location import Pointer, pointer_text
from reliability.matcher import Matcher, MatcherRefusedError, parse_matchers

__all__ = ["Inhibition", "Matcher", "Receiver", "Route", "Routing", "ends", "parse", "walk"]

ALL_LABELS: Final = "..."
ROOT_HAS_NO: Final = (
    *("match", "match_re", "matchers", "continue"),
    *("mute_time_intervals", "active_time_intervals"),
)
_UNITS: Final = {
    "y": timedelta(days=365),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_DURATION: Final = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit in _UNITS), re.ASCII)


class RoutingRefusedError(ValueError):
    """A configuration that Alertmanager would refuse; `pointer` leads to what is wrong in it."""

    def __init__(self, pointer: Pointer, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


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
    """

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    continues: bool = False
    group_by: tuple[str, ...] = ()
    group_wait: timedelta = timedelta(seconds=30)
    group_interval: timedelta = timedelta(minutes=5)
    repeat_interval: timedelta = timedelta(hours=4)
    mute_time_intervals: tuple[str, ...] = ()
    active_time_intervals: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    pointer: Pointer = ("route",)

    def group(self, labels: Mapping[str, str]) -> Mapping[str, str]:
        """The labels that an alert is grouped by: those of `group_by` which it has."""
        if ALL_LABELS in self.group_by:
            return dict(labels)
        return {name: labels[name] for name in self.group_by if name in labels}


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
        inner = ends(child, meets, below)
        found.extend(inner)
        if inner and not child.continues:
            break
    return tuple(found) or (route,)


def parse(config: Mapping[str, Any]) -> Routing:
    """Read an Alertmanager configuration, with `matchers` or the older `match` and `match_re`.

    Raises:
        RoutingRefusedError: Alertmanager would refuse it, or a matcher cannot be read.
    """
    receivers = _receivers(config.get("receivers") or ())
    root = _mapping(config.get("route"), ("route",))
    for key in ROOT_HAS_NO:
        if root.get(key):
            raise RoutingRefusedError(("route", key), f"the root route has {key}, and takes all")
    if not root.get("receiver"):
        raise RoutingRefusedError(("route",), "the root route has no receiver")
    tree = _route(root, Route(receiver=""), ("route",))
    _check_names(tree, receivers, _intervals(config))
    rules = enumerate(config.get("inhibit_rules") or ())
    inhibitions = tuple(_inhibition(rule, ("inhibit_rules", index)) for index, rule in rules)
    return Routing(tree, receivers, inhibitions)


def _receivers(entries: Sequence[Any]) -> dict[str, Receiver]:
    receivers: dict[str, Receiver] = {}
    for index, entry in enumerate(entries):
        pointer = ("receivers", index)
        name = str(_mapping(entry, pointer).get("name") or "")
        if not name:
            raise RoutingRefusedError(pointer, "a receiver has no name")
        if name in receivers:
            raise RoutingRefusedError((*pointer, "name"), f"receiver {name} is declared twice")
        receivers[name] = Receiver(name, tuple(_integrations(entry)))
    return receivers


def _integrations(entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind, settings in entry.items():
        if kind.endswith("_configs"):
            yield from ((kind, each) for each in settings or ())


def _route(node: Mapping[str, Any], parent: Route, pointer: Pointer) -> Route:
    own = Route(
        receiver=str(node.get("receiver") or parent.receiver),
        matchers=tuple(_matchers(node, pointer, "matchers", "match", "match_re")),
        continues=bool(node.get("continue")),
        group_by=_group_by(node, pointer) or parent.group_by,
        group_wait=_duration(node, "group_wait", parent.group_wait, pointer),
        group_interval=_duration(node, "group_interval", parent.group_interval, pointer),
        repeat_interval=_duration(node, "repeat_interval", parent.repeat_interval, pointer),
        mute_time_intervals=tuple(node.get("mute_time_intervals") or ()),
        active_time_intervals=tuple(node.get("active_time_intervals") or ()),
        pointer=pointer,
    )
    children = []
    for index, child in enumerate(node.get("routes") or ()):
        inner = (*pointer, "routes", index)
        children.append(_route(_mapping(child, inner), own, inner))
    return replace(own, routes=tuple(children))


def _group_by(node: Mapping[str, Any], pointer: Pointer) -> tuple[str, ...]:
    names = tuple(node.get("group_by") or ())
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
    for index, text in enumerate(node.get(new) or ()):
        with _refused_at((*pointer, new, index)):
            yield from parse_matchers(str(text))
    for name, value in (node.get(equal) or {}).items():
        yield Matcher(name, "=", _text(value))
    for name, value in (node.get(pattern) or {}).items():
        with _refused_at((*pointer, pattern, name)):
            yield Matcher(name, "=~", _text(value))


def _inhibition(rule: Any, pointer: Pointer) -> Inhibition:
    rule = _mapping(rule, pointer)
    source, target = (
        tuple(_matchers(rule, pointer, f"{side}_matchers", f"{side}_match", f"{side}_match_re"))
        for side in ("source", "target")
    )
    return Inhibition(source, target, tuple(rule.get("equal") or ()))


def _duration(
    node: Mapping[str, Any], key: str, inherited: timedelta, pointer: Pointer
) -> timedelta:
    if node.get(key) is None:
        return inherited
    text = str(node[key])
    found = _DURATION.fullmatch("0s" if text == "0" else text)
    if found is None or not text:
        raise RoutingRefusedError((*pointer, key), f"{text!r} is no duration such as 5m")
    parts = found.groupdict(default="0")
    length = sum((int(parts[unit]) * one for unit, one in _UNITS.items()), timedelta(0))
    if not length and key != "group_wait":
        raise RoutingRefusedError((*pointer, key), f"{key} is zero, and must be longer")
    return length


def _intervals(config: Mapping[str, Any]) -> frozenset[str]:
    """The names of the time intervals that are declared, under the older key or the newer."""
    names: set[str] = set()
    for key in ("mute_time_intervals", "time_intervals"):
        for index, entry in enumerate(config.get(key) or ()):
            pointer = (key, index)
            name = str(_mapping(entry, pointer).get("name") or "")
            if not name:
                raise RoutingRefusedError(pointer, "a time interval has no name")
            if name in names:
                said = f"time interval {name} is declared twice"
                raise RoutingRefusedError((*pointer, "name"), said)
            names.add(name)
    return frozenset(names)


def _check_names(route: Route, receivers: Mapping[str, Receiver], intervals: Set[str]) -> None:
    if route.receiver not in receivers:
        pointer = (*route.pointer, "receiver")
        raise RoutingRefusedError(pointer, f"no receiver is called {route.receiver}")
    for key in ("mute_time_intervals", "active_time_intervals"):
        for index, name in enumerate(getattr(route, key)):
            if name not in intervals:
                said = f"no time interval is called {name}"
                raise RoutingRefusedError((*route.pointer, key, index), said)
    for child in route.routes:
        _check_names(child, receivers, intervals)


@contextmanager
def _refused_at(pointer: Pointer) -> Iterator[None]:
    try:
        yield
    except MatcherRefusedError as refusal:
        raise RoutingRefusedError(pointer, str(refusal)) from refusal


def _mapping(value: Any, pointer: Pointer) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        wrong = "is not there" if value is None else "is no mapping"
        raise RoutingRefusedError(pointer, f"{pointer_text(pointer)} {wrong}")
    return value


def _text(value: Any) -> str:
    """A plain scalar as Alertmanager takes it where it wants text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _meets(matchers: tuple[Matcher, ...], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
