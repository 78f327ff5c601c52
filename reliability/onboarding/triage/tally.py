"""Counts the notifications of one alert as they are read, in a few bytes per message."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from reliability.check.masking.masking import MASK
from reliability.check.masking.secrets import redacted_addresses
from reliability.onboarding.triage.message import ReceivedMessage, State
from reliability.timespan import TimeSpan

SHORT: Final = 600.0
"""Seconds; an alert that resolves sooner is over before anyone can act (the ten-minute rule)."""

AGAIN: Final = 300.0
"""Seconds within which the same line is a repeat."""

MAX_LOCATIONS: Final = 1_000
MAX_BODY_LENGTH: Final = 1_200
"""Characters of one message that are kept, to search for user impact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The counts of one alert.

    `repeats` came within five minutes of the same line and before it resolved. `ended` are those
    whose end is known, `short` of them resolved within ten minutes. `judged` are those for which
    it is known whether a person answered. `fired` are episodes that Prometheus recorded. `during`
    came during incidents with user impact.
    """

    notifications: int = 0
    mentions: int = 0
    repeats: int = 0
    ended: int = 0
    short: int = 0
    judged: int = 0
    answered: int = 0
    fired: int = 0
    during: int = 0

    @property
    def short_share(self) -> float:
        """The share of `ended` that resolved within ten minutes, 0..1."""
        return self.short / self.ended if self.ended else 0.0

    @property
    def answered_share(self) -> float:
        """The share of `judged` that a person answered, 0..1."""
        return self.answered / self.judged if self.judged else 0.0


@dataclass(slots=True, kw_only=True)
class TemplateTally:
    """All messages of one template; times, states and lines are stored as numbers."""

    times: array[float] = field(default_factory=lambda: array("d"))
    states: array[int] = field(default_factory=lambda: array("b"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    lasted: list[float] = field(default_factory=list)
    mentions: int = 0
    judged: int = 0
    answered: int = 0
    fired: int = 0
    locations: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    services: Counter[str] = field(default_factory=Counter)
    teams: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    example: str = ""
    body: str = ""

    @property
    def is_over(self) -> bool:
        """Return whether all messages report that an alert resolved."""
        return not self.fired and set(self.states) == {STATES.index(State.RESOLVED)}

    def add(self, message: ReceivedMessage, state: State, line: str, body: str = "") -> None:
        """Count a message; `body` is its text without the line."""
        self.body = self.body or body[:MAX_BODY_LENGTH]
        self.times.append(message.at.timestamp())
        self.states.append(STATES.index(state))
        self.lines.append(hash((message.location, line)))
        if not self.example:
            self.example = redacted_addresses(line, MASK)[:200]
        if state in NOTIFYING:
            self._count(message)
        self._remember(message)

    def add_fired(self, message: ReceivedMessage) -> None:
        """Count an episode that Prometheus recorded; it is not a notification."""
        self.fired += 1
        if message.lasted is not None:
            self.lasted.append(message.lasted.total_seconds())
        self._remember(message)

    def _count(self, message: ReceivedMessage) -> None:
        self.mentions += bool(message.mentions)
        if message.answered is not None:
            self.judged += 1
            self.answered += message.answered
        if message.lasted is not None:
            self.lasted.append(message.lasted.total_seconds())

    def _remember(self, message: ReceivedMessage) -> None:
        self.sources.add(message.source)
        named = (
            (self.locations, message.location),
            (self.services, message.service),
            (self.teams, message.team),
        )
        for counter, name in named:
            if name and (name in counter or len(counter) < MAX_LOCATIONS):
                counter[name] += 1

    def join(self, other: TemplateTally) -> None:
        """Add the counts of another tally."""
        self.times.extend(other.times)
        self.states.extend(other.states)
        self.lines.extend(other.lines)
        self.lasted += other.lasted
        self.mentions += other.mentions
        self.judged += other.judged
        self.answered += other.answered
        self.fired += other.fired
        self.locations += other.locations
        self.services += other.services
        self.teams += other.teams
        self.severities += other.severities
        self.sources |= other.sources
        self.example = self.example or other.example
        self.body = self.body or other.body

    def figures(self, incidents: Sequence[TimeSpan] = ()) -> Figures:
        """Return the counts, walked in the order of time."""
        walked = _Walked()
        for index in sorted(range(len(self.times)), key=self.times.__getitem__):
            walked.meet(self.lines[index], self.times[index], STATES[self.states[index]])
        ends = [*walked.ended, *self.lasted]
        notifications = sum(1 for state in self.states if STATES[state] in NOTIFYING)

        return Figures(
            notifications=notifications,
            mentions=self.mentions,
            repeats=walked.repeats,
            ended=len(ends),
            short=sum(1 for end in ends if end < SHORT),
            judged=self.judged,
            answered=self.answered,
            fired=self.fired,
            during=self._during(incidents) if incidents else 0,
        )

    def _during(self, incidents: Sequence[TimeSpan]) -> int:
        spans = [(incident.start.timestamp(), incident.end.timestamp()) for incident in incidents]
        return sum(
            1
            for at, state in zip(self.times, self.states, strict=True)
            if STATES[state] in NOTIFYING and any(start <= at < end for start, end in spans)
        )


STATES: Final = (State.FIRING, State.RESOLVED, State.OTHER, State.ACKNOWLEDGED)
NOTIFYING: Final = frozenset((State.FIRING, State.OTHER))
"""States that count as a notification; an acknowledgement or a resolution is not another one."""


class _Walked:
    """The state of each line from message to message, to find repeats and durations."""

    def __init__(self) -> None:
        self.open: dict[int, float] = {}
        self.last: dict[int, float] = {}
        self.ended: list[float] = []
        self.repeats = 0

    def meet(self, line: int, at: float, state: State) -> None:
        """Process the next message, in the order of time."""
        if state is State.ACKNOWLEDGED:
            return
        if state is State.RESOLVED:
            began = self.open.pop(line, None)
            self.last.pop(line, None)
            if began is not None:
                self.ended.append(at - began)
            return

        last = self.last.get(line)
        self.repeats += last is not None and at - last <= AGAIN
        self.last[line] = at
        if state is State.FIRING:
            self.open.setdefault(line, at)
