"""Expressions that look like burn-rate alerts at first sight, and names that are no windows."""

import pytest

from reliability.convert.prometheus_rules.burn_rate_alerts import (
    read_burn_rate,
    resembles_burn_rate,
)

DEEP = "(" * 5_000 + "x > 1 and y > 1" + ")" * 5_000


def test_an_expression_that_is_too_deep_is_none() -> None:
    assert not resembles_burn_rate(DEEP)
    assert read_burn_rate(DEEP) is None


@pytest.mark.parametrize("window", ["5m1h", "1h1h"])
def test_a_name_that_ends_in_no_duration_is_no_recorded_ratio(window: str) -> None:
    expr = f"job:rate{window} > 14.4 * 0.001 and job:rate5m > 14.4 * 0.001"
    assert not resembles_burn_rate(expr)
    assert read_burn_rate(expr) is None
    usual = expr.replace(window, "1h", 1)
    assert resembles_burn_rate(usual)
    assert read_burn_rate(usual) is not None
