"""Muting of alerts at a moment: they are inhibited by firing alerts, or silenced.

Alertmanager decides both when a group is flushed, not when an alert arrives. inhibition.py decides
which source of a rule inhibits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Inhibition
from reliability.alertmanager.simulate.inhibition import InhibitionGroup
from reliability.alertmanager.simulate.moments import moment_of
from reliability.alertmanager.simulate.posts import Post
from reliability.timespan import TimeSpan

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence: alerts that meet all matchers are not notified about during a span."""

    matchers: tuple[RouteMatcher, ...]
    span: TimeSpan


class Muting:
    """Inhibitions among a set of alerts, and the silences of each; alerts are numbered."""

    def __init__(
        self,
        alerts: Sequence[Labels],
        rules: Sequence[Inhibition],
        silences: Sequence[Silence],
        new_group: Callable[[], InhibitionGroup],
    ) -> None:
        """Match all alerts; `new_group` creates an empty inhibition group of a server's version."""
        self._as_source: list[list[InhibitionGroup]] = [[] for _ in alerts]
        self._as_target: list[list[InhibitionGroup]] = [[] for _ in alerts]
        self._silent: list[tuple[tuple[int, int], ...]] = [
            tuple(_bounds(silence.span) for silence in silences if _meets(silence.matchers, labels))
            for labels in alerts
        ]
        # Every pair of alert and rule is matched once, here: alerts and rules do not change during
        # a replay, while `mutes` is asked at every flush.
        for rule in rules:
            self._add(rule, alerts, new_group)

    def _add(
        self, rule: Inhibition, alerts: Sequence[Labels], make: Callable[[], InhibitionGroup]
    ) -> None:
        by_values: defaultdict[tuple[str, ...], InhibitionGroup] = defaultdict(make)
        for number, labels in enumerate(alerts):
            is_source, is_target = _meets(rule.source, labels), _meets(rule.target, labels)
            if is_source or is_target:
                # A label that an alert lacks counts as empty (`fingerprintEquals` reads a missing
                # name of the label set), so two alerts that both lack it are equal.
                group = by_values[tuple(labels.get(name, "") for name in rule.equal)]
                if is_source:
                    self._as_source[number].append(group)
                if is_target:
                    self._as_target[number].append(group)
                    group.targets.append(number)
                if is_source and is_target:
                    group.both.add(number)

    def changed(self, post: Post) -> list[int]:
        """Record that an alert fires or is resolved; return the alerts that it may (un)mute."""
        touched: list[int] = []
        for group in self._as_source[post.number]:
            group.take(post)
            touched.extend(group.targets)
        return touched

    def mutes(self, number: int, moment: int) -> bool:
        """Return whether an alert is inhibited or silenced at a moment."""
        return any(group.inhibits(number, moment) for group in self._as_target[number]) or any(
            start <= moment < end for start, end in self._silent[number]
        )

    def is_unsteady(self, number: int) -> bool:
        """Return whether its inhibition may change while no alert begins or ends."""
        return any(group.is_unsteady(number) for group in self._as_target[number])

    def boundaries(self) -> list[tuple[int, int]]:
        """Return when silences begin or end, as (moment, number of the alert)."""
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
