"""The receivers that each alert can reach in the merged routing tree of Alertmanager.

The merged tree holds the generated routes inside the existing tree of `alertmanager.base.yml`.
Alerts that match the same matchers of the tree reach the same receivers, so the tree is walked
once for each such group of equivalent alerts, which keeps large catalogs fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reliability.alertmanager.exploration import Index, Knowledge, Outcome, explore
from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Inhibition, Receiver, Route, Routing, parse
from reliability.check.index.declarations import Declarations
from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.compile.alertmanager.labels import EXTERNAL
from reliability.compile.alertmanager.receivers import RECEIVER_PREFIX
from reliability.compile.prometheus.alerts import sent_labels
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import EntryPart
from reliability.location import Location, Pointer
from reliability.resolve.alerts import DeclaredAlert
from reliability.resolve.objectives import Objective


@dataclass(frozen=True, slots=True)
class EquivalentAlerts:
    """Alerts of one team and tier that are routed alike, with every possible outcome."""

    alerts: list[DeclaredAlert]
    knowledge: Knowledge
    outcomes: tuple[Outcome, ...]

    @property
    def first(self) -> DeclaredAlert:
        """The alert that messages name."""
        return self.alerts[0]

    @property
    def routes(self) -> Mapping[Pointer, Route]:
        """The routes that they can reach, by pointer."""
        return {route.pointer: route for outcome in self.outcomes for route in outcome}


@dataclass(frozen=True, eq=False)
class Routes:
    """The merged routing tree and the declared alerts in it."""

    situation: CompilerInputs
    routing: Routing
    context: Declarations

    @classmethod
    def of(cls, context: Declarations) -> Routes | None:
        """Build the routes of a catalog; None without a tree, or if a part cannot be read."""
        if not context.is_whole("policies") or BASE_ALERTMANAGER in context.broken:
            return None
        # One configuration is for all environments, so it is compiled from what is written.
        situation = CompilerInputs.of(context.catalog.written or context.catalog)
        if situation.theirs is None and not situation.teams:
            return None
        if any(situation.refusals()):
            return None
        return cls(situation, parse(situation.config()), context)

    @cached_property
    def alike(self) -> tuple[EquivalentAlerts, ...]:
        """Group the declared alerts by how they are routed, in the order of their first alerts."""
        root, classes = self.routing.root, ValueClasses.of(self.routing)
        index = Index.of(root)
        by_labels: dict[tuple[Any, ...], EquivalentAlerts] = {}

        for alert in self.context.alerts:
            if not alert.team and not self.context.is_whole(f"services/{alert.service}"):
                continue
            labels = sent_labels(alert)
            unknown = classes.unknown(alert, labels)
            key = (alert.route, alert.tier, *classes.key(labels, unknown))
            known = by_labels.get(key)
            if known is not None:
                known.alerts.append(alert)
                continue
            start = Knowledge(labels, unknown)
            by_labels[key] = EquivalentAlerts([alert], start, explore(root, start, index=index))

        return tuple(by_labels.values())

    def receiver(self, route: Route) -> Receiver:
        """Return the receiver of a route."""
        return self.routing.receivers[route.receiver]

    def is_ours(self, route: Route) -> bool:
        """Return whether a route is in a generated subtree, not in the existing tree.

        There is one for each team, before the existing routes.
        """
        match route.pointer:
            case ("route", "routes", int(index), *_):
                return index < len(self.situation.teams)
            case _:
                return False

    def at_route(self, route: Route, key: str = "receiver") -> Location:
        """Locate a key of a route: in the base file, or in the document it is generated from."""
        theirs = self.situation.theirs
        if theirs is None or (self.is_ours(route) and route.receiver.startswith(RECEIVER_PREFIX)):
            return self.at_receiver(route.receiver)
        if self.is_ours(route) or route.pointer == ("route",):
            return theirs.locate(("route", "receiver"))

        pointer = self._in_their_file(route.pointer)
        written = (*pointer, key)
        return (
            theirs.locate(written) if theirs.has(written) else theirs.locate(pointer, EntryPart.KEY)
        )

    def _in_their_file(self, pointer: Pointer) -> Pointer:
        """Convert a pointer into the merged tree, which has more routes, to the base file."""
        index = pointer[2]
        assert isinstance(index, int)  # noqa: S101 - a route stands in a list
        return (*pointer[:2], index - len(self.situation.teams), *pointer[3:])

    def at_receiver(self, name: str, inner: Pointer = ()) -> Location:
        """Locate a receiver or a part of it: in the base file, or at the reference to it."""
        theirs = self.situation.theirs
        index = self._their_receivers.get(name)
        if theirs is not None and index is not None:
            part = EntryPart.VALUE if inner else EntryPart.KEY
            return theirs.locate(("receivers", index, *(inner or ("name",))), part)
        return self.situation.at_receiver(name)

    @cached_property
    def _their_receivers(self) -> Mapping[str, int]:
        theirs = self.situation.theirs
        entries = theirs.values["receivers"] if theirs is not None else ()
        return {str(entry["name"]): index for index, entry in enumerate(entries)}


@dataclass(frozen=True, slots=True)
class ValueClasses:
    """Equivalence classes of label values: values that match the same matchers are one class."""

    by_name: Mapping[str, tuple[frozenset[str], tuple[RouteMatcher, ...]]]
    seen: dict[tuple[str, str], object] = field(default_factory=dict)

    @classmethod
    def of(cls, routing: Routing) -> ValueClasses:
        """Build the classes for the matchers of routes and of inhibition targets."""
        equal: dict[str, set[str]] = {}
        patterns: dict[str, dict[str, RouteMatcher]] = {}
        for matcher in matchers_of(routing):
            values = equal.setdefault(matcher.name, set())
            if matcher.operator in ("=", "!="):
                values.add(matcher.value)
            else:
                patterns.setdefault(matcher.name, {})[matcher.value] = matcher

        return cls(
            {
                name: (frozenset(values), tuple(patterns.get(name, {}).values()))
                for name, values in equal.items()
            }
        )

    def unknown(self, alert: DeclaredAlert, labels: Mapping[str, str]) -> frozenset[str]:
        """Return the labels that the tree matches on and that an alert may or may not have."""
        added = added_labels(alert)
        asked_for = frozenset(self.by_name) if added is None else added.intersection(self.by_name)
        return asked_for.difference(labels)

    def key(self, labels: Mapping[str, str], unknown: frozenset[str]) -> tuple[object, ...]:
        """Return the key that alerts with the same routing share."""
        seen, routes = self.seen, list[object]([unknown])
        for name in self.by_name:
            if name not in unknown:
                value = labels.get(name, "")
                routes.append(seen.get((name, value)) or self._class(name, value))
        return tuple(routes)

    def _class(self, name: str, value: str) -> object:
        equal, patterns = self.by_name[name]
        answers = tuple(pattern.matches({name: value}) for pattern in patterns)
        self.seen[name, value] = (value if value in equal else None, answers)
        return self.seen[name, value]


def added_labels(alert: DeclaredAlert) -> frozenset[str] | None:
    """Return the labels that an alert may have besides those that rules set; None for any.

    The labels that the expression of a signal keeps are known only when it fires.
    """
    if not isinstance(alert.subject, Objective):
        return None
    return frozenset((*EXTERNAL, *alert.subject.group_by))


def matchers_of(routing: Routing) -> Iterator[RouteMatcher]:
    """Yield every matcher of the routes and of the inhibition targets."""
    waiting = [routing.root]
    while waiting:
        route = waiting.pop()
        yield from route.matchers
        waiting.extend(route.routes)
    for inhibition in routing.inhibitions:
        yield from inhibition.target


def may_silence(inhibition: Inhibition, alike: EquivalentAlerts) -> bool:
    """Return whether the target matchers of an inhibition may match these alerts.

    Labels that the expression of a signal may keep count as missing. Otherwise the usual inhibition
    rules on `severity` would be reported for every signal, since it could keep that label.
    """
    known = alike.knowledge
    if added_labels(alike.first) is None:
        known = Knowledge(known.labels)
    return all(known.answer(matcher) is not False for matcher in inhibition.target)
