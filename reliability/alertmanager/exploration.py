"""Where an alert can end whose labels are known in part: every way that the rest may go.

A label that is unknown before run time may have any value, or be missing. Each question that a
route asks of such a label is followed both ways, and what was answered once stays true on the way.
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
"""How many ways are followed one by one; where there are more, the rest is told node by node."""

LARGE: Final = 10
"""From how many children on a node is indexed."""

Outcome = tuple[Route, ...]
"""The nodes that one alert ends at."""


class Undecided(Exception):
    """A question that what is known does not answer."""

    def __init__(self, matcher: RouteMatcher) -> None:
        super().__init__(str(matcher))
        self.matcher = matcher


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Labels that are known, names that are not, and answers that were assumed about those.

    A name that is in neither is a label that the alert does not have.
    """

    labels: Mapping[str, str]
    unknown: frozenset[str] = frozenset()
    assumed: Mapping[RouteMatcher, bool] = field(default_factory=dict)

    def answer(self, matcher: RouteMatcher) -> bool | None:
        """Whether an alert meets a matcher; None where that is not known."""
        if matcher.name not in self.unknown:
            return matcher.matches(self.labels)
        question, meant = asked(matcher)
        known = self.assumed.get(question)
        return None if known is None else known is meant

    def meets(self, matcher: RouteMatcher) -> bool:
        """Whether an alert meets a matcher.

        Raises:
            Undecided: that is not known.
        """
        known = self.answer(matcher)
        if known is None:
            raise Undecided(matcher)
        return known

    def both_ways(self, matcher: RouteMatcher) -> Iterator[Knowledge]:
        """What is known if the alert meets a matcher, and if not; without what cannot be."""
        question, _ = asked(matcher)
        yield replace(self, assumed={**self.assumed, question: False})
        if question.operator != "=":
            yield replace(self, assumed={**self.assumed, question: True})
            return
        labels = {**self.labels, question.name: question.value}
        before = [pair for pair in self.assumed.items() if pair[0].name == question.name]
        if all(route_matcher.matches(labels) is is_met for route_matcher, is_met in before):
            yield replace(self, labels=labels, unknown=self.unknown - {question.name})


def asked(matcher: RouteMatcher) -> tuple[RouteMatcher, bool]:
    """The question behind a matcher, `=` or `=~`, and the answer to it that meets the matcher."""
    match matcher.operator:
        case "!=":
            return RouteMatcher(matcher.name, "=", matcher.value), False
        case "!~":
            return RouteMatcher(matcher.name, "=~", matcher.value), False
        case _:
            return matcher, True


@dataclass(frozen=True, slots=True)
class Index:
    """Children of large nodes by the one value that a label must have for each (a team's name).

    `tables` are by the node's pointer: the label, and the children of each value.
    """

    tables: Mapping[Pointer, tuple[str, Mapping[str, Sequence[Route]]]] = field(
        default_factory=dict
    )

    @classmethod
    def of(cls, root: Route) -> Index:
        """The index of a tree."""
        tables: dict[Pointer, tuple[str, Mapping[str, Sequence[Route]]]] = {}
        waiting = [root]
        while waiting:
            route = waiting.pop()
            waiting.extend(route.routes)
            asked_by_all = [
                {
                    matcher.name: matcher.value
                    for matcher in child.matchers
                    if matcher.operator == "="
                }
                for child in route.routes
            ]
            names = set.intersection(*map(set, asked_by_all)) if asked_by_all else set()
            if len(route.routes) >= LARGE and names:
                name = min(names)
                table: dict[str, list[Route]] = {}
                for child, asks in zip(route.routes, asked_by_all, strict=True):
                    table.setdefault(asks[name], []).append(child)
                tables[route.pointer] = (name, table)

        return cls(tables)

    def below(self, route: Route, knowledge: Knowledge) -> Sequence[Route]:
        """The children of a node that an alert may end at, for all that this index knows."""
        pair = self.tables.get(route.pointer)
        if pair is None or pair[0] in knowledge.unknown:
            return route.routes
        name, table = pair
        return table.get(knowledge.labels.get(name, ""), ())


NO_INDEX: Final = Index()


def explore(
    root: Route, start: Knowledge, limit: int = LIMIT, index: Index = NO_INDEX
) -> tuple[Outcome, ...]:
    """Every outcome that an alert may have; where an alert ends is always among them.

    Beyond `limit` ways, each node that the rest may reach is an outcome of its own.
    """
    outcomes: dict[tuple[Pointer, ...], Outcome] = {}
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
            outcomes[tuple(route.pointer for route in outcome)] = outcome

    for knowledge in waiting:
        for route in reachable(root, knowledge)[0]:
            outcomes[(route.pointer,)] = (route,)

    return tuple(outcomes.values())


def reachable(route: Route, knowledge: Knowledge) -> tuple[list[Route], bool]:
    """The nodes from here on that an alert may end at, and whether it surely ends at some.

    Each question is taken for itself, so that it takes no longer than the tree is large.
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

    if not is_taken:
        routes.append(route)
    return routes, None not in answers
