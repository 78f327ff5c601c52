"""`ErrorBudgetPolicy`: what teams do when an error budget runs low, and exceptions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from reliability.message import Message
from reliability.model.kind import Day, Handle, Kind, Model, Name, Number, Share, Text, refuse

Consequence = Literal["reliability-work", "freeze", "escalate"]
Criticality = Literal["critical", "important", "standard"]


def check_remaining(remaining: Decimal) -> Decimal:
    """Require at most 1, the whole budget. It is negative once the budget is overspent."""
    if remaining > 1:
        raise refuse(
            Message("{share} is more than 1, the whole budget", share=remaining),
            Message("write a share such as 0.25"),
        )
    return remaining


class BudgetState(Model):
    """A state of the budget, which applies while at most `remaining` of it remains."""

    name: Name
    remaining: Annotated[Number, AfterValidator(check_remaining)]
    then: tuple[Consequence, ...] = ()
    escalate_to: tuple[Handle, ...] = ()
    description: Text | None = None

    @model_validator(mode="after")
    def check_escalation(self) -> BudgetState:
        """Require both of `escalate` and `escalateTo`, or neither."""
        if ("escalate" in self.then) != bool(self.escalate_to):
            raise refuse(
                Message("escalate and escalateTo are only valid together"),
                Message("write escalateTo: ['@handle']"),
            )
        return self


class BudgetScope(Model):
    """States for services of a criticality, or for services by name, that replace the default."""

    criticality: Criticality | None = None
    services: tuple[Name, ...] = ()
    states: tuple[BudgetState, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def fits_together(self) -> BudgetScope:
        """Require either criticality or services, and states from most to least remaining."""
        if (self.criticality is None) != bool(self.services):
            raise refuse(Message("a scope needs either criticality or services"))
        check_states(self.states)
        return self


class BudgetException(Model):
    """A service that the policy does not apply to until a date, whatever its remaining budget."""

    service: Name
    reason: Text
    approver: Handle
    until: Day


class ErrorBudgetPolicySpec(Model):
    """States by remaining budget, from most to least; the last that applies counts.

    A scope that names the service comes first, then one of its criticality, then the default. They
    decide only from `min_coverage` of the period (0..1) on.
    """

    states: tuple[BudgetState, ...] = Field(min_length=1)
    scopes: tuple[BudgetScope, ...] = ()
    min_coverage: Share = Fraction(9, 10)
    exceptions: tuple[BudgetException, ...] = ()

    @model_validator(mode="after")
    def is_ordered(self) -> ErrorBudgetPolicySpec:
        """Require states from most to least remaining budget."""
        check_states(self.states)
        return self

    def states_of(self, service: str, criticality: str) -> tuple[BudgetState, ...]:
        """Return the states that apply to a service."""
        named = [scope for scope in self.scopes if service in scope.services]
        fitting = [scope for scope in self.scopes if scope.criticality == criticality]
        return next((scope.states for scope in named + fitting), self.states)


def check_states(states: tuple[BudgetState, ...]) -> None:
    """Require that each state has less budget remaining than the one before.

    Raises:
        PydanticCustomError: a state has as much or more.
    """
    for before, after in pairwise(states):
        if after.remaining >= before.remaining:
            raise refuse(
                Message(
                    "state {later} applies at {later_share} remaining, and {earlier} before it at "
                    "{earlier_share}",
                    later=after.name,
                    later_share=after.remaining,
                    earlier=before.name,
                    earlier_share=before.remaining,
                ),
                Message("order the states from most to least remaining budget"),
            )


def state_at(states: tuple[BudgetState, ...], remaining: float) -> BudgetState | None:
    """Return the state for a remaining share of the budget (1 or less), or None if none applies."""
    held = [state for state in states if remaining <= float(state.remaining)]
    return held[-1] if held else None


class ErrorBudgetPolicy(Kind):
    """What teams do when an error budget runs low (SRE workbook, appendix B)."""

    api_version: Literal["reliability/v1"]
    kind: Literal["ErrorBudgetPolicy"]
    spec: ErrorBudgetPolicySpec
