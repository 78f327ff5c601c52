"""One short expression for each constant of the evaluator, with its value in both generations."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import have
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import Storage
from tests.promql.language.description import series
from tests.promql.language.script import Load
from tests.promql.language.storage import Loaded

MINUTE: Final = 60_000
SERIES: Final = (
    "c 0 10 20 30 40",
    "g 5 3 8 1 6",
    "up_to_here 7",
    'b_bucket{le="1"} 2 2 2 2 2',
    'b_bucket{le="2"} 6 6 6 6 6',
    'b_bucket{le="+Inf"} 8 8 8 8 8',
    'h{x="fine"} {{schema:8 sum:1000000 count:2 offset:1 buckets:[2]}}x4',
    'h{x="coarse"} {{schema:-4 sum:1 count:3 offset:1 buckets:[3]}}x4',
    'h{x="both"} {{count:4 sum:1 z_bucket:2 z_bucket_w:0.001 buckets:[1] n_buckets:[1]}}x4',
)
VALUES: Final = (
    ("quantile_over_time(0.5, g[5m])", 5.0),
    ("predict_linear(c[5m], 60)", 50.0),
    ("deriv(c[3m])", 10 / 60),
    ("delta(c[3m])", 30.0),
    ("changes(g[5m])", 4.0),
    ("resets(g[5m])", 2.0),
    ("irate(c[5m])", 10 / 60),
    ("idelta(g[5m])", 5.0),
    ("stdvar_over_time(c[200s])", 125.0),
    ("sum_over_time(c[150s:])", 90.0),
    ("hour(vector(86399))", 23.0),
    ("minute(vector(86399))", 59.0),
    ("hour(vector(86400))", 0.0),
    ("day_of_week(vector(0))", 4.0),
    ("day_of_week(vector(-86400))", 3.0),
    ("day_of_month(vector(951782400))", 29.0),
    ("day_of_year(vector(1735689599))", 366.0),
    ("days_in_month(vector(951782400))", 29.0),
    ("days_in_month(vector(4107456000))", 28.0),
    ("month(vector(-62135596801))", 12.0),
    ("year(vector(-62135596801))", 0.0),
    ("year(vector(253402300800))", 10_000.0),
    ("year(vector(NaN))", 292_277_026_596.0),
    ("2 ^ 1023", 2.0**1023),
    ("2 ^ 1024", np.inf),
    ("2 ^ -1074", 5e-324),
    ("-2 ^ 1e300", -np.inf),
    ("1.0000000000000002 ^ 1e300", np.inf),
    ("log2(vector(8))", 3.0),
    ("log10(vector(1000))", 2.9999999999999996),
    ("ln(vector(0.5))", -0.6931471805599453),
    ("round(vector(2.5))", 3.0),
    ("histogram_quantile(0.5, b_bucket)", 1.5),
    ("histogram_quantile(0.9, b_bucket)", 2.0),
    ("histogram_quantile(1, h{x='fine'})", 1.0027112750502025),
    ("histogram_quantile(1, h{x='coarse'})", 65_536.0),
    ("histogram_quantile(0.5, h{x='both'})", 0.0),
    ("histogram_count(h{x='both'} + h{x='both'})", 8.0),
    ("count(count_values('v', vector(1000000)) == 1)", 1.0),
    ("topk(1, g)", 6.0),
    ("timestamp(c offset 1m)", 180.0),
    ("c @ 61", 10.0),
    ("clamp(g, 1, 4)", 4.0),
    ("scalar(g) % 4", 2.0),
)
"""Expressions at minute 4."""


def evaluator(how: Semantics, moment: int = 4 * MINUTE) -> Evaluator:
    loaded = Loaded()
    loaded.load(Load(MINUTE, tuple(map(series, SERIES)), False))
    return Evaluator(loaded.storage, np.array([moment], dtype=np.int64), how)


@pytest.mark.parametrize("ranges", Ranges)
@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_the_value_of_an_expression(expression: str, value: float, ranges: Ranges) -> None:
    result = evaluator(Semantics(ranges)).value(read(expression))
    if isinstance(result, tuple):
        [line] = (line for line in result if line.there.any())
        assert line.there.tolist() == [True]
        result = line.values
    np.testing.assert_allclose(result, [value], rtol=1e-15)


@pytest.mark.parametrize(
    ("expression", "labels"),
    [
        ("count_values('v', vector(1000000))", {"v": "1000000"}),
        ("count_values('v', h{x='fine'})", {"v": "{count:2, sum:1e+06, (1,1.0027112750502025]:2}"}),
        ("label_replace(g, 'a', '\\xc3\\xbc', '', '')", {"__name__": "g", "a": "ü"}),
        ("label_replace(g, '\uf800', 'a', '', '')", {"__name__": "g", "\uf800": "a"}),
        ("label_replace(g, '\uf77f', 'a', '', '')", {"__name__": "g", "\uf77f": "a"}),
    ],
)
def test_the_labels_of_an_expression(expression: str, labels: dict[str, str]) -> None:
    [line] = evaluator(Semantics()).vector(read(expression))
    assert dict(line.labels) == labels


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("topk(9223372036854775808, g)", "Scalar value 9.223372036854776e+18 overflows int64"),
        ("bottomk(-1e30, g) or topk(1e30, g)", "Scalar value 1e+30 overflows int64"),
        ("count_values('\\xff', g)", r'invalid label name "\xff"'),
    ],
)
def test_the_error_of_an_expression(expression: str, error: str) -> None:
    with pytest.raises(WouldFail) as refused:
        evaluator(Semantics()).vector(read(expression))
    assert refused.value.error == error


@pytest.mark.parametrize(
    ("milliseconds", "newer", "older"),
    [(299_999, True, True), (300_000, False, True), (300_001, False, False)],
)
def test_a_sample_is_seen_for_five_minutes(milliseconds: int, newer: bool, older: bool) -> None:
    seen = [
        evaluator(Semantics(ranges), milliseconds).vector(read("up_to_here"))[0].there.tolist()
        for ranges in (Ranges.LEFT_OPEN, Ranges.CLOSED)
    ]
    assert seen == [[newer], [older]]


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        *(("g > 6.6", True), ("g > 6.7", False), ("g >= 6.6", True), ("g >= 7.1", False)),
        *(("g < 5.5", True), ("g < 5.4", False), ("g <= 5.5", True), ("g <= 5.1", False)),
    ],
)
def test_a_slack_of_a_tenth(expression: str, holds: bool) -> None:
    [line] = evaluator(Semantics(slack=0.1)).vector(read(expression))
    assert line.there.tolist() == [holds]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [({"a": "1"}, True), ({"a": "2"}, False), ({"b": ""}, True), ({"a": "1", "b": "1"}, False)],
)
def test_labels_that_a_series_has(wanted: dict[str, str], found: bool) -> None:
    assert have((("a", "1"),), wanted) is found


def test_an_empty_storage_selects_nothing() -> None:
    assert Evaluator(Storage([]), np.array([0]), Semantics()).vector(read("g")) == ()
