"""Result of a backtest: rows of alerts, verdicts on incidents, and totals; without arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.tally import NOTHING, NotificationTally, SideNotifications
from reliability.history.series import NoHistory
from reliability.rates import UNKNOWN_RATE, WeeklyRate
from reliability.timespan import TimeSpan

MINUTE = timedelta(minutes=1)
ALERT_TIER = "alert"
TICKET_TIER = "ticket"


@dataclass(frozen=True, slots=True)
class Confidence:
    """Number of evaluations near the threshold, and failures that an alert does not detect.

    `near_threshold` of the `evaluations` would differ with one failure more or less (in sample
    mode, also with values that differ by a billionth). `phases` has the number of episodes if
    evaluations were later by the given time. `unseen` is the largest share of the error budget
    (0..1) that was spent within six hours without a true evaluation.
    """

    evaluations: int = 0
    near_threshold: int = 0
    phases: tuple[tuple[timedelta, int], ...] = ()
    unseen: float = 0.0

    def __add__(self, other: Confidence) -> Confidence:
        counted = dict(self.phases)
        for phase, episodes in other.phases:
            counted[phase] = counted.get(phase, 0) + episodes
        return Confidence(
            self.evaluations + other.evaluations,
            self.near_threshold + other.near_threshold,
            tuple(sorted(counted.items())),
            unseen=max(self.unseen, other.unseen),
        )


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
class OutcomeRow:
    """Alert of one objective in one tier, before and after; `old` is NoAlert without a base."""

    service: str
    slo: str
    objective: str
    tier: str
    old: Outcome
    new: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRow:
    """Signal or no-data alert before and after; the budget that it spent is not known.

    `slo` and `objective` are those that an `SLINoData` alert watches, empty for a signal.
    `evaluated_by` is the server that evaluated the expression; empty if it was replayed here.
    """

    service: str
    name: str
    tier: str
    old: Outcome
    new: Outcome
    evaluated_by: str = ""
    slo: str = ""
    objective: str = ""

    @property
    def watched(self) -> str:
        """Objective that the alert watches, in words; empty for a signal."""
        return f"{self.slo} {self.objective}".strip()


@dataclass(frozen=True, slots=True)
class Deviation:
    """Event mode compared with sample mode: differing evaluations, and episodes of each mode."""

    evaluations: int = 0
    differing: int = 0
    by_samples: int = 0
    by_events: int = 0

    def __add__(self, other: Deviation) -> Deviation:
        return Deviation(
            self.evaluations + other.evaluations,
            self.differing + other.differing,
            self.by_samples + other.by_samples,
            by_events=self.by_events + other.by_events,
        )


@dataclass(frozen=True, slots=True)
class Detection:
    """Tiers that fired during an event."""

    paged: bool
    ticketed: bool

    @property
    def word(self) -> Literal["caught", "ticket only", "missed"]:
        """`caught` if a page fired during the event, else `ticket only` or `missed`."""
        return "caught" if self.paged else "ticket only" if self.ticketed else "missed"

    def __or__(self, other: Detection) -> Detection:
        return Detection(self.paged or other.paged, self.ticketed or other.ticketed)


UNSEEN = Detection(paged=False, ticketed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventVerdict:
    """Verdict on one event; `spent` is the share of the period's budget that it spent (0..1).

    `known` is False if no minute of it is in the history; such an event is not scored.
    """

    event: Event
    slo: str
    spent: float
    known: bool
    old: Detection
    new: Detection

    @property
    def is_newly_missed(self) -> bool:
        """Whether it paged before and would not now, whether or not a ticket fires."""
        return self.old.paged and not self.new.paged


@dataclass(frozen=True, slots=True, kw_only=True)
class SliSummary:
    """Figures of one SLI's history; `attainment` (0..1) is None below 90 % coverage.

    `days` are the shares of the period's budget that each day of the span spent, None if less than
    half of the day has history; empty if confidence was not requested. `before` is the coverage
    (0..1) of the time before the span that the first windows look back to.
    """

    coverage: float
    attainment: float | None
    events: float
    days: tuple[float | None, ...] = ()
    before: float = 1.0


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


@dataclass(frozen=True, slots=True)
class UnknownNotifications:
    """Reason why notifications were not simulated."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotificationSides:
    """Notifications before and after, each by the routes of its side."""

    old: SideNotifications | UnknownNotifications
    new: SideNotifications | UnknownNotifications

    def tiers(self, tier: str) -> tuple[NotificationTally, NotificationTally]:
        """Return the counts of a tier before and after; all zero if they are not known."""
        old, new = (
            side.tier(tier) if isinstance(side, SideNotifications) else NOTHING
            for side in (self.old, self.new)
        )
        return old, new


NOT_SIMULATED = UnknownNotifications("notifications were not simulated")


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
    deviation: Deviation = Deviation()
    signals: tuple[SignalRow, ...] = ()
    zones: Mapping[str, str] = field(default_factory=dict)
    """Time zone of each service's team; UTC for any other."""
    teams: Mapping[str, str] = field(default_factory=dict)
    """Team of each service that has an owner; the change's owner if it moves to another team."""
    notifications: NotificationSides = NotificationSides(NOT_SIMULATED, NOT_SIMULATED)
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
    def rows(self) -> Iterator[OutcomeRow]:
        """Rows of all objectives."""
        for objective in self.objectives:
            yield from objective.rows

    @property
    def coverage(self) -> float:
        """Mean coverage (0..1) of all objectives with a history."""
        known = [o.history.coverage for o in self.objectives if isinstance(o.history, SliSummary)]
        return sum(known) / len(known) if known else 0.0

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
