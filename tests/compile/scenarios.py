"""Scenarios: what is measured minute by minute, and which alerts fire when; run by promtool."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.compile.repositories import Document
from tests.servers.generation import Generation
from tests.servers.programs import Said, run_rule_tests

Firing = Mapping[tuple[str, str], int]
"""How many alerts fire, by alert name and tier."""

QUIET: Firing = {}
PAGE: Firing = {("ErrorBudgetBurn", "alert"): 1}
TICKET: Firing = {("ErrorBudgetBurn", "ticket"): 1}
BOTH: Firing = {**PAGE, **TICKET}
NO_DATA: Firing = {("SLINoData", "ticket"): 1}
OUR_ALERTS = '{alertname=~"ErrorBudgetBurn|SLINoData",alertstate="firing"}'


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression gives at a minute: values by label text; nothing where it is empty."""

    minute: int
    expression: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Series by selector, in promtool's notation, a sample a minute; what fires, and values."""

    series: Mapping[str, str]
    firing: Mapping[int, Firing] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    every: str = "1m"


def counter(*stretches: tuple[float, int], start: int = 0) -> str:
    """A counter that grows by so much a minute for so many minutes, stretch after stretch.

    Every value is written out as a whole number: in `a+bxn` doubles add up, and the stretch that
    follows may begin a hair lower, which Prometheus takes for a reset.
    """
    values = [start]
    exact = float(start)
    for growth, minutes in stretches:
        for _ in range(minutes):
            exact += growth
            values.append(round(exact))
    return " ".join(map(str, values))


def http(*stretches: tuple[float, float, int], more: str = "") -> dict[str, str]:
    """Requests that work and that fail: (a minute, share that fails, minutes)."""
    works = counter(*((each * (1 - share), minutes) for each, share, minutes in stretches))
    fails = counter(*((each * share, minutes) for each, share, minutes in stretches))
    return {
        f'http_requests_total{{job="shop",code="200"{more}}}': works,
        f'http_requests_total{{job="shop",code="500"{more}}}': fails,
    }


def play(
    generation: Generation, folder: Path, rules: Document, scenarios: Iterable[Scenario]
) -> Said:
    """What promtool says of the rules when it plays scenarios."""
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    files = []
    for index, scenario in enumerate(scenarios):
        files.append(folder / f"scenario-{index}.yml")
        files[-1].write_text(yaml.safe_dump(promtool_file(rules, scenario)), encoding="utf-8")
    return run_rule_tests(generation, *files)


def promtool_file(rules: Document, scenario: Scenario) -> Document:
    """A promtool test file; groups are evaluated in the order of the rule file."""
    return {
        "rule_files": ["rules.yml"],
        "evaluation_interval": scenario.every,
        "group_eval_order": [group["name"] for group in rules["groups"]],
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": values} for name, values in scenario.series.items()
                ],
                "promql_expr_test": [
                    *(_firing(minute, firing) for minute, firing in scenario.firing.items()),
                    *(_value(value) for value in scenario.values),
                ],
            }
        ],
    }


def _firing(minute: int, firing: Firing) -> dict[str, Any]:
    samples = [
        {"labels": f'{{alertname="{name}",tier="{tier}"}}', "value": number}
        for (name, tier), number in firing.items()
    ]
    expression = f"count by (alertname, tier) (ALERTS{OUR_ALERTS})"
    return {"expr": expression, "eval_time": f"{minute}m", "exp_samples": samples}


def _value(value: Value) -> dict[str, Any]:
    samples = [{"labels": labels, "value": number} for labels, number in value.values.items()]
    return {"expr": value.expression, "eval_time": f"{value.minute}m", "exp_samples": samples}
