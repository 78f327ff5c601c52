"""Numbers of a burn-rate alert: what is a factor, what is a budget, and what is neither."""

from datetime import timedelta
from fractions import Fraction

import pytest

from reliability.convert.prometheus_rules.thresholds import factor_and_budget, number
from reliability.promql import syntax


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "1"),
        ("0.1", "1/10"),
        ("(2)", "2"),
        ("2*3", "6"),
        ("6/4", "3/2"),
        ("1/0", None),
        ("5-2", "3"),
        ("5+2", "7"),
        ("2^3", None),
        ("7%4", None),
        ("up", None),
        ("1*up", None),
        ("up+1", None),
    ],
)
def test_the_value_of_a_calculation_is_exact(text: str, value: str | None) -> None:
    assert number(syntax.parse(text)) == (None if value is None else Fraction(value))


@pytest.mark.parametrize(
    ("text", "hours", "factor", "budget"),
    [
        ("14.4*0.001", 1, "14.4", "0.001"),
        ("0.001*14.4", 1, "14.4", "0.001"),
        ("(14.40*(1-0.99))", 1, "14.4", "0.01"),
        ("(6*0.001)", 1, "6", "0.001"),
        ("14.4/1000", 1, "14.4", "0.001"),
        ("6*0.001", 1, "6", "0.001"),
        ("2*(0.25*4)*0.1", 1, "2", "0.1"),
        # The factor of the Workbook for the long window goes first, else the first that can be.
        ("14.4*6*0.001", 6, "6", "0.0144"),
        ("0.01*1", 72, "1", "0.01"),
        ("3*0.01", 24, "3", "0.01"),
        ("0.001/2", 1, "1/2", "0.001"),
        ("0.001*0.002", 5, "0.002", "0.001"),
        ("0.002*0.001", 5, "0.002", "0.001"),
        # A budget is under a half and a round number of millionths.
        ("14.4*0.4999", 1, "14.4", "0.4999"),
        ("14.4*0.000001", 1, "14.4", "0.000001"),
        # One number is split by the factor of the Workbook.
        ("0.0144", 1, "14.4", "0.001"),
        ("(0.0144)", 1, "14.4", "0.001"),
        ("0.0000144", 1, "14.4", "0.000001"),
        ("7.1856", 1, "14.4", "0.499"),
        ("0.006", 6, "6", "0.001"),
        ("0.03", 24, "3", "0.01"),
        ("0.01", 72, "1", "0.01"),
    ],
)
def test_a_product_has_a_factor_and_a_budget(
    text: str, hours: int, factor: str, budget: str
) -> None:
    split = factor_and_budget(syntax.parse(text), timedelta(hours=hours))
    assert split == (Fraction(factor), Fraction(budget))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("14.4*0.5", 1),
        ("7.2", 1),
        ("14.4*0.0000001", 1),
        ("0.00000144", 1),
        ("1*1", 1),
        ("0*14.4", 1),
        ("-0.0144", 1),
        ("14.4/0", 1),
        ("0.0144", 2),
        ("0.001*0.001", 5),
        ("up*14.4", 1),
        ("14.4*up", 1),
        ("up*14.4*0.001", 1),
        ("14.4/up", 1),
        ("14.4*0.001+1", 1),
    ],
)
def test_a_threshold_without_a_budget_is_none_of_a_burn_rate(text: str, hours: int) -> None:
    assert factor_and_budget(syntax.parse(text), timedelta(hours=hours)) is None
