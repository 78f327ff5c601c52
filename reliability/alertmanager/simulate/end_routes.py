"""Routes that the alerts of a simulation end at, found once for alerts that are routed alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Routing, walk
from reliability.alertmanager.simulate.group import EndRoute, ends_of
from reliability.location import Pointer


@dataclass(frozen=True, slots=True)
class EndIndex:
    """The routes of a tree at which alerts can end, and those of alerts that were looked up."""

    routing: Routing
    ends: Mapping[Pointer, EndRoute]
    answers: MatcherAnswers
    alike: dict[tuple[int, ...], list[EndRoute]]

    @classmethod
    def of(cls, routing: Routing) -> EndIndex:
        """Index the routes of a tree."""
        ends = ends_of(routing)
        matchers = {matcher for end in ends.values() for matcher in end.route.matchers}
        return cls(routing, ends, MatcherAnswers.of(matchers), {})

    def ends_of(self, labels: Sequence[Mapping[str, str]]) -> list[list[EndRoute]]:
        """Return the routes that each alert ends at, except those whose receivers notify nobody."""
        return [self._ends(one) for one in labels]

    def _ends(self, labels: Mapping[str, str]) -> list[EndRoute]:
        # Alerts that meet the same matchers are routed alike. A company has some thousand routes
        # and ten thousand alerts, but few alerts that differ in this.
        key = self.answers.key(labels)
        if key not in self.alike:
            routes = [self.ends[route.pointer] for route in walk(self.routing.root, labels)]
            self.alike[key] = [end for end in routes if end.integration_groups]
        return self.alike[key]


@dataclass(frozen=True, slots=True)
class MatcherAnswers:
    """The matchers of a tree by their label, and numbers of the answers that values get."""

    matchers: Mapping[str, Sequence[RouteMatcher]]
    numbers: dict[tuple[str, str], int]
    known: dict[tuple[str, tuple[bool, ...]], int]

    @classmethod
    def of(cls, matchers: Iterable[RouteMatcher]) -> MatcherAnswers:
        """Sort matchers by their label."""
        by_name: dict[str, list[RouteMatcher]] = {}
        for matcher in matchers:
            by_name.setdefault(matcher.name, []).append(matcher)
        return cls(by_name, {}, {})

    def key(self, labels: Mapping[str, str]) -> tuple[int, ...]:
        """Return a key that is equal for labels which meet the same matchers."""
        return tuple(self._number(name, labels.get(name, "")) for name in self.matchers)

    def _number(self, name: str, value: str) -> int:
        if (name, value) not in self.numbers:
            answers = tuple(matcher.matches({name: value}) for matcher in self.matchers[name])
            self.numbers[name, value] = self.known.setdefault((name, answers), len(self.known))
        return self.numbers[name, value]
