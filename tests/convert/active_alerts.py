"""Which alerts rule files have at each minute for given series, by `promtool test rules`.

Prometheus writes the state of each alert as a series `ALERTS`. A unit test that expects no such
series fails, and promtool prints those that there are; nothing has to be known before.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from reliability.alert_labels import PREFIXED
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

Labels = tuple[tuple[str, str], ...]
"""The labels of an alert by name, its `alertstate` among them."""

InputSeries = Sequence[Mapping[str, str]]
"""`input_series` of promtool: `series` and `values` of each."""

FAILURE = re.compile(
    r'^ *expr: "ALERTS\{case!=\\"(?P<case>\d+)\\"\}", time: (?P<time>\w+), *\n'
    r" *exp: .*\n *got: (?P<got>.*)$",
    re.MULTILINE,
)
FRAME = re.compile(r"^\s*(?:Unit Testing:.*|FAILED:|SUCCESS|name:.*)?\s*$")
LABEL = r'\w+="(?:[^"\\]|\\.)*"'
ALERT = re.compile(rf"\{{({LABEL}(?:, {LABEL})*)\}}")
UNITS = {"h": 60, "m": 1, "s": 0}


class EvaluationFailed(Exception):
    """A rule could not be evaluated, or promtool could not run the test; all that it printed."""


def active_alerts(
    generation: Generation, rules: Sequence[Path], series: InputSeries, minutes: int
) -> list[frozenset[Labels]]:
    """The pending and firing alerts of minutes 0 to `minutes` - 1; a sample of series each minute.

    Raises:
        EvaluationFailed: a rule failed at one of the minutes, or a file cannot be read.
    """
    [active] = active_in_cases(generation, rules, [series], range(minutes))
    return [active[minute] for minute in range(minutes)]


def active_in_cases(
    generation: Generation,
    rules: Sequence[Path],
    cases: Sequence[InputSeries],
    minutes: Iterable[int],
) -> list[dict[int, frozenset[Labels]]]:
    """The same for several sets of series in one run: for each, the alerts of each minute.

    Raises:
        EvaluationFailed: a rule failed in one of the cases, or a file cannot be read.
    """
    points = sorted(set(minutes))
    text = _run(generation, rules, [_case(index, case, points) for index, case in enumerate(cases)])
    if not all(map(FRAME.match, FAILURE.sub("", text).splitlines())):
        raise EvaluationFailed(text)
    active: list[dict[int, frozenset[Labels]]] = [dict.fromkeys(points, frozenset()) for _ in cases]
    for failure in FAILURE.finditer(text):
        alerts = frozenset(_alerts(failure["got"]))
        active[int(failure["case"])][_minute(failure["time"])] = alerts
    return active


def cases_with_errors(
    generation: Generation,
    rules: Sequence[Path],
    cases: Sequence[InputSeries],
    minutes: Iterable[int],
) -> list[dict[int, frozenset[Labels]] | None]:
    """As `active_in_cases`; None for each case in which a rule failed."""
    try:
        return [*active_in_cases(generation, rules, cases, minutes)]
    except EvaluationFailed:
        if len(cases) == 1:
            return [None]
    half, points = len(cases) // 2, list(minutes)
    halves = (cases[:half], cases[half:])
    return [
        active for part in halves for active in cases_with_errors(generation, rules, part, points)
    ]


def as_before(
    alerts: Iterable[Labels], added: Collection[tuple[str, str]] = frozenset()
) -> frozenset[Labels]:
    """The alerts without the labels that the prefixed set adds, nor those of `added`."""
    return frozenset(
        tuple(pair for pair in labels if pair[0] not in PREFIXED.all and pair not in added)
        for labels in alerts
    )


def _case(index: int, series: InputSeries, minutes: Sequence[int]) -> dict[str, Any]:
    expression = f'ALERTS{{case!="{index}"}}'
    return {
        "interval": "1m",
        "input_series": [dict(one) for one in series],
        "promql_expr_test": [
            {"expr": expression, "eval_time": f"{minute}m", "exp_samples": []} for minute in minutes
        ],
    }


def _run(generation: Generation, rules: Sequence[Path], tests: Sequence[Mapping[str, Any]]) -> str:
    file = {
        "rule_files": [str(path.resolve()) for path in rules],
        "evaluation_interval": "1m",
        "tests": [*tests],
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.yml"
        path.write_text(yaml.dump(file, Dumper=yaml.CSafeDumper), encoding="utf-8")
        return run_rule_tests(generation, path).text


def _minute(text: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([hms])", text))


def _alerts(got: str) -> list[Labels]:
    return [tuple(sorted(_labels(alert).items())) for alert in ALERT.findall(got)]


def _labels(text: str) -> dict[str, str]:
    pairs = (label.split("=", 1) for label in re.findall(LABEL, text))
    return {name: value[1:-1] for name, value in pairs if name != "__name__"}
