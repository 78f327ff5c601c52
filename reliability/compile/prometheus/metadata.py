"""Series about an objective: target, error budget, burn rate, budget remaining, and info labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.burnrate import budget_of
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import (
    BUDGET_REMAINING,
    PERIOD_BURN,
    SHORTEST,
    TARGET,
    Labels,
    Rule,
    SeriesNames,
    number,
    ratio_record,
)
from reliability.compile.prometheus.period import elapsed, record_of
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY

NOT_IN_A_LABEL_NAME: Final = re.compile(r"[^a-zA-Z0-9_]")


def current_burn(objective: Objective, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rule of the current burn rate, over five minutes."""
    ratio = names.select(ratio_record(SHORTEST))
    yield _record("slo:current_burn_rate:ratio", _over_budget(ratio, objective), names)


def constants(objective: Objective, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rules of the target, the error budget and the number of days in the period."""
    values = (
        (TARGET, float(objective.target)),
        ("slo:error_budget:ratio", budget_of(objective.target)),
        ("slo:time_period:days", objective.period / DAY),
    )
    for record, value in values:
        yield _record(record, f"vector({number(value)})", names)


def period_burn(objective: Objective, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rules of the period's burn rate and the budget remaining (1 is all of it).

    In a rolling period, the burn rate is also the share of the budget spent. A calendar period that
    burned twice too fast for a tenth of its time has spent a fifth of its budget, if traffic stays
    the same for the rest of it.
    """
    ratio = names.select(record_of(objective))
    yield _record(PERIOD_BURN, _over_budget(ratio, objective), names)
    spent = names.select(PERIOD_BURN)
    if objective.calendar is not None:
        # `on ()`, because the elapsed share has no labels of a group.
        spent = f"{spent} * on () group_left () ({elapsed(names)})"

    yield _record(BUDGET_REMAINING, f"1 - {spent}", names)


def info(objective: Objective, names: SeriesNames, directory: Directory) -> Iterator[Rule]:
    """Yield the rule of one series with all other metadata as labels.

    No other series has these labels: a change of a label creates a new series, and the sum over a
    period would start again.
    """
    metadata = objective.slo.value.metadata
    labels: Labels = {
        _label_name(key): value if isinstance(value, str) else ",".join(value)
        for key, value in metadata.labels.items()
    }
    labels |= {
        "slo": objective.slo_name,
        "objective": objective.name or objective.slo_name,
        "service": objective.service,
        "team": objective.team,
        "criticality": directory.criticality.get(objective.service, ""),
        "status": objective.slo.value.review.status,
        "sloth_mode": "reliability-as-code",
        "sloth_spec": objective.slo.value.api_version,
        "sloth_objective": f"{(objective.target * 100).normalize():f}",
    }

    rule = _record("sloth_slo_info", "vector(1)", names)
    rule["labels"] = {key: labels[key] for key in sorted(labels) if labels[key]} | names.labels()
    yield rule


def _record(record: str, expression: str, names: SeriesNames) -> Rule:
    return {"record": record, "expr": expression, "labels": names.labels()}


def _over_budget(ratio: str, objective: Objective) -> str:
    return f"{ratio} / {number(budget_of(objective.target))}"


def _label_name(key: str) -> str:
    name = NOT_IN_A_LABEL_NAME.sub("_", key)
    return f"_{name}" if name[0].isdigit() else name
