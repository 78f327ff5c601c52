"""What a backtest of rule files found: a row for each alert, and what people would have got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from reliability.backtest.outcome import AlertFirings, NoAlert
from reliability.backtest.rule_files.comparing import AlertChange
from reliability.backtest.rule_files.reach import Reach
from reliability.backtest.rule_files.replaying import Firings
from reliability.finding import Problem
from reliability.timespan import TimeSpan

WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Messages about something that fires: all of them, repeats, and those that count.

    A page counts if it opens an incident, a ticket if it is the first of its group, a mention
    every time. Night is from 22 to 6, weekend Saturday and Sunday, in UTC.
    """

    messages: int = 0
    repeats: int = 0
    counted: int = 0
    night: int = 0
    weekend: int = 0

    def __add__(self, other: Received) -> Received:
        return Received(
            messages=self.messages + other.messages,
            repeats=self.repeats + other.repeats,
            counted=self.counted + other.counted,
            night=self.night + other.night,
            weekend=self.weekend + other.weekend,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReceived:
    """What one side's messages add up to: by what they do to people, receiver and alert.

    Alerts are named by their row's number, `by_receiver` are messages of an alert to a receiver.
    A message about several alerts counts for each. `receiver_reaches` is the strongest that the
    messages of a receiver do.
    """

    reaches: Mapping[Reach, Received] = field(default_factory=dict)
    receivers: Mapping[str, Received] = field(default_factory=dict)
    alerts: Mapping[int, Received] = field(default_factory=dict)
    by_receiver: Mapping[tuple[int, str], int] = field(default_factory=dict)
    receiver_reaches: Mapping[str, Reach] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One alert before and after; `is_routed_otherwise` if its routes may differ.

    `reach` is what its messages do to people, on each side. `way` says what it was replayed from,
    `computes` whether recording rules were computed, `differs` why the server's own evaluation may
    have another result, and `not_here` why the server had to evaluate it.
    """

    change: AlertChange
    is_routed_otherwise: bool
    old: Firings
    new: Firings
    reach: tuple[Reach, Reach]
    way: str
    computes: bool = False
    differs: str = ""
    not_here: str = ""

    @property
    def unknown(self) -> str:
        """Why it was not replayed; empty if it was."""
        for outcome in (self.new, self.old):
            if not isinstance(outcome, AlertFirings | NoAlert):
                return outcome.reason
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """One incident: whether a page fired meanwhile, on each side, and by which alert.

    `is_matched` says whether the incident names labels that the alerts had to match.
    """

    name: str
    span: TimeSpan
    old: str
    new: str
    is_matched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBacktest:
    """The whole result; `base` is the commit that was compared with, empty for none.

    `span` is what was asked for, `known` what the source has of it. `rules` are the numbers of
    changed, new, removed and unchanged alerts. `skipped` were not replayed for lack of time.
    """

    span: TimeSpan
    known: TimeSpan
    source: str
    base: str
    rules: tuple[int, int, int, int]
    rows: tuple[AlertRow, ...]
    skipped: int
    received: tuple[SideReceived, SideReceived]
    verdicts: tuple[RuleVerdict, ...] | None
    problems: tuple[Problem, ...]
    routes: str
    """Where the routes are from."""

    notes: tuple[str, ...] = ()
    """What the source of the samples lacks."""

    @property
    def compares(self) -> bool:
        """Whether there is an old side."""
        return bool(self.base)

    @property
    def is_weekly(self) -> bool:
        """Whether figures a week make sense: at least a week is known."""
        return self.known.length.days >= WEEK_DAYS

    @property
    def unknown(self) -> Iterator[AlertRow]:
        """The alerts that could not be replayed."""
        return (row for row in self.rows if row.unknown)
