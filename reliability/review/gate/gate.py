"""The gate: whether the error-budget policy lets changes of a service through, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reliability.backtest.standing import ObjectiveStatus, Stands, UnknownStatus
from reliability.model.error_budget import (
    BudgetException,
    BudgetState,
    Criticality,
    ErrorBudgetPolicySpec,
    state_at,
)
from reliability.render.numbers import percent
from reliability.render.times import utc_minute
from reliability.review.figures import attained, budget_remaining

FREEZE = "freeze"
Answer = Literal["open", "closed", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedObjective:
    """One promise, and the state of its budget; None where no state holds, or it is unknown."""

    stands: Stands
    state: BudgetState | None

    @property
    def closes(self) -> bool:
        """Whether its state stops changes."""
        return self.state is not None and FREEZE in self.state.then


@dataclass(frozen=True, slots=True, eq=False)
class ServiceGate:
    """The answer for a service, with all that it follows from."""

    service: str
    states: tuple[BudgetState, ...]
    judged: tuple[JudgedObjective, ...]
    exception: BudgetException | None

    @property
    def answer(self) -> Answer:
        """A spent budget closes; with none spent, one that is not known leaves it unknown."""
        if self.exception is not None:
            return "open"
        if any(objective.closes for objective in self.judged):
            return "closed"
        return (
            "unknown" if any(isinstance(e.stands, UnknownStatus) for e in self.judged) else "open"
        )

    @property
    def reason(self) -> str:
        """Why, in a line."""
        if self.exception is not None:
            until = self.exception.until
            approved = f"approved by {self.exception.approver}, until {until}"
            return f"exception {approved}: {self.exception.reason}"

        closing = [
            f"{named(objective.stands)}: {attained_words(objective.stands)}, "
            f"state {objective.state.name}"
            for objective in self.judged
            if objective.closes
            and objective.state
            and isinstance(objective.stands, ObjectiveStatus)
        ]

        if closing:
            return "; ".join(closing)
        unknown = [
            objective.stands
            for objective in self.judged
            if isinstance(objective.stands, UnknownStatus)
        ]
        if unknown:
            return "; ".join(f"{named(status)}: {status.reason}" for status in unknown)

        known = [
            objective.stands
            for objective in self.judged
            if isinstance(objective.stands, ObjectiveStatus)
        ]
        least = min(known, key=lambda standing: standing.remaining)
        return f"lowest budget remaining: {budget_remaining(least.remaining)} ({named(least)})"

    @property
    def opens_above(self) -> float:
        """The share of a budget above which no state stops changes."""
        freezing = [state for state in self.states if FREEZE in state.then]
        return max((float(state.remaining) for state in freezing), default=-1.0)

    @property
    def openings(self) -> tuple[str, ...]:
        """What has to come true, all of it, for a closed one to open by itself."""
        return tuple(
            self._opening(objective.stands)
            for objective in self.judged
            if self.answer == "closed"
            and objective.closes
            and isinstance(objective.stands, ObjectiveStatus)
        )

    def _opening(self, stands: ObjectiveStatus) -> str:
        above = self.opens_above
        condition = (
            f"more than {percent(above)} of the error budget of {named(stands)} remains"
            if above >= 0
            else f"less than {percent(1 - above)} of the error budget of {named(stands)} is spent"
        )
        when = utc_minute(stands.recovers(above))
        if stands.renewed is not None:
            return f"{condition}: on {when}, when a new period begins"

        latest = "" if stands.failures is not None else "at the latest "
        return f"{condition}: {latest}on {when}, if nothing fails until then"


def gate(
    service: str,
    criticality: Criticality,
    stands: Iterable[Stands],
    policy: ErrorBudgetPolicySpec,
    today: date,
) -> ServiceGate:
    """Judge every promise of a service by the states that count for it."""
    states = policy.states_of(service, criticality)
    judged = tuple(JudgedObjective(status, _state(status, states)) for status in stands)
    on = [
        exception
        for exception in policy.exceptions
        if exception.service == service and exception.until >= today
    ]

    return ServiceGate(service, states, judged, exception=on[0] if on else None)


def _state(stands: Stands, states: tuple[BudgetState, ...]) -> BudgetState | None:
    return state_at(states, stands.remaining) if isinstance(stands, ObjectiveStatus) else None


def attained_words(standing: ObjectiveStatus) -> str:
    """What was attained, and the budget remaining."""
    budget = "budget remaining" if standing.remaining >= 0 else "budget"
    share = budget_remaining(standing.remaining)
    return f"attainment {attained(standing.attainment)}, {budget} {share}"


def named(stands: Stands) -> str:
    """SLO and objective."""
    return f"{stands.objective.slo_name} {stands.objective.name}".rstrip()
