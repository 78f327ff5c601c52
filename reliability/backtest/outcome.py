"""Result of a backtest: rows of alerts, verdicts on incidents, and totals; without arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Literal

from reliability.backtest.deviation import NO_DEVIATION
from reliability.backtest.deviation import Confidence as Confidence
from reliability.backtest.deviation import Deviation as Deviation
from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.notified_sides import NEITHER_SIMULATED, NotificationSides
from reliability.backtest.tally import TICKET_TIER as TICKET_TIER
from reliability.backtest.tally import AlertKey
from reliability.history.series import NoHistory
from reliability.message import Message
from reliability.rates import UNKNOWN_RATE, WeeklyRate
from reliability.timespan import DAY, MINUTE, TimeSpan

ALERT_TIER = "alert"


@dataclass(frozen=True, slots=True)
class AlertFirings:
    """Episodes of one alert over the span, its time of firing, and the weeks with history.

    `confidence` is None if it was not requested, and for signals.
    """

    episodes: tuple[Episode, ...]
    time: timedelta
    known_weeks: float
    confidence: Confidence | None = None

    @property
    def minutes(self) -> int:
        """Minutes of firing."""
        return self.time // MINUTE

    @property
    def per_week(self) -> WeeklyRate:
        """Episodes per week with history."""
        return WeeklyRate.of(len(self.episodes), self.known_weeks)


@dataclass(frozen=True, slots=True)
class NoAlert:
    """Outcome of a side without such an alert."""


Outcome = AlertFirings | NoHistory | NoAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedAlert:
    """Alert before and after a change; `old` is NoAlert without a base.

    `known_days` says on which UTC days of the span it is known; it is empty if it is on all.
    `known_since` is when its windows are filled, None if they are from the beginning of the span.
    """

    old: Outcome
    new: Outcome
    known_days: tuple[bool, ...] = ()
    known_since: datetime | None = None

    def is_unknown(self, days: range) -> bool:
        """Return whether none of some days of the span has history."""
        return bool(self.known_days) and not any(self.known_days[days.start : days.stop])


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow(ReplayedAlert):
    """Alert of one objective in one tier, before and after."""

    service: str
    slo: str
    objective: str
    tier: str

    @property
    def key(self) -> AlertKey:
        """Identity of the alert, by which its notifications are counted."""
        return AlertKey(self.service, self.slo, self.objective, self.tier)

    @property
    def unknown(self) -> str:
        """Reason why a side was not replayed; empty if all were."""
        sides = (self.new, self.old)
        return next((side.reason for side in sides if isinstance(side, NoHistory)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRow(ReplayedAlert):
    """Signal or no-data alert before and after; the budget that it spent is not known.

    `slo` and `objective` are those that an `SLINoData` alert watches, empty for a signal.
    `evaluated_by` is the server that evaluated the expression; empty if it was replayed here.
    """

    service: str
    name: str
    tier: str
    evaluated_by: str = ""
    slo: str = ""
    objective: str = ""

    @property
    def watched(self) -> str:
        """Objective that the alert watches, in words; empty for a signal."""
        return f"{self.slo} {self.objective}".strip()


@dataclass(frozen=True, slots=True)
class Detection:
    """Whether a page and a ticket fired during an event; `by` names a rule that did, if known."""

    paged: bool
    ticketed: bool
    by: str = ""

    @property
    def word(self) -> Literal["caught", "ticket only", "missed"]:
        """`caught` if a page fired during the event, else `ticket only` or `missed`."""
        return "caught" if self.paged else "ticket only" if self.ticketed else "missed"

    def __or__(self, other: Detection) -> Detection:
        by = self.by or other.by
        return Detection(self.paged or other.paged, self.ticketed or other.ticketed, by=by)


UNSEEN = Detection(paged=False, ticketed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventVerdict:
    """Verdict on one event; `spent` is the share of the period's budget that it spent (0..1).

    `spent` is None for rules without an SLO, and if it is not known. `known` is False if no minute
    of the event is in the history; such an event is not scored.
    """

    event: Event
    slo: str
    spent: float | None
    known: bool
    old: Detection
    new: Detection

    @property
    def is_newly_missed(self) -> bool:
        """Whether it paged before and would not now, whether or not a ticket fires."""
        return self.old.paged and not self.new.paged

    @property
    def loses_ticket(self) -> bool:
        """Whether only a ticket fired before, and nothing would now."""
        return self.old.word == "ticket only" and self.new.word == "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SliSummary:
    """Figures of one SLI's history; `attainment` (0..1) is None without events.

    It is that of the known part, which `part` has in words if it is partial; else that is None.

    `days` are the shares of the period's budget that each day of the span spent, None if less than
    half of the day has history; empty if confidence was not requested. `alert_coverage` is the
    share of the span (0..1) in which alerts are known: after their windows are filled.
    """

    coverage: float
    attainment: float | None
    events: float
    part: Message | None = None
    days: tuple[float | None, ...] = ()
    alert_coverage: float = 1.0
    known_days: tuple[bool, ...] = ()
    """Whether at least half of each UTC day of the span has history, in every group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Part of a backtest for one objective; `digest` is that of its current definition.

    `monitors` are the tiers with the windows and burn rates of its monitors in Datadog; empty if
    Prometheus evaluates its alerts.
    """

    service: str
    slo: str
    objective: str
    target: str
    history: SliSummary | NoHistory
    rows: tuple[OutcomeRow, ...]
    verdicts: tuple[EventVerdict, ...]
    query_changed: bool = False
    digest: str = ""
    monitors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TierTotals:
    """Episodes of one tier over all objectives; the rate is unknown if none has a history."""

    episodes: int
    minutes: int
    per_week: WeeklyRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Complete result; `base` is the commit that it is compared with, or empty.

    Only sample mode sets `signals` and `deviation`.
    """

    terms: ReplayTerms
    source: str
    is_synthetic: bool
    base: str
    objectives: tuple[Replayed, ...]
    verdicts: tuple[EventVerdict, ...]
    mode: Literal["event", "sample"] = "event"
    deviation: Deviation = NO_DEVIATION
    signals: tuple[SignalRow, ...] = ()
    zones: Mapping[str, str] = field(default_factory=dict)
    """Time zone of each service's team; UTC for any other."""
    teams: Mapping[str, str] = field(default_factory=dict)
    """Team of each service that has an owner; the change's owner if it moves to another team."""
    notifications: NotificationSides = NEITHER_SIMULATED
    has_incidents: bool = True
    """Whether there is a list of incidents to score against, even if none is in the span."""
    head: str = ""
    """Commit that is compared with the base; empty for the working tree."""
    environment: str = ""
    """Environment that it is about, with the server of several; empty if none is declared."""

    @property
    def compares(self) -> bool:
        """Whether there is a base to compare with."""
        return bool(self.base)

    @property
    def span(self) -> TimeSpan:
        """Replayed span."""
        return self.terms.span

    @property
    def rows(self) -> Iterable[OutcomeRow]:
        """Rows of all objectives; in a backtest of rule files, those of its alerts."""
        return chain.from_iterable(objective.rows for objective in self.objectives)

    @property
    def scope(self) -> int | None:
        """Number of alerts that the figures are about; None for all of the repository."""
        return None

    @property
    def coverage(self) -> float:
        """Mean coverage (0..1) of all objectives with a history."""
        return self._mean(lambda history: history.coverage)

    @property
    def alert_coverage(self) -> float:
        """Mean share of the span (0..1) in which alerts are known, of what has a history."""
        return self._mean(lambda history: history.alert_coverage)

    def _mean(self, share: Callable[[SliSummary], float]) -> float:
        known = [share(o.history) for o in self.objectives if isinstance(o.history, SliSummary)]
        return sum(known) / len(known) if known else 0.0

    @property
    def last_known(self) -> date | None:
        """Last day with history of any objective; None if that is not known."""
        numbers = [
            number
            for one in self.objectives
            if isinstance(one.history, SliSummary)
            for number, is_known in enumerate(one.history.known_days)
            if is_known
        ]
        return (self.span.start + max(numbers) * DAY).date() if numbers else None

    @property
    def known_weeks(self) -> float:
        """Weeks of the span in which alerts are known, on average over what has a history."""
        return self.span.weeks * self.alert_coverage

    @property
    def scored(self) -> tuple[EventVerdict, ...]:
        """Verdicts on events that are in the history."""
        return tuple(verdict for verdict in self.verdicts if verdict.known)

    def old(self, tier: str) -> TierTotals:
        """Return the totals of a tier before the change."""
        return totals_of(row.old for row in self.rows if row.tier == tier)

    def new(self, tier: str) -> TierTotals:
        """Return the totals of a tier after the change."""
        return totals_of(row.new for row in self.rows if row.tier == tier)


def totals_of(outcomes: Iterable[Outcome]) -> TierTotals:
    """Return the sum of several alerts; without any of them, it is known to be zero."""
    every = [outcome for outcome in outcomes if not isinstance(outcome, NoAlert)]
    fired = [outcome for outcome in every if isinstance(outcome, AlertFirings)]
    per_week = WeeklyRate.total(firings.per_week for firings in fired)
    return TierTotals(
        episodes=sum(len(firings.episodes) for firings in fired),
        minutes=sum(firings.minutes for firings in fired),
        per_week=per_week if fired or not every else UNKNOWN_RATE,
    )
