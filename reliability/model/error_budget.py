"""`ErrorBudgetPolicy`: what follows when an error budget runs low, and who may do otherwise."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from reliability.model.kind import Day, Handle, Kind, Model, Name, Number, Text, refuse

Consequence = Literal["reliability-work", "freeze", "escalate"]
Criticality = Literal["critical", "important", "standard"]


def check_left(left: Decimal) -> Decimal:
    """What is left of a budget is 1 at most; it is negative once more than all is spent."""
    if left > 1:
        raise refuse(f"{left} is more than the whole budget", "write a share such as 0.25")
    return left


class BudgetState(Model):
    """A state of the budget: it holds while at most `left` of it is left, a share up to 1.

    `then` says what follows: `reliability-work` goes first in the plan, `freeze` stops changes
    but for fixes, `escalate` brings it to those named in `escalateTo`.
    """

    name: Name
    left: Annotated[Number, AfterValidator(check_left)]
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
    """A service that may go on for a while, whatever is left."""

    service: Name
    reason: Text
    approver: Handle
    until: Day


class ErrorBudgetPolicySpec(Model):
    """States by what is left of the budget, from much to little; the last that holds counts.

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
    """Each state has less left than the one before.

    Raises:
        PydanticCustomError: one has as much or more.
    """
    for before, after in pairwise(states):
        if after.left >= before.left:
            raise refuse(
                f"{after.name} holds at {after.left} left and {before.name} at {before.left}",
                "write states from much left to little",
            )


def state_at(states: tuple[BudgetState, ...], left: float) -> BudgetState | None:
    """The state that holds when so much of a budget is left, a share up to 1; None above all."""
    held = [state for state in states if left <= float(state.left)]
    return held[-1] if held else None


class ErrorBudgetPolicy(Kind):
    """What follows when the budget is spent, from `policies/error-budget.yaml`."""

    api_version: Literal["reliability/v1"]
    kind: Literal["ErrorBudgetPolicy"]
    spec: ErrorBudgetPolicySpec
