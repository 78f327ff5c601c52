"""Consequences that an error budget policy no longer has, per service and remaining budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, get_args

from reliability.message import Message, listed
from reliability.model.error_budget import (
    BudgetState,
    Criticality,
    ErrorBudgetPolicySpec,
    state_at,
)
from reliability.render.numbers import significant_percent

CRITICALITIES: Final[tuple[str, ...]] = get_args(Criticality)
UNNAMED: Final = ""
"""Represents every service that no scope names."""

ESCALATE_TO: Final = "escalateTo"
Demand = tuple[str, str]
"""The key of a state, and one item of its list."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A consequence that was removed from a state; `key` is the key of the state that had it."""

    key: str
    demand: str
    share: Decimal

    def message(self, services: Iterable[str]) -> Message:
        """Say which consequence was removed, and for which services."""
        values = {
            "consequence": self.demand,
            "budget": significant_percent(self.share),
            "services": listed(services),
        }
        if self.key == ESCALATE_TO:
            return Message(
                "the escalation to {consequence} at {budget} of budget remaining was removed for "
                "{services}",
                **values,
            )

        return Message(
            "{consequence} at {budget} of budget remaining was removed for {services}", **values
        )

    @property
    def subject(self) -> str:
        """The subject of the problem."""
        return f"{self.key} {self.demand} {self.share.normalize():f}"


def lost_consequences(
    old: ErrorBudgetPolicySpec, new: ErrorBudgetPolicySpec
) -> Iterator[tuple[Message, str]]:
    """Yield message and subject of each removed consequence, once for all services without it."""
    lost: dict[Loss, list[str]] = {}
    for criticality in CRITICALITIES:
        for loss in _lost(old, new, UNNAMED, criticality=criticality):
            services = Message("{criticality} services", criticality=criticality)
            lost.setdefault(loss, []).append(services)

    for service in _named(old, new):
        kinds = [
            [*_lost(old, new, service, criticality=criticality)] for criticality in CRITICALITIES
        ]
        for loss in dict.fromkeys(loss for kind in kinds for loss in kind):
            lost.setdefault(loss, []).append(service)
    for loss, services_without in lost.items():
        yield loss.message(services_without), loss.subject


def _named(*sides: ErrorBudgetPolicySpec) -> list[str]:
    return sorted({name for side in sides for scope in side.scopes for name in scope.services})


def _lost(
    old: ErrorBudgetPolicySpec, new: ErrorBudgetPolicySpec, service: str, criticality: str
) -> Iterator[Loss]:
    was, now = (side.states_of(service, criticality) for side in (old, new))
    missing: dict[Demand, Decimal] = {}
    # States hold from their `remaining` down to that of the next, so these values cover all.
    for share in sorted({state.remaining for state in (*was, *now)}, reverse=True):
        before, after = (_demands(states, share) for states in (was, now))
        for demand in before:
            if demand not in after:
                missing.setdefault(demand, share)

    for lost, share in missing.items():
        yield Loss(*lost, share)


def _demands(states: tuple[BudgetState, ...], share: Decimal) -> tuple[Demand, ...]:
    state = state_at(states, float(share))
    if state is None:
        return ()
    return (
        *(("then", demand) for demand in state.then),
        *((ESCALATE_TO, handle) for handle in state.escalate_to),
    )
