"""Conditions that no value can meet, and those that some value meets."""

import pytest

from reliability.promql.tree import read
from reliability.promql.value_bounds import never_holds

NEVER = """
x > 5 and x < 3
x > Inf
x < -Inf
x > NaN
x == NaN
x <= NaN
x * 0 > 0
x*0 < 0
vector(0) > 1
vector(1) == 0
x unless x
x > 5 unless x > 3
x > x
x < x
up > 1
up < 0
up == 2
abs(x) < 0
hour() > 23
minute() > 59
day_of_week() == 7
x > 5 and on() (vector(0) > 1)
sum(x) > 5 and on() sum(x) < 3
(x > bool 5) > 1
(x > bool 5) == 2
rate(x[5m]) > 1 and rate(x[5m]) < 1
x == 1 and x == 2
x == 1 and x != 1
x != 1 and x == 1
(x > 5) < 3
max(up) > 1
5 < x and 3 > x
sum(x > 5 and x < 3)
absent(x > 5 and x < 3) == 0
sgn(x) > 1
x > 5 and y > 2 and x < 3
vector(1) > 2 or vector(2) > 3
x and x > Inf
month() > 12
changes(x[5m]) < 0
"""

MAY = """
x > 5 and x < 8
x > 5 and y < 3
x != NaN
x >= Inf
x > -Inf
x * 0 == 0
x * 0 != 0
vector(1) > 0
x unless y
x unless x > 3
x > 3 unless x > 5
x unless on(job) y
x == x
x != x
x >= x
up == 0
up != 1
up < 1
x > 5 and on (job) x < 3
x > 5 and ignoring (pod) x < 3
{__name__=~"a|b"} > 5 and {__name__=~"a|b"} < 3
x > 5 and x offset 5m < 3
x @ start() > 5 and x < 3
x > 5 or x < 3
absent(x > 5 and x < 3)
x unless (x > 5 and x < 3)
(x or vector(0)) == 0
vector(scalar(x > Inf)) != 1
x > bool NaN
max_over_time(x[5m:1m]) > 5 and max_over_time(x[5m:10s]) < 3
x > 5 unless on(job) x > 3
x > 5 unless (x > 3 and y > 1)
x > 5 unless (x > 3 unless y)
count by (__name__) ({a="b"}) > 5
x > on (job) x
x > on (job) group_left x
hour() > 22
sum(up) > 1
x == 5 or vector(0) > 1
rate(x[5m]) < 0
topk(5, x) > 5 and topk(5, x) < 8
-up > -1
1 - up > 0
up * 2 > 1
x > scalar(y) and x < scalar(y)
label_replace({a="b"},"n","$1","__name__","(.*)") > 5
clamp_max(x, 3) > 2
quantile(2, up) > 1
count(up) > 1
sum_over_time(up[5m]) > 1
"""


@pytest.mark.parametrize("expression", NEVER.strip().splitlines())
def test_a_condition_that_no_value_meets_is_found(expression: str) -> None:
    assert (node := read(expression)) is not None
    assert never_holds(node) is not None


@pytest.mark.parametrize("expression", MAY.strip().splitlines())
def test_a_condition_that_some_value_meets_is_left_alone(expression: str) -> None:
    assert (node := read(expression)) is not None
    assert never_holds(node) is None
