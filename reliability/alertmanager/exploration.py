"""Routes that an alert may end at if only some of its labels are known.

A label that is unknown before run time may have any value, or be missing. Each matcher on such a
label is followed as a match and as a mismatch. Later matchers on the same path are judged by the
answers assumed before, so contradictions (`team="a"` and `team="b"`) are not explored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Route, ends
from reliability.location import Pointer

LIMIT: Final = 500
"""Number of combinations of answers that are followed one by one.

n matchers on unknown labels have up to 2^n combinations. Beyond the limit, each route that may
still be reached becomes an outcome of its own: too many outcomes, but none is missing.
"""

LARGE: Final = 10
"""Minimum number of children for an index of a route; below that, a scan is as fast."""

Outcome = tuple[Route, ...]
"""Routes that one alert ends at; several with `continue: true`."""


class Undecided(Exception):
    """The known labels do not answer a matcher."""

    def __init__(self, matcher: RouteMatcher) -> None:
        super().__init__(str(matcher))
        self.matcher = matcher


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Known labels, the names of unknown ones, and the answers assumed for matchers on those.

    The alert does not have a label whose name is in neither.
    """

    labels: Mapping[str, str]
    unknown: frozenset[str] = frozenset()
    assumed: Mapping[RouteMatcher, bool] = field(default_factory=dict)

    def answer(self, matcher: RouteMatcher) -> bool | None:
        """Return whether the alert meets a matcher; None if that is unknown."""
        if matcher.name not in self.unknown:
            return matcher.matches(self.labels)
        question, meant = positive(matcher)
        known = self.assumed.get(question)
        return None if known is None else known is meant

    def meets(self, matcher: RouteMatcher) -> bool:
        """Return whether the alert meets a matcher.

        Raises:
            Undecided: it depends on an unknown label.
        """
        known = self.answer(matcher)
        if known is None:
            # An exception instead of a third value: the walk of a known alert (`ends`) stays free
            # of unknowns, and both walks share one implementation of the tree.
            raise Undecided(matcher)
        return known

    def both_ways(self, matcher: RouteMatcher) -> Iterator[Knowledge]:
        """Yield the knowledge if the alert does not meet a matcher, and if it does.

        A match of `=` makes the label known; it is left out if it contradicts an earlier answer.
        """
        question, _ = positive(matcher)
        yield replace(self, assumed={**self.assumed, question: False})
        # A match of a regular expression does not tell the value, so later matchers on the label
        # stay open, even those that contradict it.
        if question.operator != "=":
            yield replace(self, assumed={**self.assumed, question: True})
            return
        labels = {**self.labels, question.name: question.value}
        before = [pair for pair in self.assumed.items() if pair[0].name == question.name]
        if all(route_matcher.matches(labels) is is_met for route_matcher, is_met in before):
            yield replace(self, labels=labels, unknown=self.unknown - {question.name})


def positive(matcher: RouteMatcher) -> tuple[RouteMatcher, bool]:
    """Return a matcher as `=` or `=~`, and the answer to that which meets the matcher."""
    match matcher.operator:
        case "!=":
            return RouteMatcher(matcher.name, "=", matcher.value), False
        case "!~":
            return RouteMatcher(matcher.name, "=~", matcher.value), False
        case _:
            return matcher, True


@dataclass(frozen=True, slots=True)
class Index:
    """Children of routes with many children, by the value that each requires of one label.

    A generated tree has a child per team, each with `team="..."`; looking the value up makes a
    walk independent of the number of teams. `tables` are by the route's pointer: the name of the
    label, and the children by value.
    """

    tables: Mapping[Pointer, tuple[str, Mapping[str, Sequence[Route]]]] = field(
        default_factory=dict
    )

    @classmethod
    def of(cls, root: Route) -> Index:
        """Build the index of a tree."""
        tables: dict[Pointer, tuple[str, Mapping[str, Sequence[Route]]]] = {}
        waiting = [root]
        while waiting:
            route = waiting.pop()
            waiting.extend(route.routes)
            required = [
                {
                    matcher.name: matcher.value
                    for matcher in child.matchers
                    if matcher.operator == "="
                }
                for child in route.routes
            ]
            # Only a label that every child compares with `=` can be looked up; one child with a
            # regular expression on it could match any value.
            names = set.intersection(*map(set, required)) if required else set()
            if len(route.routes) >= LARGE and names:
                # Any common label gives the same outcomes; the smallest name keeps runs
                # reproducible.
                name = min(names)
                table: dict[str, list[Route]] = {}
                for child, values in zip(route.routes, required, strict=True):
                    table.setdefault(values[name], []).append(child)
                tables[route.pointer] = (name, table)

        return cls(tables)

    def below(self, route: Route, knowledge: Knowledge) -> Sequence[Route]:
        """Return the children of a route that may match; all of them if it is not indexed."""
        pair = self.tables.get(route.pointer)
        # An unknown label may have the value of every child, so all of them have to be followed.
        if pair is None or pair[0] in knowledge.unknown:
            return route.routes
        name, table = pair
        return table.get(knowledge.labels.get(name, ""), ())


NO_INDEX: Final = Index()


def explore(
    root: Route, start: Knowledge, limit: int = LIMIT, index: Index = NO_INDEX
) -> tuple[Outcome, ...]:
    """Return every outcome that an alert may have; the actual one is always among them.

    Beyond `limit` combinations, each route that the rest may reach is an outcome of its own.
    """
    outcomes: dict[tuple[Pointer, ...], Outcome] = {}
    # Depth first: each branch is finished before the next begins, so `waiting` holds at most one
    # sibling per open question instead of all combinations of a level.
    waiting = [start]
    for _ in range(limit):
        if not waiting:
            break
        knowledge = waiting.pop()
        try:
            outcome = ends(root, knowledge.meets, partial(index.below, knowledge=knowledge))
        except Undecided as undecided:
            waiting.extend(knowledge.both_ways(undecided.matcher))
        else:
            # Different answers often end at the same routes; the pointers, not the answers,
            # identify an outcome.
            outcomes[tuple(route.pointer for route in outcome)] = outcome

    for knowledge in waiting:
        # The rest is not cut off but widened: a check that claims "no alert gets there" must not
        # rest on combinations that nobody looked at.
        for route in reachable(root, knowledge)[0]:
            outcomes[(route.pointer,)] = (route,)

    return tuple(outcomes.values())


def reachable(route: Route, knowledge: Knowledge) -> tuple[list[Route], bool]:
    """Return the routes from here on that an alert may end at, and whether it must end at one.

    Matchers are judged independently of one another, so the time is linear in the tree's size.
    """
    answers = {knowledge.answer(matcher) for matcher in route.matchers}
    if False in answers:
        return [], False

    routes: list[Route] = []
    is_taken = False
    for child in route.routes:
        inner, is_sure = reachable(child, knowledge)
        routes.extend(inner)
        if is_sure:
            is_taken = True
            if not child.continues:
                break

    # As in Alertmanager (`Route.Match` in dispatch/route.go): a route takes the alert itself only
    # if none of its children does.
    if not is_taken:
        routes.append(route)
    return routes, None not in answers
