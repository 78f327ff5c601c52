"""Burn-rate arithmetic: alerts that cannot fire, and window sets for another period."""

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
    """The largest factor of an objective's window set, its speed, and the error ratio it needs."""

    speed: str
    factor: float
    error_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """An alert policy entry whose window set is made for another period than that of its SLO."""

    policy: Located[AlertPolicy]
    index: int
    entry: ObjectiveAlerts
    slo: Located[Slo]
    windows: Located[BurnRateWindows]


def impossible(objective: Objective, context: Context) -> Impossible | None:
    """Return the worst window pair of an objective if it needs an error ratio of 1 or more.

    Returns None if every pair can fire, and if the window set does not exist or is made for
    another period. OpenSLO alert policies state their burn rate themselves, so they come first.
    """
    singles = list(_impossible_policies(objective))
    if singles:
        return max(singles, key=lambda single: single.factor)

    windows = window_set(objective.source.entry, context.catalog) if objective.source else None
    if windows is None or windows.value.spec.period != objective.period:
        return None
    speed, factor = context.worst_factors[windows.value.metadata.name]
    if can_fire(factor, objective.target):
        return None
    return Impossible(speed, factor, factor * budget_of(objective.target))


def _impossible_policies(objective: Objective) -> Iterator[Impossible]:
    for alert in objective.declared_alerts:
        factor = alert.pairs[0].factor(alert.period)
        if alert.policy and not can_fire(factor, objective.target):
            yield Impossible(alert.policy, factor, factor * alert.budget)


def budget_in_time(target: Decimal, period: timedelta) -> timedelta:
    """Return the length of a total outage that spends the error budget of a period."""
    return period * budget_of(target)


def is_unreachable(target: Decimal, period: timedelta) -> bool:
    """Return whether the error budget of a period is less than a minute of total outage."""
    return bool(period) and budget_in_time(target, period) < SHORTEST_BUDGET


def mismatches(context: Context) -> Iterator[Mismatch]:
    """Yield every entry whose window set is made for another period than that of its SLO.

    A calendar window counts with its nominal length, as in OpenSLO: 1M is 30 days.
    """
    for policy in context.catalog.documents(AlertPolicy):
        for index, entry in enumerate(policy.value.spec.objectives):
            slo = context.slos.get((policy.value.spec.service, entry.slo))
            windows = window_set(entry, context.catalog)
            if slo is None or windows is None:
                continue
            if windows.value.spec.period != slo.value.period:
                yield Mismatch(policy=policy, index=index, entry=entry, slo=slo, windows=windows)
