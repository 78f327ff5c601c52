"""What an error budget policy no longer demands: for each service, at each share of the budget."""

from __future__ import annotations

from collections.abc import Iterator
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


def lost_consequences(old: ErrorBudgetPolicySpec, new: ErrorBudgetPolicySpec) -> Iterator[str]:
    """What followed at the base and does not now, in words; once for all services that lose it."""
    lost: dict[str, list[str]] = {}
    for criticality in CRITICALITIES:
        for loss in _lost(old, new, NOBODY, criticality):
            lost.setdefault(loss, []).append(f"{criticality} services")
    for service in _named(old, new):
        kinds = [[*_lost(old, new, service, criticality)] for criticality in CRITICALITIES]
        for loss in dict.fromkeys(loss for kind in kinds for loss in kind):
            lost.setdefault(loss, []).append(service)
    for loss, whose in lost.items():
        yield f"{loss} for {listed(whose)}, as at the base"


def _named(*sides: ErrorBudgetPolicySpec) -> list[str]:
    return sorted({name for side in sides for scope in side.scopes for name in scope.services})


def _lost(
    old: ErrorBudgetPolicySpec, new: ErrorBudgetPolicySpec, service: str, criticality: str
) -> Iterator[str]:
    was, now = (side.states_of(service, criticality) for side in (old, new))
    missing: dict[str, Decimal] = {}
    # States hold from their `remaining` down to that of the next, so these values cover all.
    for share in sorted({state.remaining for state in (*was, *now)}, reverse=True):
        before, after = (_demands(states, share) for states in (was, now))
        for demand in before:
            if demand not in after:
                missing.setdefault(demand, share)
    for demand, share in missing.items():
        yield f"{demand} no longer follows at {_percent(share)} of the budget remaining"


def _demands(states: tuple[BudgetState, ...], share: Decimal) -> tuple[str, ...]:
    state = state_at(states, float(share))
    if state is None:
        return ()
    return (*state.then, *(f"escalation to {handle}" for handle in state.escalate_to))


def _percent(share: Decimal) -> str:
    return f"{float(share * 100):g} %"
