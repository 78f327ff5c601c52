"""What pages about several services show of one: a summary, and details that few pages need.

Both are plain values, which a process that measured a service sends to the one that has them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from reliability.backtest.burn_state import BurnState
from reliability.backtest.events import Event
from reliability.backtest.outcome import Replayed
from reliability.message import Message
from reliability.rates import WeeklyRate
from reliability.review.slo_review.next_step import NextStep
from reliability.site.days import BudgetDays, PastPeriod
from reliability.site.due_reviews import ReviewEvidenceSummary

IncidentResult = Literal["missed", "ticket only", "caught", "unknown"]
NO_CRITICALITY = ""


class DaysSummary(NamedTuple):
    """The days of one SLO: those over 2 % of a budget, those without data, and the worst one."""

    large: int
    unknown: int
    worst: date | None
    most: float | None


class SloSummary(NamedTuple):
    """One objective in tables: its declaration, its figures and its next review.

    `number` is its place in the details of its service. `part` is the known part of the period in
    words if its figures are only of that. `exhausted_in` is the time until the budget
    is exhausted at the current burn rate, if it is. `days` is None without history, and `is_met` if
    it is not known of the last quarter.
    """

    service: str
    slo: str
    name: str
    number: int
    team: str
    title: str
    anchor: str
    target: Decimal
    journey: str
    state: BurnState
    attainment: float | None
    remaining: float | None
    part: Message | None
    burn: float | None
    is_exhausted: bool
    exhausted_in: timedelta | None
    review: date | None
    is_due: bool
    days: DaysSummary | None
    is_met: bool | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Service, SLO and objective."""
        return self.service, self.slo, self.name


class ReviewSummary(NamedTuple):
    """The next review of an SLO; `due` is None if it was never reviewed.

    The reviews of a service are in the order of their details.
    """

    service: str
    slo: str
    title: str
    due: date | None
    is_due: bool


class IncidentSummary(NamedTuple):
    """An incident or significant event; `number` is its place in the details of its service."""

    service: str
    number: int
    result: IncidentResult
    start: datetime
    is_recorded: bool


class ServiceSummary(NamedTuple):
    """One service on pages about several.

    `team` and `criticality` are empty without an owner, `zone` is that of the team. `status` has
    the objects of its SLOs in `status.json`. `messages` are counts, as `notified` has them; empty
    without a message, or if they are not counted by service. `replayed_weeks` are the weeks of the
    replay that are known, on average over its objectives with alerts and history; 0 without any.
    `known_weeks` are the calendar weeks of the replay in which an alert has history on every day.
    """

    service: str
    team: str
    zone: str
    criticality: str
    dependencies: tuple[str, ...]
    slos: tuple[SloSummary, ...]
    reviews: tuple[ReviewSummary, ...]
    incidents: tuple[IncidentSummary, ...]
    status: bytes
    messages: bytes
    replayed_weeks: float
    known_weeks: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class AlertDetection:
    """The first alert during an incident: its SLO, tier, and how long after the start it fired."""

    slo: str
    tier: str
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident or significant event. `spent` is None outside of the replayed time.

    `postmortem` is that of its record, empty without; `receivers` got messages about its service
    while it lasted.
    """

    event: Event
    is_recorded: bool
    postmortem: str
    result: IncidentResult
    spent: float | None
    detection: AlertDetection | None
    receivers: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDetail:
    """What is known for the review of an SLO; `evidence` is None unless it is due."""

    agreed_by: str
    rationale: str
    path: str
    evidence: ReviewEvidenceSummary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetForReview:
    """What `reliability suggest` computes for one objective; `target` is None if it has no choice.

    The target was met in `met` of `periods`; `alert_episodes` are those of its alert tier. `part`
    is how much of the span is known, in words, if no period is as a whole. `name` is the
    objective's, empty if the SLO has one. `is_known` is whether targets could be tried.
    """

    name: str
    now: Decimal
    target: Decimal | None
    met: int
    periods: int
    alert_episodes: WeeklyRate
    is_known: bool
    part: Message | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ServiceDetail:
    """What pages show of a service that they list.

    `days` and `quarters` are in the order of its objectives, None without history. `replayed` is
    empty if messages are counted by service.
    """

    days: tuple[BudgetDays | None, ...]
    quarters: tuple[PastPeriod | None, ...]
    step: NextStep | None
    incidents: tuple[IncidentRow, ...]
    reviews: tuple[ReviewDetail, ...]
    replayed: tuple[Replayed, ...]


class SummarizedService(NamedTuple):
    """A summary with its details."""

    summary: ServiceSummary
    detail: ServiceDetail
