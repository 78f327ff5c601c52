"""The gate: whether the error-budget policy lets changes of a service through, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reliability.backtest.headline import percent
from reliability.backtest.standing import Standing, Stands, Unknown
from reliability.model.error_budget import (
    BudgetException,
    BudgetState,
    Criticality,
    ErrorBudgetPolicySpec,
    state_at,
)
from reliability.review.figures import attained
from reliability.times import utc_minute

FREEZE = "freeze"
Answer = Literal["open", "closed", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One promise, and the state of its budget; None where no state holds, or it is unknown."""

    stands: Stands
    state: BudgetState | None

    @property
    def closes(self) -> bool:
        """Whether its state stops changes."""
        return self.state is not None and FREEZE in self.state.then


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """The answer for a service, with all that it follows from."""

    service: str
    states: tuple[BudgetState, ...]
    judged: tuple[Judged, ...]
    exception: BudgetException | None

    @property
    def answer(self) -> Answer:
        """A spent budget closes; with none spent, one that is not known leaves it unknown."""
        if self.exception is not None:
            return "open"
        if any(each.closes for each in self.judged):
            return "closed"
        return "unknown" if any(isinstance(e.stands, Unknown) for e in self.judged) else "open"

    @property
    def reason(self) -> str:
        """Why, in a line."""
        if self.exception is not None:
            until = self.exception.until
            said = f"{self.exception.approver} until {until}: {self.exception.reason}"
            return f"an exception by {said}"
        closing = [_closing(each) for each in self.judged if each.closes]
        if closing:
            return "; ".join(closing)
        unknown = [each.stands for each in self.judged if isinstance(each.stands, Unknown)]
        if unknown:
            return "; ".join(f"{named(each)}: {each.reason}" for each in unknown)
        left = min(e.stands.left for e in self.judged if isinstance(e.stands, Standing))
        return f"{percent_left(left)} of the budget is left where least is"

    @property
    def opens_above(self) -> float:
        """The share of a budget above which no state stops changes."""
        return max((float(each.left) for each in self.states if FREEZE in each.then), default=-1.0)

    @property
    def openings(self) -> tuple[str, ...]:
        """What has to come true, all of it, for a closed one to open by itself."""
        return tuple(
            self._opening(each.stands)
            for each in self.judged
            if self.answer == "closed" and each.closes and isinstance(each.stands, Standing)
        )

    def _opening(self, stands: Standing) -> str:
        more = f"more than {percent_left(self.opens_above)} of the budget of {named(stands)} left"
        when = stands.recovers(self.opens_above)
        if stands.renewed is not None:
            return f"{more}: on {utc_minute(when)}, when a new period begins"
        latest = "" if stands.failures is not None else "at the latest "
        return f"{more}: {latest}on {utc_minute(when)}, if nothing fails until then"


def gate(
    service: str,
    criticality: Criticality,
    stands: Iterable[Stands],
    policy: ErrorBudgetPolicySpec,
    today: date,
) -> Gate:
    """Judge every promise of a service by the states that count for it."""
    states = policy.states_of(service, criticality)
    judged = tuple(Judged(each, _state(each, states)) for each in stands)
    on = [each for each in policy.exceptions if each.service == service and each.until >= today]
    return Gate(service, states, judged, on[0] if on else None)


def _state(stands: Stands, states: tuple[BudgetState, ...]) -> BudgetState | None:
    return state_at(states, stands.left) if isinstance(stands, Standing) else None


def _closing(each: Judged) -> str:
    assert isinstance(each.stands, Standing)  # noqa: S101 - what is unknown closes nothing
    assert each.state is not None  # noqa: S101 - a state closes
    left = percent_left(each.stands.left)
    kept = attained(each.stands.attainment)
    return f"{named(each.stands)} kept {kept}, {left} of its budget is left: {each.state.name}"


def named(stands: Stands) -> str:
    """SLO and objective."""
    return f"{stands.objective.slo_name} {stands.objective.name}".rstrip()


def percent_left(left: float) -> str:
    """A share of the budget, below zero once more is spent."""
    return f"-{percent(-left)}" if left < 0 else percent(left)
