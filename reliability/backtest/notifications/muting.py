"""Who is silent and why: inhibitions by what fires, and silences by the time.

An inhibition is a question about which alerts fire, asked when a group is flushed. Alerts that may
silence one another meet in a `Bond`: one rule with one set of values of its `equal` labels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reliability.backtest.notifications.moments import moment_of
from reliability.history.timespan import TimeSpan
from reliability.matcher import Matcher
from reliability.routing import Inhibition

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Silence:
    """Alerts that meet all matchers are not told of during a span."""

    matchers: tuple[Matcher, ...]
    span: TimeSpan


@dataclass(slots=True)
class Bond:
    """How many alerts fire now that silence others, and how many of them are targets too."""

    sources: int = 0
    both: int = 0
    targets: list[int] = field(default_factory=list)

    def silences(self, is_both: bool) -> bool:
        """Whether a target is silenced; one that is a source too, only by what is no target."""
        return self.sources > (self.both if is_both else 0)


@dataclass(frozen=True, slots=True)
class Part:
    """What an alert is in a bond: whether it meets the other side as well."""

    bond: Bond
    is_both: bool


class Muting:
    """The inhibitions among a set of alerts, and the silences of each."""

    def __init__(
        self, alerts: Sequence[Labels], rules: Sequence[Inhibition], silences: Sequence[Silence]
    ) -> None:
        self._as_source: list[list[Part]] = [[] for _ in alerts]
        self._as_target: list[list[Part]] = [[] for _ in alerts]
        self._silent: list[tuple[tuple[int, int], ...]] = [
            tuple(_bounds(each.span) for each in silences if _meets(each.matchers, labels))
            for labels in alerts
        ]
        for rule in rules:
            self._add(rule, alerts)

    def _add(self, rule: Inhibition, alerts: Sequence[Labels]) -> None:
        bonds: defaultdict[tuple[str, ...], Bond] = defaultdict(Bond)
        for number, labels in enumerate(alerts):
            is_source, is_target = _meets(rule.source, labels), _meets(rule.target, labels)
            if is_source or is_target:
                bond = bonds[tuple(labels.get(name, "") for name in rule.equal)]
                part = Part(bond, is_source and is_target)
                if is_source:
                    self._as_source[number].append(part)
                if is_target:
                    self._as_target[number].append(part)
                    bond.targets.append(number)

    def changed(self, number: int, is_firing: bool) -> list[int]:
        """Note that an alert begins or ends; returns those that it may have silenced or freed."""
        touched: list[int] = []
        for part in self._as_source[number]:
            bond, step = part.bond, 1 if is_firing else -1
            bond.sources += step
            bond.both += step if part.is_both else 0
            touched.extend(bond.targets)
        return touched

    def mutes(self, number: int, moment: int) -> bool:
        """Whether an alert is inhibited or silenced now."""
        return any(part.bond.silences(part.is_both) for part in self._as_target[number]) or any(
            start <= moment < end for start, end in self._silent[number]
        )

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


def _meets(matchers: Sequence[Matcher], labels: Labels) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
