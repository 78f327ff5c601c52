"""The deployment gate: whether the error budget policy allows changes of a service, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from reliability.backtest.status import ObjectiveStatus, SloStatus, UnknownStatus
from reliability.model.error_budget import (
    BudgetException,
    BudgetState,
    Criticality,
    ErrorBudgetPolicySpec,
    state_at,
)
from reliability.render.numbers import percent, percent_known, significant_percent
from reliability.render.times import utc_minute
from reliability.review.figures import attainment, budget_remaining, so_far

FREEZE = "freeze"
Answer = Literal["open", "closed", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedObjective:
    """One objective, and the state of its budget; None if no state applies, or it is unknown.

    `is_known` is whether its figures are of enough of the period.
    """

    status: SloStatus
    state: BudgetState | None
    is_known: bool

    @property
    def closes(self) -> bool:
        """Whether its state freezes changes."""
        return self.state is not None and FREEZE in self.state.then


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ServiceGate:
    """The answer for a service, and the statuses, states and exception that decide it.

    `min_coverage` is the share of a period (0..1) that has to be known.
    """

    service: str
    min_coverage: Fraction
    states: tuple[BudgetState, ...]
    judged: tuple[JudgedObjective, ...]
    exception: BudgetException | None

    @property
    def environment(self) -> str:
        """The environment that it is about, with the server of several; empty without any."""
        return next((each.status.objective.placement.name for each in self.judged), "")

    @property
    def answer(self) -> Answer:
        """The answer: an exception opens the gate, and a state that freezes changes closes it.

        Otherwise it is unknown if the status of any objective is unknown.
        """
        if self.exception is not None:
            return "open"
        # Closed before unknown: one exhausted budget is enough, whatever the others are.
        if any(objective.closes for objective in self.judged):
            return "closed"
        return "open" if all(objective.is_known for objective in self.judged) else "unknown"

    @property
    def reason(self) -> str:
        """The reason for the answer, in one line."""
        if self.exception is not None:
            until = self.exception.until
            approved = f"approved by {self.exception.approver}, until {until}"
            return f"exception {approved}: {self.exception.reason}"

        closing, unknown, known = list[str](), list[str](), list[ObjectiveStatus]()
        for objective in self.judged:
            status, state = objective.status, objective.state
            if isinstance(status, UnknownStatus):
                unknown.append(f"{named(status)}: {status.reason}")
            elif not objective.is_known:
                share = percent_known(status.coverage.share)
                unknown.append(
                    f"{named(status)}: {share} of the period is known, and {self.needed}"
                )
            else:
                known.append(status)
            if objective.closes and isinstance(status, ObjectiveStatus) and state is not None:
                closing.append(f"{named(status)}: {attained_words(status)}, state {state.name}")

        if closing or unknown:
            return "; ".join(closing or unknown)
        least = min(known, key=lambda status: status.remaining)
        return f"lowest budget remaining: {budget_remaining(least.remaining)} ({named(least)})"

    @property
    def needed(self) -> str:
        """The share of a period that has to be known, in words."""
        return f"minCoverage is {significant_percent(self.min_coverage)}"

    @property
    def opens_above(self) -> float:
        """The remaining share of budget above which no state freezes changes; -1 without one."""
        freezing = [state for state in self.states if FREEZE in state.then]
        # The highest limit: the gate opens when no freezing state applies any more.
        return max((float(state.remaining) for state in freezing), default=-1.0)

    @property
    def openings(self) -> tuple[str, ...]:
        """The conditions under which a closed gate opens by itself, all of them together."""
        return tuple(
            self._opening(objective.status)
            for objective in self.judged
            if self.answer == "closed"
            and objective.closes
            and isinstance(objective.status, ObjectiveStatus)
        )

    def _opening(self, status: ObjectiveStatus) -> str:
        above = self.opens_above
        condition = (
            f"more than {percent(above)} of the error budget of {named(status)} remains"
            if above >= 0
            else f"less than {percent(1 - above)} of the error budget of {named(status)} is spent"
        )
        when = utc_minute(status.recovers(above))
        if status.renewed is not None:
            return f"{condition}: on {when}, when a new period begins"

        latest = "" if status.failures is not None else "at the latest "
        return f"{condition}: {latest}on {when}, if nothing fails until then"


def gate(
    service: str,
    criticality: Criticality,
    statuses: Iterable[SloStatus],
    policy: ErrorBudgetPolicySpec,
    today: date,
) -> ServiceGate:
    """Judge every objective of a service by the policy's states for its criticality."""
    states = policy.states_of(service, criticality)
    judged = tuple(_judged(status, states, policy.min_coverage) for status in statuses)
    on = [
        exception
        for exception in policy.exceptions
        if exception.service == service and exception.until >= today
    ]

    return ServiceGate(
        service=service,
        min_coverage=policy.min_coverage,
        states=states,
        judged=judged,
        exception=on[0] if on else None,
    )


def _judged(
    status: SloStatus, states: tuple[BudgetState, ...], min_coverage: Fraction
) -> JudgedObjective:
    if isinstance(status, UnknownStatus) or status.coverage.share < min_coverage:
        return JudgedObjective(status, None, is_known=False)
    return JudgedObjective(status, state_at(states, status.remaining), is_known=True)


def attained_words(status: ObjectiveStatus) -> str:
    """Return attainment and budget remaining in words."""
    budget = "budget remaining" if status.remaining >= 0 else "budget"
    share = so_far(budget_remaining(status.remaining), status.coverage.part)
    return f"attainment {attainment(status)}, {budget} {share}"


def named(status: SloStatus) -> str:
    """Return the names of SLO and objective."""
    return f"{status.objective.slo_name} {status.objective.name}".rstrip()
