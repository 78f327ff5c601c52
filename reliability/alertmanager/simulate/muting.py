"""Who is silent and why: inhibitions by what fires, and silences by the time.

An inhibition is a question about which alerts fire, asked when a group is flushed: see bonds.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Inhibition
from reliability.alertmanager.simulate.bonds import InhibitionGroup
from reliability.alertmanager.simulate.moments import moment_of
from reliability.alertmanager.simulate.sent import Post
from reliability.timespan import TimeSpan

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Silence:
    """Alerts that meet all matchers are not told of during a span."""

    matchers: tuple[RouteMatcher, ...]
    span: TimeSpan


class Muting:
    """The inhibitions among a set of alerts, and the silences of each."""

    def __init__(
        self,
        alerts: Sequence[Labels],
        rules: Sequence[Inhibition],
        silences: Sequence[Silence],
        bond: Callable[[], InhibitionGroup],
    ) -> None:
        """`bond` makes an empty one, as the version of Alertmanager has it."""
        self._as_source: list[list[InhibitionGroup]] = [[] for _ in alerts]
        self._as_target: list[list[InhibitionGroup]] = [[] for _ in alerts]
        self._silent: list[tuple[tuple[int, int], ...]] = [
            tuple(_bounds(silence.span) for silence in silences if _meets(silence.matchers, labels))
            for labels in alerts
        ]
        for rule in rules:
            self._add(rule, alerts, bond)

    def _add(
        self, rule: Inhibition, alerts: Sequence[Labels], make: Callable[[], InhibitionGroup]
    ) -> None:
        bonds: defaultdict[tuple[str, ...], InhibitionGroup] = defaultdict(make)
        for number, labels in enumerate(alerts):
            is_source, is_target = _meets(rule.source, labels), _meets(rule.target, labels)
            if is_source or is_target:
                bond = bonds[tuple(labels.get(name, "") for name in rule.equal)]
                if is_source:
                    self._as_source[number].append(bond)
                if is_target:
                    self._as_target[number].append(bond)
                    bond.targets.append(number)
                if is_source and is_target:
                    bond.both.add(number)

    def changed(self, post: Post) -> list[int]:
        """Note that an alert begins or ends; returns those that it may have silenced or freed."""
        touched: list[int] = []
        for bond in self._as_source[post.number]:
            bond.take(post)
            touched.extend(bond.targets)
        return touched

    def mutes(self, number: int, moment: int) -> bool:
        """Whether an alert is inhibited or silenced now."""
        return any(bond.inhibits(number, moment) for bond in self._as_target[number]) or any(
            start <= moment < end for start, end in self._silent[number]
        )

    def is_unsteady(self, number: int) -> bool:
        """Whether an alert may be inhibited or freed while none begins or ends."""
        return any(bond.is_unsteady(number) for bond in self._as_target[number])

    def boundaries(self) -> list[tuple[int, int]]:
        """When a silence of an alert begins or ends, as (moment, number of the alert)."""
        return [
            (moment, number)
            for number, spans in enumerate(self._silent)
            for span in spans
            for moment in span
        ]


def _bounds(span: TimeSpan) -> tuple[int, int]:
    return moment_of(span.start), moment_of(span.end)


def _meets(matchers: Sequence[RouteMatcher], labels: Labels) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
