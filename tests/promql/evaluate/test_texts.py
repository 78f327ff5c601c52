"""Texts of expressions and numbers: what is rewritten for the parser, and how Go prints numbers."""

import math
from decimal import Decimal

import numpy as np
import pytest

from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.numerals import general
from reliability.promql.evaluate.readable import readable
from reliability.promql.evaluate.refused import CannotReplay, WouldFail
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import Storage


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("holt_winters(x[5m], 0.1, 0.2)", "double_exponential_smoothing(x[5m], 0.1, 0.2)"),
        ("holt_winters (x[5m])", "double_exponential_smoothing (x[5m])"),
        ("holt_winters + my_holt_winters(x)", None),
        ('"holt_winters(x)"', None),
        ("x # holt_winters(x)\n+ 1_0", "x # holt_winters(x)\n+ 10"),
        ("x @ -5", "x @ 200000000005.0"),
        ("x @-  1.5e1", "x @ 200000000015.0"),
        ("x @ 5", None),
        ("1_000 + 1_0.2_5 + 1_0e+3", "1000 + 10.25 + 10e+3"),
        ("x_1_0 + a:1_0 + 0.1_0_1", "x_1_0 + a:1_0 + 0.101"),
        (r'x{a="\x41\101\n\""}', None),
        (r'x{a="\xc3\xa9"}', 'x{a="é"}'),
        (r"x{a='\303\251'}", "x{a='é'}"),
        (r'"\xff"', f'"{chr(0xF7FF)}"'),
        (r'"\x80\377"', f'"{chr(0xF780)}{chr(0xF7FF)}"'),
        (r'"a\xe2\x82\xacb\xe2\x82"', f'"a€b{chr(0xF7E2)}{chr(0xF782)}"'),
        (r'"\\xff"', None),
        (r"`\xff`", None),
        (r'"\x7f\177"', None),
        ("`1_0` + 1_0", "`1_0` + 10"),
    ],
)
def test_what_the_parser_does_not_read_is_rewritten(text: str, rewritten: str | None) -> None:
    assert readable(text) == (text if rewritten is None else rewritten)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (100.0, "100"),
        (123456.0, "123456"),
        (123456.7, "123456.7"),
        (999999.0, "999999"),
        (1e6, "1e+06"),
        (1234567.0, "1.234567e+06"),
        (1.5e300, "1.5e+300"),
        (0.1, "0.1"),
        (0.0001, "0.0001"),
        (0.00012, "0.00012"),
        (0.00001, "1e-05"),
        (-1.25e-7, "-1.25e-07"),
        (5e-324, "5e-324"),
        (0.30000000000000004, "0.30000000000000004"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
    ],
)
def test_numbers_are_printed_as_in_go(value: float, text: str) -> None:
    assert general(value) == text
    assert math.isnan(value) or float(Decimal(text.replace("Inf", "Infinity"))) == value


def evaluated(text: str, how: Semantics) -> list[float]:
    times = np.array([60_000], dtype=np.int64)
    result = Evaluator(Storage(), times, how).value(read(text))
    assert not isinstance(result, tuple)
    return [float(value) for value in result]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x + fill(0) y", "x + fill (0) y: fill modifiers are behind a feature flag of Prometheus"),
        (
            "x + fill_left(0) y",
            "x + fill_left (0) y: fill modifiers are behind a feature flag of Prometheus",
        ),
        (
            "limit_ratio(0.5, x)",
            "limit_ratio(0.5, x): the aggregation limit_ratio is behind a feature flag of "
            "Prometheus",
        ),
        (
            "info(x)",
            "info(x): the function info is behind a feature flag of Prometheus",
        ),
        (
            "double_exponential_smoothing(x[5m], 0.5, 0.5)",
            "double_exponential_smoothing(x[5m], 0.5, 0.5): the function "
            "double_exponential_smoothing (holt_winters before Prometheus 3) is behind a feature "
            "flag of Prometheus",
        ),
        ('x{a="1" or b="2"}', '{a="1" or b="2"} joins its matchers by `or`'),
        ('rate(x{a="1" or b="2"}[5m])', "joins its matchers by `or`"),
        ("'text'", '"text": not replayed here'),
        ("x[5m]", "x[5m]: not replayed here"),
    ],
)
def test_what_is_not_replayed_says_why(text: str, message: str) -> None:
    with pytest.raises(CannotReplay) as refused:
        evaluated(text, Semantics())
    assert message in str(refused.value)
    assert not isinstance(refused.value, WouldFail)


def test_an_error_of_prometheus_has_its_words_and_a_detail() -> None:
    assert str(WouldFail("no match")) == "Prometheus answers with an error: no match"
    detailed = WouldFail("no match", "two series")
    assert str(detailed) == "Prometheus answers with an error: no match (two series)"
    assert detailed.error == "no match"


def test_smoothing_is_a_function_of_prometheus_2() -> None:
    times = np.array([60_000], dtype=np.int64)
    closed = Semantics(Ranges.CLOSED)
    assert Evaluator(Storage(), times, closed).vector(read("holt_winters(x[5m], 0.5, 0.5)")) == ()


def test_a_number_is_no_vector_and_a_vector_no_number() -> None:
    evaluator = Evaluator(Storage(), np.array([60_000]), Semantics())
    with pytest.raises(CannotReplay, match="1: a number, where series are wanted"):
        evaluator.vector(read("1"))
    with pytest.raises(CannotReplay, match="x: series, where a number is wanted"):
        evaluator.number(read("x"))
    assert evaluator.number(read("1 + 1")).tolist() == [2.0]
