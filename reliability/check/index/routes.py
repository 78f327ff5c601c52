"""Where our alerts end in the tree that Alertmanager is given: every way, once a kind of alert.

The tree is the merged one: our routes inside what a team already has. Alerts that answer every
matcher of the tree alike end alike, so they are walked together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from reliability.alertmanager.exploration import Index, Knowledge, Outcome, explore
from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Inhibition, Receiver, Route, Routing, parse
from reliability.check.index.declarations import Declarations
from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.compile.alertmanager.labels import EXTERNAL
from reliability.compile.alertmanager.receivers import OURS
from reliability.compile.prometheus.alerts import sent_labels
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import EntryPart
from reliability.location import Location, Pointer
from reliability.resolve.alerts import DeclaredAlert
from reliability.resolve.objectives import Objective

HERE: Final = ("route", "routes", 0)
"""Where our subtree stands in the merged tree; their routes follow it."""


@dataclass(frozen=True, slots=True)
class EquivalentAlerts:
    """Alerts of one team and tier that end alike: all of them, and every outcome they may have."""

    alerts: list[DeclaredAlert]
    knowledge: Knowledge
    outcomes: tuple[Outcome, ...]

    @property
    def first(self) -> DeclaredAlert:
        """The one that is named where one is."""
        return self.alerts[0]

    @property
    def routes(self) -> Mapping[Pointer, Route]:
        """Every node that they may end at."""
        return {route.pointer: route for outcome in self.outcomes for route in outcome}


@dataclass(frozen=True, eq=False)
class Routes:
    """The merged tree and our alerts in it."""

    situation: CompilerInputs
    routing: Routing
    context: Declarations

    @classmethod
    def of(cls, context: Declarations) -> Routes | None:
        """The routes of a catalog; None where there is no tree, or a part of it is not readable."""
        if not context.is_whole("policies") or BASE_ALERTMANAGER in context.broken:
            return None
        situation = CompilerInputs.of(context.catalog)
        if situation.theirs is None and not situation.teams:
            return None
        if any(situation.refusals()):
            return None
        return cls(situation, parse(situation.config()), context)

    @cached_property
    def alike(self) -> tuple[EquivalentAlerts, ...]:
        """Our alerts, those together that end alike; in the order of the first of each."""
        root, classes = self.routing.root, ValueClasses.of(self.routing)
        index = Index.of(root)
        found: dict[tuple[Any, ...], EquivalentAlerts] = {}
        for alert in self.context.alerts:
            if not alert.team and not self.context.is_whole(f"services/{alert.service}"):
                continue
            labels = sent_labels(alert)
            unknown = classes.unknown(alert, labels)
            key = (alert.route, alert.tier, *classes.key(labels, unknown))
            known = found.get(key)
            if known is not None:
                known.alerts.append(alert)
                continue
            start = Knowledge(labels, unknown)
            found[key] = EquivalentAlerts([alert], start, explore(root, start, index=index))
        return tuple(found.values())

    def receiver(self, route: Route) -> Receiver:
        """Who is told at a node."""
        return self.routing.receivers[route.receiver]

    def is_ours(self, route: Route) -> bool:
        """Whether a node stands in our subtree, and not in what a team had before."""
        return bool(self.situation.teams) and route.pointer[: len(HERE)] == HERE

    def at_route(self, route: Route, key: str = "receiver") -> Location:
        """Where a key of a node is written: in their file, or what ours follows from."""
        theirs = self.situation.theirs
        if theirs is None or (self.is_ours(route) and route.receiver.startswith(OURS)):
            return self.at_receiver(route.receiver)
        if self.is_ours(route) or route.pointer == ("route",):
            return theirs.locate(("route", "receiver"))
        pointer = self._in_their_file(route.pointer)
        written = (*pointer, key)
        return (
            theirs.locate(written) if theirs.has(written) else theirs.locate(pointer, EntryPart.KEY)
        )

    def _in_their_file(self, pointer: Pointer) -> Pointer:
        """A pointer into the merged tree as one into their file: ours is one more route."""
        index = pointer[2]
        assert isinstance(index, int)  # noqa: S101 - a route stands in a list
        return (*pointer[:2], index - bool(self.situation.teams), *pointer[3:])

    def at_receiver(self, name: str, inner: Pointer = ()) -> Location:
        """Where a receiver is written, or a part of it; one of ours where it is asked for."""
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
        return {str(each["name"]): index for index, each in enumerate(entries)}


@dataclass(frozen=True, slots=True)
class ValueClasses:
    """Values of labels by how they answer the matchers of a tree: alike is one class."""

    by_name: Mapping[str, tuple[frozenset[str], tuple[RouteMatcher, ...]]]
    seen: dict[tuple[str, str], object] = field(default_factory=dict)

    @classmethod
    def of(cls, routing: Routing) -> ValueClasses:
        """The classes of a tree and of what its inhibitions silence."""
        equal: dict[str, set[str]] = {}
        patterns: dict[str, dict[str, RouteMatcher]] = {}
        for each in matchers_of(routing):
            values = equal.setdefault(each.name, set())
            if each.operator in ("=", "!="):
                values.add(each.value)
            else:
                patterns.setdefault(each.name, {})[each.value] = each
        return cls(
            {
                name: (frozenset(values), tuple(patterns.get(name, {}).values()))
                for name, values in equal.items()
            }
        )

    def unknown(self, alert: DeclaredAlert, labels: Mapping[str, str]) -> frozenset[str]:
        """The labels that the tree asks for and that an alert may have, for all that is known."""
        added = added_labels(alert)
        asked_for = frozenset(self.by_name) if added is None else added.intersection(self.by_name)
        return asked_for.difference(labels)

    def key(self, labels: Mapping[str, str], unknown: frozenset[str]) -> tuple[object, ...]:
        """What alerts that end alike have in common."""
        seen, found = self.seen, list[object]([unknown])
        for name in self.by_name:
            if name not in unknown:
                value = labels.get(name, "")
                found.append(seen.get((name, value)) or self._class(name, value))
        return tuple(found)

    def _class(self, name: str, value: str) -> object:
        equal, patterns = self.by_name[name]
        answers = tuple(each.matches({name: value}) for each in patterns)
        self.seen[name, value] = (value if value in equal else None, answers)
        return self.seen[name, value]


def added_labels(alert: DeclaredAlert) -> frozenset[str] | None:
    """The labels that an alert may have beyond those that rules set, or None if it may have any.

    What the expression of a signal leaves on it is known when it fires.
    """
    if not isinstance(alert.subject, Objective):
        return None
    return frozenset((*EXTERNAL, *alert.subject.group_by))


def matchers_of(routing: Routing) -> Iterator[RouteMatcher]:
    """Every matcher that decides about an alert: of the routes, and of who is silenced."""
    waiting = [routing.root]
    while waiting:
        route = waiting.pop()
        yield from route.matchers
        waiting.extend(route.routes)
    for inhibition in routing.inhibitions:
        yield from inhibition.target


def may_silence(inhibition: Inhibition, alike: EquivalentAlerts) -> bool:
    """Whether an inhibition may take alerts for those that it silences.

    What else the expression of a signal leaves on it is taken for missing here: `severity` could
    be among it, and the usual rules about `severity` would be said of every signal.
    """
    known = alike.knowledge
    if added_labels(alike.first) is None:
        known = Knowledge(known.labels)
    return all(known.answer(matcher) is not False for matcher in inhibition.target)
