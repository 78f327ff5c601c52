"""Former routes: routes of the last configuration that are kept until no alert needs them.

While rules are replaced, alerts with the former labels still fire, and their resolved notifications
are sent minutes later. So a changed configuration is first written with the routes of the previous
one after its own.

A former route is a child of the root with the matcher `reliability_former=""`, which every alert
meets: Alertmanager treats a missing label as empty. The receivers and time intervals that it names
get another name, so that they keep the former settings. By matcher and names, a later process can
find and remove all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from reliability.alertmanager.routing import RoutingRefusedError, parse, walk
from reliability.resource import Json

LABEL: Final = "reliability_former"
MATCHER: Final = f'{LABEL}=""'
PREFIX: Final = "reliability/former/"
INHERITED: Final = ("group_by", "group_wait", "group_interval", "repeat_interval")
NAMES_OF_INTERVALS: Final = ("mute_time_intervals", "active_time_intervals")
INTERVALS: Final = ("time_intervals", "mute_time_intervals")
"""The keys that declare time intervals; the second is deprecated since Alertmanager 0.24."""

Body = Mapping[str, Any]
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormerRoute:
    """A former route: its matchers, the alerts that are still routed there, and their receivers."""

    matchers: str
    receivers: tuple[str, ...]
    alerts: tuple[Labels, ...]


def with_former_routes(before: Body, after: Body) -> dict[str, Json]:
    """Add the routes of `before` to `after` whose alerts `after` would send elsewhere.

    The routes of `after` come first, so that an alert that both match takes its new route.
    """
    former = _former_children(before, after)
    if not former:
        return dict(after)

    receivers = {receiver["name"]: receiver for receiver in before.get("receivers") or ()}
    intervals = {item["name"]: item for key in INTERVALS for item in before.get(key) or ()}
    names = dict.fromkeys(name for route in former.values() for name in _receivers_of(route))
    times = dict.fromkeys(name for route in former.values() for name in _intervals_of(route))
    merged = {
        **after,
        "route": {**after["route"], "routes": _placed(before, after, former)},
        "receivers": [*after["receivers"], *_renamed(names, receivers)],
    }

    if times:
        merged["time_intervals"] = [
            *(after.get("time_intervals") or ()),
            *_renamed(times, intervals),
        ]

    inhibitions = [*_former_inhibitions(before, after)]
    if inhibitions:
        merged["inhibit_rules"] = [*(after.get("inhibit_rules") or ()), *inhibitions]

    return merged


def without_former_routes(body: Body) -> dict[str, Json]:
    """Remove what `with_former_routes` added to a configuration."""
    if not has_former_routes(body):
        return dict(body)

    route = body["route"]
    plain = {
        **body,
        "route": {**route, "routes": [child for child in route["routes"] if not _is_former(child)]},
        "receivers": [item for item in body["receivers"] if not _is_renamed(item)],
    }

    for key, is_ours in (("time_intervals", _is_renamed), ("inhibit_rules", _is_former_inhibition)):
        items = body.get(key)
        if isinstance(items, list):
            plain[key] = [item for item in items if not is_ours(item)]
            if items and not plain[key]:
                del plain[key]

    return plain


def has_former_routes(body: Body) -> bool:
    """Return whether a configuration has former routes."""
    route = body.get("route")
    children = route.get("routes") if isinstance(route, Mapping) else None
    return isinstance(children, list) and any(map(_is_former, children))


def former_routes(body: Body, alerts: Iterable[Labels]) -> tuple[FormerRoute, ...]:
    """Return the former routes of a configuration, each with the alerts that are routed there."""
    try:
        routing = parse(body)
    except RoutingRefusedError:
        return ()

    ends: dict[int, list[tuple[Labels, str]]] = {}
    for alert in alerts:
        # Walk the stored tree, which has both: an alert that its new route takes no longer needs
        # the former.
        for node in walk(routing.root, alert):
            match node.pointer:
                case ("route", "routes", int(index), *_):
                    ends.setdefault(index, []).append((alert, node.receiver))
                case _:
                    pass

    children: Sequence[Any] = body["route"].get("routes") or ()
    return tuple(
        _former_route(child, ends.get(index, ()))
        for index, child in enumerate(children)
        if _is_former(child)
    )


def _former_route(child: Body, ends: Sequence[tuple[Labels, str]]) -> FormerRoute:
    matchers = ", ".join(matcher for matcher in _matchers(child) if matcher != MATCHER)
    receivers = dict.fromkeys(receiver.removeprefix(PREFIX) for _, receiver in ends)
    return FormerRoute(matchers, tuple(receivers), tuple(alert for alert, _ in ends))


def _former_children(before: Body, after: Body) -> dict[int, dict[str, Any]]:
    """Return the children of the previous root to keep as former routes, by their index."""
    own = [canonical(child) for child in _children(after)]
    takers = [child for child in _children(after) if not child.get("continue")]
    former: dict[int, dict[str, Any]] = {}
    for index, child in enumerate(_children(before)):
        is_taken = any(_takes_all_of(taker, child) for taker in takers)
        # A route that the new tree takes over completely would never be reached.
        if canonical(child) not in own and not is_taken:
            former[index] = child if _is_former(child) else _as_former(child, before["route"])
    return former


def _takes_all_of(taker: Body, child: Body) -> bool:
    """Return whether a route matches every alert of another: it has no matcher of its own."""
    return set(_all_matchers(taker)) <= set(_all_matchers(child)) - {MATCHER}


def _as_former(child: Body, root: Body) -> dict[str, Any]:
    # The new root may have other settings, and the former route must keep those it had.
    inherited = {key: root[key] for key in INHERITED if key in root and key not in child}
    route = {"receiver": root["receiver"], **inherited, **child}
    # A matcher for the absence of a label that no alert has: it marks the route and changes
    # nothing.
    route["matchers"] = [*_matchers(child), MATCHER]
    return _rename(route)


def _rename(route: dict[str, Any]) -> dict[str, Any]:
    """Rename the receivers and time intervals of a route and its children to former ones."""
    renamed = dict(route)
    if renamed.get("receiver"):
        renamed["receiver"] = _former_name(renamed["receiver"])
    for key in NAMES_OF_INTERVALS:
        if renamed.get(key):
            renamed[key] = [_former_name(name) for name in renamed[key]]
    if renamed.get("routes"):
        renamed["routes"] = [_rename(child) for child in renamed["routes"]]
    return renamed


def _placed(
    before: Body, after: Body, former: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Order the routes: each former one after the new ones that replaced it."""
    old, own = _children(before), _children(after)
    # Order is priority in a routing tree. A former route stays between the neighbors that it had,
    # so it takes no alert from a route that came before it.
    matcher = SequenceMatcher(None, [*map(canonical, old)], [*map(canonical, own)], autojunk=False)
    placed: list[dict[str, Any]] = []
    for _, start, end, own_start, own_end in matcher.get_opcodes():
        placed += own[own_start:own_end]
        placed += [former[index] for index in range(start, end) if index in former]
    return placed


def _former_inhibitions(before: Body, after: Body) -> Iterator[dict[str, Any]]:
    own = {canonical(rule) for rule in after.get("inhibit_rules") or ()}
    for rule in before.get("inhibit_rules") or ():
        if canonical(rule) not in own:
            matchers = rule.get("source_matchers") or []
            is_former = _is_former_inhibition(rule)
            # Alerts that still need a former route may also depend on an inhibition that is gone.
            yield rule if is_former else {**rule, "source_matchers": [*matchers, MATCHER]}


def _renamed(names: Iterable[str], items: Mapping[str, Body]) -> Iterator[dict[str, Any]]:
    """Yield the items under their former names; one that is already a former one is unchanged."""
    for name in names:
        item = items.get(name) or items.get(name.removeprefix(PREFIX))
        if item is not None:
            yield {**item, "name": name}


def _receivers_of(route: Body) -> Iterator[str]:
    if route.get("receiver"):
        yield str(route["receiver"])
    for child in _children_of(route):
        yield from _receivers_of(child)


def _intervals_of(route: Body) -> Iterator[str]:
    for key in NAMES_OF_INTERVALS:
        yield from map(str, route.get(key) or ())
    for child in _children_of(route):
        yield from _intervals_of(child)


def _children(body: Body) -> list[dict[str, Any]]:
    route = body.get("route")
    return [*_children_of(route)] if isinstance(route, Mapping) else []


def _children_of(route: Body) -> Iterator[dict[str, Any]]:
    children = route.get("routes")
    yield from (dict(child) for child in children or () if isinstance(child, Mapping))


def _matchers(route: Body) -> list[str]:
    matchers = route.get("matchers") or []
    return [matchers] if isinstance(matchers, str) else [str(matcher) for matcher in matchers]


def _all_matchers(route: Body) -> list[str]:
    """Return the matchers of a route as texts, including the deprecated `match` and `match_re`."""
    older = (
        f"{key} {name}={value}"
        for key in ("match", "match_re")
        for name, value in (route.get(key) or {}).items()
    )
    return [*_matchers(route), *older]


def _is_former(route: Any) -> bool:
    return isinstance(route, Mapping) and MATCHER in _matchers(route)


def _is_former_inhibition(rule: Any) -> bool:
    return isinstance(rule, Mapping) and MATCHER in (rule.get("source_matchers") or ())


def _is_renamed(item: Any) -> bool:
    return isinstance(item, Mapping) and str(item.get("name", "")).startswith(PREFIX)


def _former_name(name: str) -> str:
    return f"{PREFIX}{name}"


def canonical(value: Any) -> str:
    """Format a value as a text that is equal for equal values."""
    return json.dumps(value, sort_keys=True, default=str)
