"""What expressions give over a few samples, in a golden file for each generation of Prometheus.

Other tests compare with servers; here every function and operator has its numbers in one place.
`pytest tests/promql/evaluate/test_expressions.py --update-golden` rewrites them.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
import promql_parser as promql
import pytest

from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.moments import QuerySpan
from reliability.promql.evaluate.refused import CannotReplay, WouldFail
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import STALE, Storage, StoredSeries
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
SEMANTICS: Final = {
    "left-open": Semantics(Ranges.LEFT_OPEN),
    "closed": Semantics(Ranges.CLOSED),
    "short-lookback": Semantics(Ranges.LEFT_OPEN, lookback=timedelta(minutes=2)),
}
NONE: Final = float("nan")
SERIES: Final[dict[tuple[str, ...], list[float]]] = {
    ("a", "eu", "x"): [1, 2, 4, 4, 1, 3, NONE, NONE, 8, 9.5, 9.5, 20],
    ("a", "us", "x"): [10, 10, 0, 5, 6, 6, 7, 8, NONE, 1, 2, 3],
    ("a", "us", "y"): [0.5, -1, NONE, 2.25, 3, -4, 1e300, 1e300, -1e300, 1, 7, 0],
    ("b", "eu", "x"): [2, 2, 2, 0, 0, 5, 5, 5, 5, 5, 5, 5],
    ("b", "us", "x"): [float("inf"), 1, 1, float("-inf"), 0, 1, 2, 3, 4, 5, 6, 7],
}
BUCKETS: Final = {"0.1": 10.0, "0.5": 30.0, "1": 35.0, "+Inf": 40.0}
OVER_TIME: Final = (*("sum", "avg", "count", "max", "min", "last", "present"),)
EXPRESSIONS: Final = (
    "a",
    "a offset 2m",
    "a offset -1m",
    'a{region="us"}',
    "-a",
    *(f"{name}_over_time(a[3m])" for name in OVER_TIME),
    *(f"{name}_over_time(b[150s] offset 1m)" for name in OVER_TIME),
    *(f"{name}(a[4m])" for name in ("rate", "increase", "delta", "resets", "changes")),
    *(f"{name}(b[2m])" for name in ("rate", "increase", "delta", "resets", "changes")),
    *(f"{name}(a)" for name in ("sum", "avg", "min", "max", "count", "group")),
    *(f"{name} by (region) (b)" for name in ("sum", "avg", "min", "max", "count", "group")),
    *(f"{name} without (region) (a)" for name in ("sum", "avg", "min", "max", "count")),
    'count_values("value", a)',
    'count_values by (region) ("value", b)',
    *(f"{name}(a)" for name in ("abs", "ceil", "floor", "sqrt", "sgn")),
    "clamp(a, 1, 4)",
    "clamp(a, 4, 1)",
    "clamp_min(a, 2)",
    "clamp_max(a, 2)",
    *(f"a {sign} 2" for sign in ("+", "-", "*", "/", "%", "==", "!=", ">", "<", ">=", "<=")),
    *(f"2 {sign} a" for sign in ("-", "/", "%", ">", "<=")),
    *(f"a {sign} bool 2" for sign in ("==", "!=", ">", "<", ">=", "<=")),
    "max_over_time(a[5m:1m])",
    "2 > bool 1",
    "1 + 2 * 3",
    *(f"a {sign} on (region) group_left b" for sign in ("+", "-", "*", "/", ">", "==")),
    "b - on (region) group_right a",
    'a{zone="x"} / ignoring (zone) b',
    'a{zone="x"} > bool ignoring (zone) b',
    "a and on (region) b > 2",
    "a unless on (region) b > 2",
    "a or b",
    "a > 5 or b",
    "time()",
    "vector(1)",
    "scalar(b)",
    'scalar(b{region="eu"})',
    "absent(a)",
    'absent(c{region="eu",zone!="x",zone="y",job="z"})',
    "absent(b > 4)",
    'absent(c{region="eu",region="us"})',
    'absent(c{region="eu",region="us",region="eu"})',
    'absent(c{region="eu",region!="us",zone="x"})',
    *(f"{name} by (region) (b)" for name in ("stddev", "stdvar")),
    "quantile(0.3, b)",
    "topk(2, b)",
    "bottomk by (region) (1, a)",
    "histogram_quantile(0.5, h)",
    "histogram_quantile(0.99, h)",
    "histogram_quantile(2, h)",
    "histogram_quantile(0, h)",
    "a * a",
    "sum(a) / sum(b)",
)


def stored() -> Storage:
    """A sample each minute from 1970 on; the last of `us` and `y` is followed by a stale marker."""
    series = []
    for (name, region, zone), values in SERIES.items():
        numbers = np.array(values)
        there = np.flatnonzero(~np.isnan(numbers))
        labels = labels_of({"__name__": name, "region": region, "zone": zone})
        if (name, zone) == ("b", "x"):
            labels = labels_of({"__name__": name, "region": region})
        series.append(StoredSeries(labels, there.astype(np.int64) * 60_000, numbers[there]))
    for bound, count in BUCKETS.items():
        labels = labels_of({"__name__": "h", "le": bound})
        counts = np.array([count, count * 2, STALE])
        series.append(StoredSeries(labels, np.array([0, 60_000, 240_000], dtype=np.int64), counts))
    return Storage(sorted(series, key=lambda one: one.labels))


def written(expression: str, semantics: Semantics) -> str:
    """The lines of a result, with a dash where there is no value."""
    times = np.arange(0, 15 * 60_000, 90_000, dtype=np.int64)
    result = Evaluator(stored(), times, semantics).value(promql.parse(expression))
    if not isinstance(result, tuple):
        return f"{expression}\n  {' '.join(map(number, result.tolist()))}"
    rows = [f"{expression}"]
    for line in result:
        labels = ",".join(f"{name}={value}" for name, value in line.labels)
        values = zip(line.there.tolist(), line.values.tolist(), strict=True)
        rows.append(
            f"  {{{labels}}} {' '.join(number(value) if there else '-' for there, value in values)}"
        )
    return "\n".join(rows)


def number(value: float) -> str:
    """A value to nine digits: what is beyond differs between machines."""
    return f"{value:.9g}"


@pytest.mark.parametrize("name", SEMANTICS)
def test_every_function_and_operator(golden: Golden, name: str) -> None:
    text = "\n".join(written(expression, SEMANTICS[name]) for expression in EXPRESSIONS)
    golden.check(GOLDEN / f"{name}.txt", f"{text}\n")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("limitk(1, a)", "the aggregation limitk is behind a feature flag of Prometheus"),
        ("mad_over_time(a[5m])", "the function mad_over_time is behind a feature flag"),
        ("'text'", "not replayed here"),
        ("clamp_min(a, b)", ""),
    ],
)
def test_what_is_not_replayed_to_the_bit_is_refused(expression: str, reason: str) -> None:
    with pytest.raises((CannotReplay, ValueError)) as refused:
        written(expression, SEMANTICS["left-open"])
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("b + on (region) a", "found duplicate series for the match group"),
        ("c + on (region) a", ""),
        ("a + on (region) b", "many-to-one matching must be explicit"),
        ("a * on (region) group_left () a", "found duplicate series for the match group"),
    ],
)
def test_what_prometheus_refuses_to_match(expression: str, error: str) -> None:
    evaluator = Evaluator(stored(), np.array([60_000]), SEMANTICS["left-open"])
    if not error:
        assert evaluator.vector(promql.parse(expression)) == ()
        return
    with pytest.raises(WouldFail) as refused:
        evaluator.vector(promql.parse(expression))
    assert error in refused.value.error
    assert str(refused.value) == f"Prometheus answers with an error: {refused.value.error}"


def test_two_series_with_the_same_labels_at_once_are_refused() -> None:
    evaluator = Evaluator(stored(), np.array([60_000]), SEMANTICS["left-open"])
    for label in ("region", "zone"):
        expression = f"label_replace(a, '{label}', 'x', '', '')"
        with pytest.raises(WouldFail):
            evaluator.vector(promql.parse(expression))


@pytest.mark.parametrize(
    ("share", "remarks"), [("0", 0), ("1", 0), ("0.5", 0), ("-0.01", 1), ("1.01", 1), ("NaN", 1)]
)
def test_only_a_share_outside_of_zero_to_one_is_remarked_on(share: str, remarks: int) -> None:
    at, notes = np.array([60_000]), QueryAnnotations()
    span = QuerySpan(60_000, 60_000)
    Evaluator(stored(), at, SEMANTICS["left-open"], span, notes).vector(
        promql.parse(f"quantile({share}, a)")
    )
    assert len(list(notes)) == remarks
