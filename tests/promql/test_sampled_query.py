"""The forms of queries of values: gauges, raw ratios and thresholds."""

import pytest

from reliability.promql.query import QueryFault, SelectorQuery, WindowedQuery
from reliability.promql.sampled_query import (
    Query,
    SampledQuery,
    read_as,
    read_gauge,
    read_values,
    values,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('mails{job="x"}', SelectorQuery('mails{job="x"}')),
        ("sum by (job) (mails)", SelectorQuery("mails", ("job",))),
        (
            "sum(sum_over_time(mails[{{.window}}]))",
            WindowedQuery("sum(sum_over_time(mails[{{.window}}]))"),
        ),
        ("count(up == 1)", SampledQuery("count(up == 1)")),
        ("count(rate(done_total[5m]) > 0)", SampledQuery("count(rate(done_total[5m]) > 0)")),
        ("a - b", SampledQuery("(a - b)")),
    ],
)
def test_gauges_are_added_up(text: str, form: Query) -> None:
    assert read_gauge(text) == form


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x_total", "x_total is named like a counter"),
        ('sum(x_bucket{le="1"})', "x_bucket is named like a counter"),
        ("sum(rate(x[{{.window}}]))", "the query is a rate of counters"),
        ("sum(rate(x[5m])) + (sum(increase(y[5m])))", "the query is a rate of counters"),
        ("sum(x", "not valid PromQL"),
        ("x[5m]", "the query must return series with one value each"),
    ],
)
def test_counters_are_no_gauges(text: str, said: str) -> None:
    fault = read_gauge(text)
    assert isinstance(fault, QueryFault)
    assert fault.message.startswith(said)
    assert fault.help


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('depth{le="1"}', SampledQuery(r'depth{le=~"1|1\\.0"}')),
        ("depth offset 5m", SampledQuery("depth offset 5m")),
        ("max_over_time(depth[5m])", SampledQuery("max_over_time(depth[5m])")),
        ("max(depth)  # the worst", SampledQuery("(max(depth)  # the worst\n)")),
        ("-depth", SampledQuery("(-depth)")),
        ("depth / 2", SampledQuery("(depth / 2)")),
        ("avg_over_time(depth[{{.window}}])", WindowedQuery("avg_over_time(depth[{{.window}}])")),
    ],
)
def test_values_are_looked_at(text: str, form: Query) -> None:
    assert read_values(text) == form
    assert read_as("threshold", False, text) == form


@pytest.mark.parametrize("text", ["depth[5m]", "depth[5m:1m]", "5", '"depth"', "time()", "1 + 1"])
def test_what_gives_no_series_cannot_be_looked_at(text: str) -> None:
    fault = read_values(text)
    assert isinstance(fault, QueryFault)
    assert fault.kind == "form"


def test_the_window_is_put_into_values_that_are_measured_over_it() -> None:
    assert values(WindowedQuery("avg_over_time(x[{{.window}}])"), "1h") == "(avg_over_time(x[1h]))"
    assert values(SampledQuery("x"), "1h") == "x"
