"""Which expressions are NaN while nothing happens."""

import pytest

from reliability.promql.tree import read
from reliability.promql.zero_traffic import divides_by_nothing

RATE = "rate(a_total[5m])"


@pytest.mark.parametrize(
    ("expr", "is_nan"),
    [
        (f"1 / {RATE}", True),
        (f"1 % {RATE}", True),
        ("1 / irate(a_total[5m])", True),
        ("1 / increase(a_total[5m])", True),
        ("1 / delta(a[5m])", False),
        ("1 / a_total", False),
        (f"{RATE} / 5", False),
        (f"{RATE} / b", False),
        (f"{RATE} * b", False),
        (f"(1 / {RATE}) / b", True),
        # What a denominator is made of.
        (f"1 / sum({RATE})", True),
        (f"1 / max({RATE})", True),
        (f"1 / avg by (x) ({RATE})", True),
        (f"1 / count({RATE})", False),
        (f"1 / ({RATE} * 2)", True),
        (f"1 / (2 * {RATE})", True),
        (f"1 / ({RATE} + {RATE})", True),
        (f"1 / ({RATE} + b)", True),
        (f"1 / ({RATE} + 1)", False),
        (f"1 / (1 + {RATE})", False),
        (f"1 / ({RATE} / b)", True),
        (f"1 / ({RATE} - b)", False),
        ("1 / (2 * 3)", False),
        ("1 / (a * b)", False),
        # What keeps a NaN away, and what lets it through.
        (f"1 / {RATE} > 5", False),
        (f"1 / {RATE} > bool 5", True),
        (f"1 / {RATE} and {RATE} > 0", False),
        (f"1 / {RATE} and b", True),
        (f"1 / {RATE} and {RATE} > bool 0", True),
        (f"b and 1 / {RATE}", False),
        (f"1 / {RATE} unless {RATE} == 0", False),
        (f"1 / {RATE} unless b", True),
        (f"1 / {RATE} or b", True),
        (f"b or 1 / {RATE}", True),
        (f"1 - 1 / {RATE}", True),
        (f"1 / {RATE} + 1", True),
        (f"-(1 / {RATE})", True),
        (f"sum(1 / {RATE})", True),
        (f"stddev(1 / {RATE})", True),
        (f"max(1 / {RATE})", False),
        (f"topk(1, 1 / {RATE})", False),
        (f"abs(1 / {RATE})", True),
        (f"clamp(b, 0, scalar(1 / {RATE}))", True),
        (f"avg_over_time((1 / {RATE})[1h:1m])", True),
        ("a", False),
        ("5", False),
    ],
)
def test_a_ratio_is_nan_if_its_denominator_may_have_no_events(expr: str, is_nan: bool) -> None:
    node = read(expr)
    assert node is not None
    assert divides_by_nothing(node) is is_nan
