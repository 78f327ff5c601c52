"""What an error budget policy no longer demands: for each service, at each share of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, get_args

from reliability.check.wording import listed
from reliability.model.error_budget import (
    BudgetState,
    Criticality,
    ErrorBudgetPolicySpec,
    state_at,
)

CRITICALITIES: Final[tuple[str, ...]] = get_args(Criticality)
NOBODY: Final = ""
"""A service that no scope names."""

ESCALATE_TO: Final = "escalateTo"
Demand = tuple[str, str]
"""The key of a state, and one item of its list."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A consequence that no longer follows at a share of the budget; `key` is the one it is in."""

    key: str
    demand: str
    share: Decimal

    def __str__(self) -> str:
        demand = f"escalation to {self.demand}" if self.key == ESCALATE_TO else self.demand
        return f"{demand} no longer follows at {_percent(self.share)} of the budget remaining"

    @property
    def subject(self) -> str:
        """What tells it apart from other losses of one policy."""
        return f"{self.key} {self.demand} {self.share.normalize():f}"


def lost_consequences(
    old: ErrorBudgetPolicySpec, new: ErrorBudgetPolicySpec
) -> Iterator[tuple[str, str]]:
    """What followed at the base and does not now: in words, and as the subject of a problem.

    Once for all services that lose it.
    """
    lost: dict[Loss, list[str]] = {}
    for criticality in CRITICALITIES:
        for loss in _lost(old, new, NOBODY, criticality):
            lost.setdefault(loss, []).append(f"{criticality} services")
    for service in _named(old, new):
        kinds = [[*_lost(old, new, service, criticality)] for criticality in CRITICALITIES]
        for loss in dict.fromkeys(loss for kind in kinds for loss in kind):
            lost.setdefault(loss, []).append(service)
    for loss, whose in lost.items():
        yield f"{loss} for {listed(whose)}, as at the base", loss.subject


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


def _percent(share: Decimal) -> str:
    return f"{float(share * 100):g} %"
