"""`ErrorBudgetPolicy`: what follows when an error budget runs low, and who may do otherwise."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from reliability.model.kind import Day, Handle, Kind, Model, Name, Number, Text, refuse

Consequence = Literal["reliability-work", "freeze", "escalate"]
Criticality = Literal["critical", "important", "standard"]


def check_remaining(remaining: Decimal) -> Decimal:
    """The budget remaining is 1 at most; it is negative once more than all is spent."""
    if remaining > 1:
        raise refuse(f"{remaining} is more than the whole budget", "write a share such as 0.25")
    return remaining


class BudgetState(Model):
    """A state of the budget: it holds while at most `remaining` of it remains, 0..1 or less.

    `then` says what follows: `reliability-work` goes first in the plan, `freeze` stops changes
    but for fixes, `escalate` brings it to those named in `escalateTo`.
    """

    name: Name
    remaining: Annotated[Number, AfterValidator(check_remaining)]
    then: tuple[Consequence, ...] = ()
    escalate_to: tuple[Handle, ...] = ()
    description: Text | None = None

    @model_validator(mode="after")
    def says_to_whom(self) -> BudgetState:
        """Who escalates says to whom."""
        if ("escalate" in self.then) != bool(self.escalate_to):
            raise refuse(
                "escalate and escalateTo need one another", "write escalateTo: ['@handle']"
            )
        return self


class BudgetScope(Model):
    """States for services of a criticality, or for services by name, in place of the default."""

    criticality: Criticality | None = None
    services: tuple[Name, ...] = ()
    states: tuple[BudgetState, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def fits_together(self) -> BudgetScope:
        """Either a criticality or names of services, and states from much to little."""
        if (self.criticality is None) != bool(self.services):
            raise refuse("a scope needs either criticality or services")
        check_states(self.states)
        return self


class BudgetException(Model):
    """A service that may go on for a while, whatever remains of its budget."""

    service: Name
    reason: Text
    approver: Handle
    until: Day


class ErrorBudgetPolicySpec(Model):
    """States by the budget remaining, from much to little; the last that holds counts.

    A scope that names a service goes before one of its criticality, and that before the default.
    """

    states: tuple[BudgetState, ...] = Field(min_length=1)
    scopes: tuple[BudgetScope, ...] = ()
    exceptions: tuple[BudgetException, ...] = ()

    @model_validator(mode="after")
    def is_ordered(self) -> ErrorBudgetPolicySpec:
        """States go from much to little."""
        check_states(self.states)
        return self

    def states_of(self, service: str, criticality: str) -> tuple[BudgetState, ...]:
        """The states that count for a service."""
        named = [scope for scope in self.scopes if service in scope.services]
        fitting = [scope for scope in self.scopes if scope.criticality == criticality]
        return next((scope.states for scope in named + fitting), self.states)


def check_states(states: tuple[BudgetState, ...]) -> None:
    """Each state has less remaining than the one before.

    Raises:
        PydanticCustomError: one has as much or more.
    """
    for before, after in pairwise(states):
        if after.remaining >= before.remaining:
            raise refuse(
                f"{after.name} holds at {after.remaining} remaining, and {before.name} before it "
                f"at {before.remaining}",
                "write states from much budget remaining to little",
            )


def state_at(states: tuple[BudgetState, ...], remaining: float) -> BudgetState | None:
    """The state that holds when so much of a budget remains, a share up to 1; None above all."""
    held = [state for state in states if remaining <= float(state.remaining)]
    return held[-1] if held else None


class ErrorBudgetPolicy(Kind):
    """What follows when the budget is spent, from `policies/error-budget.yaml`."""

    api_version: Literal["reliability/v1"]
    kind: Literal["ErrorBudgetPolicy"]
    spec: ErrorBudgetPolicySpec
