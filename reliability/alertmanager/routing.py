"""Parser of Alertmanager's routing tree, which check, compile, backtest and review all use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from reliability.alertmanager.configuration import (
    RUN_AMTOOL,
    RoutingRefusedError,
    duration,
    entries,
    inner,
    mapping,
    text,
    texts,
)
from reliability.alertmanager.matcher import MatcherRefusedError, RouteMatcher, parse_matchers
from reliability.alertmanager.routing_tree import (
    ALL_LABELS,
    Inhibition,
    Receiver,
    Route,
    Routing,
    ends,
    walk,
)
from reliability.location import Pointer
from reliability.message import Message

__all__ = [
    "ALL_LABELS",
    "Inhibition",
    "Receiver",
    "Route",
    "RouteMatcher",
    "Routing",
    "RoutingRefusedError",
    "ends",
    "parse",
    "walk",
]

ROOT_HAS_NO: Final = (
    *("match", "match_re", "matchers", "continue"),
    *("mute_time_intervals", "active_time_intervals"),
)
LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
"""`LabelNameRE` of prometheus/common, which Alertmanager requires of keys of the older `match`."""

T = TypeVar("T")
U = TypeVar("U")
NO_VALUES: Final[Mapping[str, Any]] = {}


def parse(config: Mapping[str, Any]) -> Routing:
    """Parse an Alertmanager configuration, with `matchers` or the older `match` and `match_re`.

    Raises:
        RoutingRefusedError: Alertmanager would refuse it, or a matcher cannot be parsed. This is
            the first refusal, and `others` are the rest of them.
    """
    reading = _Reading()
    routing = reading.routing(config)
    if reading.refusals:
        first, *others = reading.refusals
        first.others = tuple(others)
        raise first

    return routing


@dataclass(slots=True)
class _Reading:
    """One reading of a configuration, which continues after a refusal."""

    refusals: list[RoutingRefusedError] = field(default_factory=list)

    def refuse(self, pointer: Pointer, message: str, help_text: str = RUN_AMTOOL) -> None:
        """Record a refusal."""
        self.refusals.append(RoutingRefusedError(pointer, message, help_text))

    def kept(self, read: Callable[..., T], *arguments: Any, instead: U) -> T | U:
        """Return what a function reads; after a refusal, record it and return `instead`."""
        try:
            return read(*arguments)
        except RoutingRefusedError as refusal:
            self.refusals.append(refusal)
            return instead

    def routing(self, config: Mapping[str, Any]) -> Routing:
        """Return the tree with its receivers and inhibitions, without the refused parts."""
        receivers = self.receivers(self.kept(entries, config, "receivers", (), instead=()))
        root = self.kept(mapping, config.get("route"), ("route",), instead=None)
        intervals = self.intervals(config)

        # After a refusal the rest is still read, with an empty root, so that one run reports every
        # fault.
        tree = Route(receiver="")
        if root is not None:
            tree = self.route(root, tree, ("route",))
            self.root(root, tree)
            self.names(tree, "", receivers, intervals=intervals)

        rules = enumerate(self.kept(entries, config, "inhibit_rules", (), instead=()))
        inhibitions = [self.inhibition(rule, ("inhibit_rules", index)) for index, rule in rules]
        return Routing(tree, receivers, tuple(filter(None, inhibitions)))

    def receivers(self, written: Sequence[Any]) -> dict[str, Receiver]:
        """Return the receivers, by name."""
        receivers: dict[str, Receiver] = {}
        for index, entry in enumerate(written):
            pointer = ("receivers", index)
            values = self.kept(mapping, entry, pointer, instead=None)
            if values is None:
                continue
            name = text(values.get("name"))
            if not name:
                self.refuse(pointer, Message("a receiver has no name"))
            elif name in receivers:
                message = Message("receiver {receiver} is declared twice", receiver=name)
                self.refuse((*pointer, "name"), message)
            else:
                receivers[name] = Receiver(name, tuple(self.integrations(values, pointer)))

        return receivers

    def integrations(
        self, receiver: Mapping[str, Any], pointer: Pointer
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the integrations of a receiver; an entry without settings is null in YAML."""
        for kind in receiver:
            if str(kind).endswith("_configs"):
                for index, config in enumerate(
                    self.kept(entries, receiver, kind, pointer, instead=())
                ):
                    settings = NO_VALUES if config is None else config
                    yield (
                        kind,
                        self.kept(mapping, settings, (*pointer, kind, index), instead=NO_VALUES),
                    )

    def root(self, root: Mapping[str, Any], tree: Route) -> None:
        """Refuse what the root route cannot have: it matches every alert at any time."""
        for key in ROOT_HAS_NO:
            # `Config.UnmarshalYAML` tests lengths, so an empty list is accepted on the root.
            if root.get(key) and (key != "matchers" or tree.matchers):
                message = Message(
                    "the root route matches every alert, so it cannot have {key}", key=key
                )
                self.refuse(("route", key), message)
        if not root.get("receiver"):
            self.refuse(("route",), Message("the root route has no receiver"))

    def route(self, node: Mapping[str, Any], parent: Route, pointer: Pointer) -> Route:
        """Return a node with all nodes below it."""
        group_by = self.kept(_group_by, node, pointer, instead=())
        is_written = node.get("group_by") is not None
        own = Route(
            receiver=text(node.get("receiver")) or parent.receiver,
            matchers=tuple(
                self.matchers(node, pointer, "matchers", equal="match", pattern="match_re")
            ),
            continues=node.get("continue") is True,
            # An empty list that is written inherits in 0.28 and does not in 0.33, where only a
            # missing key does (`cr.GroupBy != nil` in `newRoute`).
            group_by=group_by or parent.group_by,
            newer_group_by=group_by if is_written else parent.newer_group_by,
            group_wait=self.duration(node, "group_wait", parent, pointer=pointer),
            group_interval=self.duration(node, "group_interval", parent, pointer=pointer),
            repeat_interval=self.duration(node, "repeat_interval", parent, pointer=pointer),
            # `newRoute` copies these two from the node itself, also if they are empty: unlike all
            # other settings, time intervals are not inherited by child routes.
            mute_time_intervals=self.kept(texts, node, "mute_time_intervals", pointer, instead=()),
            active_time_intervals=self.kept(
                texts, node, "active_time_intervals", pointer, instead=()
            ),
            pointer=pointer,
        )

        children = []
        for index, child in enumerate(self.kept(entries, node, "routes", pointer, instead=())):
            child_pointer = (*pointer, "routes", index)
            values = self.kept(mapping, child, child_pointer, instead=None)
            if values is not None:
                children.append(self.route(values, own, child_pointer))

        return replace(own, routes=tuple(children))

    def duration(self, node: Mapping[str, Any], key: str, parent: Route, pointer: Pointer) -> Any:
        """Return a duration of a node, or that of its parent."""
        inherited = getattr(parent, key)
        return self.kept(duration, node, key, inherited, pointer, instead=inherited)

    def matchers(
        self, node: Mapping[str, Any], pointer: Pointer, new: str, equal: str, pattern: str
    ) -> Iterator[RouteMatcher]:
        """Yield the matchers of the newer key and of both older ones."""
        for index, written in enumerate(self.kept(texts, node, new, pointer, instead=())):
            yield from self.kept(_parsed, written, (*pointer, new, index), instead=())
        for key, operator in ((equal, "="), (pattern, "=~")):
            for name, value in self.kept(inner, node, key, pointer, instead=NO_VALUES).items():
                matcher = self.kept(
                    _older, name, operator, value, (*pointer, key, name), instead=None
                )
                if matcher is not None:
                    yield matcher

    def inhibition(self, rule: Any, pointer: Pointer) -> Inhibition | None:
        """Return an inhibition rule; None if it is refused as a whole."""
        values = self.kept(mapping, rule, pointer, instead=None)
        if values is None:
            return None

        source, target = (
            tuple(
                self.matchers(
                    values,
                    pointer,
                    f"{side}_matchers",
                    equal=f"{side}_match",
                    pattern=f"{side}_match_re",
                )
            )
            for side in ("source", "target")
        )

        equal = self.kept(texts, values, "equal", pointer, instead=())
        for index, name in enumerate(equal):
            if not name:
                self.refuse((*pointer, "equal", index), Message("a label name cannot be empty"))

        return Inhibition(source, target, equal)

    def intervals(self, config: Mapping[str, Any]) -> frozenset[str]:
        """Return the names of declared time intervals, under the older key or the newer one."""
        names: set[str] = set()
        for key in ("mute_time_intervals", "time_intervals"):
            for index, entry in enumerate(self.kept(entries, config, key, (), instead=())):
                pointer = (key, index)
                values = self.kept(mapping, entry, pointer, instead=None)
                if values is None:
                    continue
                name = text(values.get("name"))
                # Both keys share one set of names: the same name under the older and the newer key
                # is refused too.
                if not name:
                    self.refuse(pointer, Message("a time interval has no name"))
                elif name in names:
                    message = Message("time interval {interval} is declared twice", interval=name)
                    self.refuse((*pointer, "name"), message)
                else:
                    names.add(name)

        return frozenset(names)

    def names(
        self, route: Route, inherited: str, receivers: Mapping[str, Receiver], intervals: Set[str]
    ) -> None:
        """Refuse names that are not declared, at the node that introduces them."""
        # A child that inherits an unknown receiver would repeat the refusal of its parent.
        if route.receiver not in receivers and route.receiver != inherited:
            self.refuse(
                (*route.pointer, "receiver"),
                Message("unknown receiver {receiver}", receiver=route.receiver),
                Message("declare it under receivers, or name a declared receiver"),
            )

        for key in ("mute_time_intervals", "active_time_intervals"):
            for index, name in enumerate(getattr(route, key)):
                if name not in intervals:
                    self.refuse(
                        (*route.pointer, key, index),
                        Message("unknown time interval {interval}", interval=name),
                        Message("declare it under time_intervals, or name a declared interval"),
                    )

        for child in route.routes:
            self.names(child, route.receiver, receivers, intervals=intervals)


def _group_by(node: Mapping[str, Any], pointer: Pointer) -> tuple[str, ...]:
    names = texts(node, "group_by", pointer)
    for index, name in enumerate(names):
        if not name:
            where = (*pointer, "group_by", index)
            raise RoutingRefusedError(where, Message("a label name cannot be empty"))

    if len(set(names)) < len(names) and set(names) != {ALL_LABELS}:
        message = Message("group_by lists a label twice")
        raise RoutingRefusedError((*pointer, "group_by"), message)
    if ALL_LABELS in names and len(set(names)) > 1:
        message = Message(
            "group_by has both {every} (every label) and names of labels", every=ALL_LABELS
        )
        raise RoutingRefusedError((*pointer, "group_by"), message)
    return names


def _parsed(written: str, pointer: Pointer) -> tuple[RouteMatcher, ...]:
    try:
        return parse_matchers(written)
    except MatcherRefusedError as refusal:
        raise RoutingRefusedError(pointer, refusal.message) from refusal


def _older(name: Any, operator: Any, value: Any, pointer: Pointer) -> RouteMatcher:
    """Return a matcher of an older key, whose label name must be valid without quotes."""
    if LABEL_NAME.fullmatch(str(name)) is None:
        message = Message(
            "not a valid label name: {label}; only letters, digits and _ are allowed",
            label=repr(name),
        )
        raise RoutingRefusedError(pointer, message, Message("write the condition under matchers"))
    if isinstance(value, Mapping | list):
        raise RoutingRefusedError(pointer, Message("the value of {label} must be text", label=name))
    if value is None and operator == "=~":
        raise RoutingRefusedError(pointer, Message("{label} has no pattern", label=name))

    try:
        return RouteMatcher(str(name), operator, text(value))
    except MatcherRefusedError as refusal:
        raise RoutingRefusedError(pointer, refusal.message) from refusal
