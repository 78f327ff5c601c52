"""Tests for `promtool test rules`: which alerts of each SLO fire at which error ratio.

promtool evaluates the rules as Prometheus does; the expectations come from the declared alerts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus.example_series import ExampleHistogram, examples
from reliability.compile.prometheus.names import (
    SHORTEST,
    TOTAL,
    SeriesNames,
    failures_record,
    number,
    ratio_record,
)
from reliability.compile.prometheus.recordings import failure_windows, ratio_windows
from reliability.compile.prometheus.refusals import why_not_objective
from reliability.compile.prometheus.services import declared
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast, leaves
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.location import Location
from reliability.resolve.alerts import BURN, NO_DATA, objective_labels
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import GaugeRatioSli, RatioSli
from reliability.resource import Json, Resource, ResourceId
from reliability.scalars import duration_text

EVENTS: Final = 1_000_000
"""Events per minute in every test: enough for failures to exceed any `minimumFailures`."""

BURNS_FOR: Final = timedelta(minutes=30)
"""Time at a constant error ratio in every test."""
SETTLED: Final = timedelta(minutes=5)
"""Time until five-minute windows show a constant error ratio."""


Test = dict[str, Json]


@dataclass(frozen=True, slots=True)
class PrometheusTests:
    """Compiler of one promtool test file per service; the rule files are in `rules_folder`."""

    target: str = "prometheus-tests"
    rules_folder: str = "../prometheus"
    by_service: bool = True

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield a test file for each service with a burn-rate alert."""
        for service, of_service in declared(catalog).items():
            tests: list[Json] = []
            groups: list[Json] = []
            for objective in of_service.objectives:
                if objective.alerts and why_not_objective(objective, catalog) is None:
                    tests.extend(tests_of(objective))
                    groups.extend(_groups(objective))

            if tests:
                name = f"{service}{catalog.placement.suffix}"
                body: dict[str, Json] = {
                    "rule_files": [f"{self.rules_folder}/{name}.yml"],
                    "evaluation_interval": "1m",
                    "group_eval_order": groups,
                    "tests": tests,
                }
                identity = ResourceId(self.target, "tests", name)
                yield Resource(identity, body, Location(of_service.path))


def tests_of(objective: Objective) -> Iterator[Test]:
    """Yield the tests of one objective: healthy, each level with other alerts, and no data."""
    levels = sorted({_needed(alert) for alert in objective.alerts})
    yield _burning(objective, min(levels[0], 1) / 2, "half of the lowest threshold fails")
    for level, above in zip(levels, [*levels[1:], 1.0], strict=True):
        if level < min(above, 1):
            share = math.sqrt(level * min(above, 1))
            yield _burning(objective, share, f"{share * 100:.3g}% fail")
    yield _burning(objective, 1, "everything fails")
    if objective.alerts_on_no_data:
        yield _silent(objective)


def _needed(alert: BurnRateAlert) -> float:
    """Return the lowest constant error ratio above which the alert fires, given enough failures."""
    of_alert = leaves(alert.condition)
    return min(leaf.threshold for leaf in of_alert if isinstance(leaf, BurnAbove))


def holds(condition: Condition, ratio: float) -> bool:
    """Return whether a condition holds after half an hour at a constant error ratio."""
    match condition:
        case BurnAbove(inclusive=inclusive):
            return ratio > condition.threshold or (inclusive and ratio == condition.threshold)
        case FailuresAtLeast(window, count):
            minutes = min(window, BURNS_FOR) / timedelta(minutes=1)
            return EVENTS * ratio * minutes >= count
        case AllOf(conditions):
            return all(holds(part, ratio) for part in conditions)
        case AnyOf(conditions):
            return any(holds(part, ratio) for part in conditions)


def _burning(objective: Objective, ratio: float, words: str) -> Test:
    notified = [
        alert.tier
        for alert in objective.alerts
        if holds(alert.condition, ratio) and alert.after < BURNS_FOR - SETTLED
    ]
    firing = {(BURN, tier): notified.count(tier) for tier in notified}
    names = SeriesNames.of(objective)
    tiers = [*dict.fromkeys(notified)]
    fires = f"{' and '.join(tiers) or 'nothing'} {'fire' if len(tiers) > 1 else 'fires'}"

    return {
        "name": f"{objective.identity}: {words}, and {fires}",
        "interval": "1m",
        "input_series": _series(objective, names, ratio),
        "promql_expr_test": [_expect(objective, BURNS_FOR, firing)],
    }


def _silent(objective: Objective) -> Test:
    no_data = objective.no_data
    after = no_data.after + timedelta(minutes=2)
    return {
        "name": f"{objective.identity}: nothing is measured, and {no_data.tier} fires",
        "interval": "1m",
        "input_series": [],
        "promql_expr_test": [_expect(objective, after, {(NO_DATA, no_data.tier): 1})],
    }


def _expect(objective: Objective, at: timedelta, firing: Mapping[tuple[str, str], int]) -> Json:
    """Return a test expecting exactly these alerts of the objective to fire, by name and tier."""
    label = objective.label_names.tier
    labels = {**objective_labels(objective), **dict(objective.placement.series)}
    own = ", ".join(f'{name}="{value}"' for name, value in labels.items())
    matchers = f'alertstate="firing", {own}'
    samples: list[Json] = [
        {"labels": f'{{alertname="{name}", {label}="{tier}"}}', "value": count}
        for (name, tier), count in firing.items()
    ]

    return {
        "expr": f"count by (alertname, {label}) (ALERTS{{{matchers}}})",
        "eval_time": duration_text(at),
        "exp_samples": samples,
    }


def _series(objective: Objective, names: SeriesNames, ratio: float) -> list[Json]:
    sli = objective.sli
    if not isinstance(sli, RatioSli | GaugeRatioSli):
        return _recorded(objective, names, ratio)

    series_examples = examples(sli, objective.group_by)
    if series_examples is None:
        return _recorded(objective, names, ratio)
    if series_examples.histogram is not None:
        return [_histogram(series_examples.histogram, sli.counts, ratio)]
    if series_examples.well:
        counted = {
            series_examples.well: EVENTS * (1 - ratio),
            series_examples.badly: EVENTS * ratio,
        }
    else:
        share = ratio if sli.counts == "bad" else 1 - ratio
        counted = {series_examples.total: EVENTS, series_examples.events: EVENTS * share}

    start = "0+" if isinstance(sli, RatioSli) else ""
    minutes = BURNS_FOR // timedelta(minutes=1)
    # A count of zero has no series, as in an outage in which nothing has ever succeeded.
    return [
        {"series": series, "values": f"{start}{round(count)}x{minutes}"}
        for series, count in counted.items()
        if round(count)
    ]


def _histogram(example: ExampleHistogram, counts: str, ratio: float) -> Json:
    """Return a native histogram of which a share of the observations fails each minute."""
    failed = round(EVENTS * ratio)
    inside = failed if counts == "bad" else EVENTS - failed
    minutes = BURNS_FOR // timedelta(minutes=1)
    growth = example.growth(inside, EVENTS - inside)
    return {"series": example.series, "values": f"{example.growth(0, 0)}+{growth}x{minutes}"}


def _recorded(objective: Objective, names: SeriesNames, ratio: float) -> list[Json]:
    """Return recordings as test input, if no series are found that the SLI's queries would select.

    In this case the test covers the alerts and not the SLI.
    """
    minutes = BURNS_FOR // timedelta(minutes=1)
    values = {_labeled(TOTAL, names, SHORTEST): EVENTS / 60.0}
    values |= {
        _labeled(ratio_record(window), names, window): ratio for window in ratio_windows(objective)
    }
    values |= {
        _labeled(failures_record(window), names, window): EVENTS * ratio * minutes
        for window in failure_windows(objective)
    }

    return [
        {"series": series, "values": f"{number(value)}x{minutes}"}
        for series, value in values.items()
    ]


def _labeled(record: str, names: SeriesNames, window: timedelta) -> str:
    return f'{record}{{{names.matchers}, sloth_window="{duration_text(window)}"}}'


def _groups(objective: Objective) -> list[Json]:
    identity = SeriesNames.of(objective).id
    return [f"{identity}-fast", f"{identity}-slow"]
