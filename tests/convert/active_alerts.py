"""Which alerts rule files have at each minute for given series, by `promtool test rules`.

Prometheus writes the state of each alert as a series `ALERTS`. A unit test that expects no such
series fails, and promtool prints those that there are; nothing has to be known before.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from reliability.alert_labels import PREFIXED
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

Labels = tuple[tuple[str, str], ...]
"""The labels of an alert by name, its `alertstate` among them."""

FAILURE = re.compile(
    r"^ *expr: .*, time: (?P<time>\w+), *\n *exp: .*\n *got: (?P<got>.*)$", re.MULTILINE
)
FRAME = re.compile(r"^\s*(?:Unit Testing:.*|FAILED:|SUCCESS|name:.*)?\s*$")
LABEL = r'\w+="(?:[^"\\]|\\.)*"'
ALERT = re.compile(rf"\{{({LABEL}(?:, {LABEL})*)\}}")
UNITS = {"h": 60, "m": 1, "s": 0}


class EvaluationFailed(Exception):
    """A rule could not be evaluated, or promtool could not run the test; all that it printed."""


def active_alerts(
    generation: Generation,
    rules: Sequence[Path],
    series: Iterable[Mapping[str, str]],
    minutes: int,
    interval: str = "1m",
) -> list[frozenset[Labels]]:
    """The pending and firing alerts of minutes 0 to `minutes` - 1, without `__name__`.

    `series` are the `input_series` of promtool, a sample each `interval`.

    Raises:
        EvaluationFailed: a rule failed at one of the minutes, or a file cannot be read.
    """
    test = {
        "rule_files": [str(path.resolve()) for path in rules],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": interval,
                "input_series": [dict(one) for one in series],
                "promql_expr_test": [
                    {"expr": "ALERTS", "eval_time": f"{minute}m", "exp_samples": []}
                    for minute in range(minutes)
                ],
            }
        ],
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.yml"
        path.write_text(yaml.safe_dump(test), encoding="utf-8")
        outcome = run_rule_tests(generation, path)
    rest = FAILURE.sub("", outcome.text).splitlines()
    if not all(map(FRAME.match, rest)):
        raise EvaluationFailed(outcome.text)
    active: list[frozenset[Labels]] = [frozenset()] * minutes
    for failure in FAILURE.finditer(outcome.text):
        active[_minute(failure["time"])] = frozenset(_alerts(failure["got"]))
    return active


def as_before(alerts: Iterable[Labels]) -> frozenset[Labels]:
    """The alerts without the labels that the prefixed set adds."""
    return frozenset(
        tuple((name, value) for name, value in labels if name not in PREFIXED.all)
        for labels in alerts
    )


def _minute(text: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([hms])", text))


def _alerts(got: str) -> list[Labels]:
    return [tuple(sorted(_labels(alert).items())) for alert in ALERT.findall(got)]


def _labels(text: str) -> dict[str, str]:
    pairs = (label.split("=", 1) for label in re.findall(LABEL, text))
    return {name: value[1:-1] for name, value in pairs if name != "__name__"}
