"""SLI queries of native histograms: which forms are recognized, and as what."""

import pytest

from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.query import (
    QueryFault,
    SelectorQuery,
    WindowedQuery,
    histogram_of,
    read_query,
)
from reliability.promql.sampled_query import read_gauge

RATE = 'rate(x{a="b"}[{{.window}}])'
ALL = HistogramQuery('x{a="b"}')
FAST = HistogramQuery('x{a="b"}', ("0", "0.5"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('histogram_count(x{a="b"})', ALL),
        ('sum by (r) (histogram_count(x{a="b"}))', HistogramQuery('x{a="b"}', by=("r",))),
        ('histogram_fraction(0, 0.5, x{a="b"}) * histogram_count(x{a="b"})', FAST),
        ('sum(histogram_count(x{a="b"}) * histogram_fraction(0, .5, (x{a="b"})))', FAST),
        (
            "histogram_fraction(0.5, +Inf, x) * histogram_count(x)",
            HistogramQuery("x", ("0.5", "+Inf")),
        ),
        (
            "histogram_fraction(-2, 3.0, x) * histogram_count(x)",
            HistogramQuery("x", ("-2", "3")),
        ),
    ],
)
def test_the_short_form_is_read(text: str, expected: HistogramQuery) -> None:
    assert read_query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"sum(histogram_count({RATE}))", ALL),
        (f"histogram_count(sum by (le) ({RATE}))", ALL),
        (f"sum((histogram_fraction(0, 0.5, {RATE}) >= 0) * histogram_count({RATE}))", FAST),
        (f"histogram_fraction(0, 0.5, sum({RATE})) * sum(histogram_count({RATE}))", FAST),
        (f"histogram_count({RATE}) * (histogram_fraction(0, 0.5, {RATE}) > 0)", None),
        (f"histogram_fraction(0, 0.5, {RATE}) * histogram_count(rate(y[{{{{.window}}}}]))", None),
        (f"histogram_fraction(0, 0.5, {RATE}) * on (a) histogram_count({RATE})", None),
        (f"histogram_sum({RATE})", None),
        ("sum(rate(x_total[{{.window}}]))", None),
    ],
)
def test_a_full_expression_is_used_as_written_and_recognized(
    text: str, expected: HistogramQuery | None
) -> None:
    read = read_query(text)
    assert read == WindowedQuery(text)
    assert histogram_of(read) == expected


def test_a_selector_counts_no_histogram() -> None:
    assert histogram_of(SelectorQuery("x_total")) is None


@pytest.mark.parametrize(
    "text",
    [
        "histogram_fraction(0, 0.5, x)",
        "sum(histogram_fraction(0, 0.5, rate(x[{{.window}}])))",
    ],
)
def test_a_share_is_refused_as_a_number_of_events(text: str) -> None:
    read = read_query(text)
    assert isinstance(read, QueryFault)
    assert "is a share" in read.message


@pytest.mark.parametrize(
    "text",
    [
        "histogram_fraction(0, 0.5, x) * histogram_count(y)",
        "histogram_fraction(0, 0.5, x) * histogram_count(x offset 5m)",
        "histogram_fraction(0, scalar(y), x) * histogram_count(x)",
        "sum without (a) (histogram_count(x))",
        "histogram_sum(x)",
    ],
)
def test_other_expressions_need_the_window(text: str) -> None:
    assert isinstance(read_query(text), QueryFault)


def test_gauges_are_no_histograms() -> None:
    read = read_gauge("histogram_count(x)")
    assert isinstance(read, QueryFault)
    assert read.help == "write counter: true"
