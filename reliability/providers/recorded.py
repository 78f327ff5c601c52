"""How promises stand by what a Prometheus has recorded of them, in one query."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from reliability.backtest.standing import Standing, Stands, Unknown, period_of, worst_of
from reliability.compile.prometheus.names import BUDGET_LEFT, Names, ratio_record
from reliability.compile.prometheus.period import record_of
from reliability.http.prometheus import Sample, instant
from reliability.model.kind import duration_text
from reliability.providers.http import Server
from reliability.resolve.objectives import Objective

TARGET: Final = "slo:objective:ratio"
LONG, SHORT = timedelta(hours=1), timedelta(minutes=5)
NOT_THERE: Final = "the server records no {record} of it; sync the rules, then wait for them"


Found = dict[tuple[str, str], list[Sample]]
"""Samples by service and SLO."""


def recorded_standings(
    server: Server, objectives: Sequence[Objective], at: datetime
) -> Iterator[Stands]:
    """How each promise stands at a moment.

    Raises:
        ProviderError: the server does not answer, or says that its answer is partial.
    """
    records = {BUDGET_LEFT, TARGET, ratio_record(LONG), ratio_record(SHORT)}
    records |= {record_of(each) for each in objectives}
    found: Found = {}
    for sample in _asked(server, records, at):
        key = sample.metric.get("sloth_service", ""), sample.metric.get("sloth_slo", "")
        found.setdefault(key, []).append(sample)
    for each in objectives:
        names = Names.of(each)
        yield _standing(each, found.get((names.service, names.slo), []), at)


def _asked(server: Server, records: Iterable[str], at: datetime) -> list[Sample]:
    query = f'{{__name__=~"{"|".join(sorted(records))}"}}'
    return instant(server, query, at.timestamp())


def _standing(objective: Objective, samples: list[Sample], at: datetime) -> Stands:
    """One promise, of several groups that which is worst off."""
    period, groups = period_of(objective, at), _groups(samples, objective)
    lefts = {key: values for key, values in groups.items() if BUDGET_LEFT in values}
    if not lefts:
        return Unknown(objective, NOT_THERE.format(record=BUDGET_LEFT))
    promised = {values[TARGET] for values in groups.values() if TARGET in values}
    other = [each for each in promised if each != float(objective.target)]
    if other:
        return Unknown(
            objective,
            f"the server computes with a target of {other[0]:g}, and {objective.target} is "
            "declared; sync the rules",
        )
    renewed = period.end if objective.calendar is not None and period is not None else None
    known = [_of_group(objective, values, at, renewed) for values in lefts.values()]
    if any(math.isnan(each.left) or math.isnan(each.attainment) for each in known):
        return Unknown(objective, "the server has no number of it: nothing happened in the period")
    return worst_of(known)


def _groups(samples: list[Sample], objective: Objective) -> dict[str, dict[str, float]]:
    """Values by record, group by group; a window's ratio counts only over its own window."""
    period = record_of(objective)
    length = duration_text(objective.period)
    groups: dict[str, dict[str, float]] = {}
    for sample in samples:
        record = sample.metric.get("__name__", "")
        if record == period and sample.metric.get("sloth_window") != length:
            continue
        key = repr([sample.metric.get(label) for label in objective.group_by])
        groups.setdefault(key, {})[record] = sample.value[1]
    return groups


def _of_group(
    objective: Objective, values: dict[str, float], at: datetime, renewed: datetime | None
) -> Standing:
    attained = 1 - values.get(record_of(objective), math.nan)
    window = LONG if ratio_record(LONG) in values else SHORT
    ratio = values.get(ratio_record(window))
    budget = 1 - objective.target
    burn = None if ratio is None or math.isnan(ratio) else ratio / float(budget)
    return Standing(objective, at, attained, values[BUDGET_LEFT], burn, window, renewed)
