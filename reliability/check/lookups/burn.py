"""Burn-rate arithmetic of the objectives of a catalog: what is impossible and what mismatches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from reliability.burnrate import budget_of, can_fire
from reliability.check.context import Context
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy, ObjectiveAlerts
from reliability.model.openslo.slo import Slo
from reliability.model.slo_policy import BurnRateWindows
from reliability.resolve.objectives import Objective, window_set

SHORTEST_BUDGET: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Impossible:
    """The largest factor of an objective's window set, and the speed it belongs to."""

    speed: str
    factor: float
    error_ratio: float


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An entry of an alert policy whose window set is made for another period than its SLO's."""

    policy: Located[AlertPolicy]
    index: int
    entry: ObjectiveAlerts
    slo: Located[Slo]
    windows: Located[BurnRateWindows]


def impossible(objective: Objective, context: Context) -> Impossible | None:
    """The worst pair of an objective's alerts, if it needs an error ratio of 1 or more.

    None as well where the window set is not there or made for another period. Alert policies of
    OpenSLO have their burn rate written down.
    """
    found = list(_singles(objective))
    if found:
        return max(found, key=lambda each: each.factor)
    windows = window_set(objective.source.entry, context.catalog) if objective.source else None
    if windows is None or windows.value.spec.period != objective.period:
        return None
    speed, factor = context.worst_factors[windows.value.metadata.name]
    if can_fire(factor, objective.target):
        return None
    return Impossible(speed, factor, factor * budget_of(objective.target))


def _singles(objective: Objective) -> Iterator[Impossible]:
    for alert in objective.alerts:
        factor = alert.pairs[0].factor(alert.period)
        if alert.policy and not can_fire(factor, objective.target):
            yield Impossible(alert.policy, factor, factor * alert.budget)


def budget_in_time(target: Decimal, period: timedelta) -> timedelta:
    """The length of a total outage that spends the budget of a period."""
    return period * budget_of(target)


def is_unreachable(target: Decimal, period: timedelta) -> bool:
    """Whether the budget is under a minute a period."""
    return bool(period) and budget_in_time(target, period) < SHORTEST_BUDGET


def mismatches(context: Context) -> Iterator[Mismatch]:
    """Every entry whose window set's period is not that of its SLO's window.

    A calendar window counts as long as OpenSLO takes it for: 1M is 30 days.
    """
    for policy in context.catalog.each(AlertPolicy):
        for index, entry in enumerate(policy.value.spec.objectives):
            slo = context.slos.get((policy.value.spec.service, entry.slo))
            windows = window_set(entry, context.catalog)
            if slo is None or windows is None:
                continue
            if windows.value.spec.period != slo.value.period:
                yield Mismatch(policy, index, entry, slo, windows)
