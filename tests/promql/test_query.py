"""SLI queries: which form each has, what rate it stands for, which series history has to fetch."""

from datetime import timedelta

import promql_parser
import pytest

from reliability.promql.query import (
    QueryFault,
    SelectorQuery,
    WindowedQuery,
    increase,
    plain_selectors,
    range_of_rate,
    rate,
    read_query,
    selectors,
)

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("requests_total", SelectorQuery("requests_total")),
        (' requests_total { code = "200" } ', SelectorQuery('requests_total{code="200"}')),
        ('{__name__="requests_total"}', SelectorQuery('{__name__="requests_total"}')),
        ("sum(requests_total)", SelectorQuery("requests_total")),
        ("sum by (region, zone) (x)", SelectorQuery("x", ("region", "zone"))),
        ('x{path=~"/[a-z]+"}', SelectorQuery('x{path=~"/[a-z]+"}')),
        ("sum(rate(x[{{.window}}]))", WindowedQuery("sum(rate(x[{{.window}}]))")),
        ("sum(rate(x[{{ .window }}]))", WindowedQuery("sum(rate(x[{{ .window }}]))")),
    ],
)
def test_a_selector_a_sum_and_a_full_expression_are_the_forms(
    text: str, query: SelectorQuery | WindowedQuery
) -> None:
    assert read_query(text) == query


@pytest.mark.parametrize(
    ("text", "ranged"),
    [
        ("rate(x[5m])", "x{}[5m]"),
        ("increase(x[1h] offset 5m)", "x{}[1h] offset 5m"),
        ("irate(x[5m])", None),
        ("sum(rate(x[5m]))", None),
        ("rate", None),
    ],
)
def test_the_range_of_a_rate(text: str, ranged: str | None) -> None:
    tree = range_of_rate(promql_parser.parse(text))
    assert (None if tree is None else str(tree)) == ranged


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x{", "syntax"),
        ("", "syntax"),
        ("sum(rate(x[{{.window}}])", "syntax"),
        ("rate(x[$__rate_interval])", "syntax"),
        ("x[{{.window}}]", "form"),
        ("(x[{{.window}}])", "form"),
        ("scalar(sum(rate(x[{{.window}}])))", "form"),
        ("1 + 1 # {{.window}}", "form"),
        ("rate(x[5m])", "fixed-window"),
        ("x[5m]", "fixed-window"),
        ("max_over_time(x[1h:5m])", "fixed-window"),
        ("avg(x)", "form"),
        ('avg(x{path=~"/[a-z]+"})', "form"),
        ("sum without (pod) (x)", "form"),
        ("x offset 5m", "form"),
        ("x / y", "form"),
        ("vector(1)", "form"),
        ("1", "form"),
    ],
)
def test_anything_else_says_what_it_is(text: str, kind: str) -> None:
    fault = read_query(text)
    assert isinstance(fault, QueryFault)
    assert fault.kind == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b", "not valid PromQL"),
        ("x{", "not valid PromQL: unexpected end of input inside braces"),
        ("rate(x[$__interval])", "not valid PromQL: the range in brackets is not a duration"),
    ],
)
def test_a_text_that_does_not_parse_says_why_if_the_parser_does(text: str, message: str) -> None:
    fault = read_query(text)
    assert isinstance(fault, QueryFault)
    assert (fault.kind, fault.message) == ("syntax", message)


def test_a_fixed_subquery_says_what_to_replace() -> None:
    fault = read_query("sum(max_over_time(x[1h:5m]))")
    assert isinstance(fault, QueryFault)
    said = "sum(max_over_time(x[{{.window}}:5m]))"
    assert fault.help == f"write {{{{.window}}}} as the range: {said}"
    assert read_query(said) == WindowedQuery(said)


def test_a_fixed_range_says_the_form_that_it_could_be() -> None:
    fault = read_query('sum(rate(x{path=~"/[a-z]+"}[5m]))')
    assert isinstance(fault, QueryFault)
    assert fault.help == (
        'write {{.window}} as the range: sum(rate(x{path=~"/[a-z]+"}[{{.window}}]))'
    )
    assert isinstance(read_query(fault.help.partition(": ")[2]), WindowedQuery)


def test_a_range_alone_says_what_else_it_needs() -> None:
    fault = read_query("x[5m]")
    assert isinstance(fault, QueryFault)
    assert fault.help == "write {{.window}} as the range: sum(rate(x[{{.window}}]))"
    said = fault.help.partition(": ")[2]
    assert read_query(said) == WindowedQuery(said)


def test_the_rate_is_pushed_inside_of_the_sum() -> None:
    query = read_query('sum by (region) (x{code="200"})')
    assert isinstance(query, SelectorQuery)
    assert rate(query, HOUR) == 'sum(rate(x{code="200"}[1h]))'
    assert rate(query, HOUR, ("region",)) == 'sum by (region) (rate(x{code="200"}[1h]))'
    assert increase(query, HOUR) == 'sum(rate(x{code="200"}[1h])) * 3600'


def test_the_window_is_put_into_an_expression_of_ones_own() -> None:
    query = read_query("rate(a[{{.window}}]) + rate(b[{{ .window }}])")
    assert isinstance(query, WindowedQuery)
    assert rate(query, timedelta(days=3)) == "sum(rate(a[3d]) + rate(b[3d]))"


@pytest.mark.parametrize("written", ["1", "1.0"])
def test_a_whole_bucket_bound_matches_both_generations_of_prometheus(written: str) -> None:
    query = read_query(f'x_bucket{{le="{written}",job="a"}}')
    assert isinstance(query, SelectorQuery)
    assert 'le=~"1|1\\\\.0"' in rate(query, HOUR)


def test_history_fetches_each_selector_once() -> None:
    query = read_query(
        'sum(rate(a{x="1"}[{{.window}}])) / (rate(b[{{.window}}]) + rate(b[{{.window}}]))'
    )
    assert isinstance(query, WindowedQuery)
    assert list(selectors(query)) == ['a{x="1"}', "b"]
    assert list(selectors(SelectorQuery("c", ("region",)))) == ["c"]


@pytest.mark.parametrize(
    "text",
    [
        'sum_over_time((up{job="x"} == bool 1)[{{.window}}:1m])',
        'sum(rate(up{job="x"}[{{.window}}]))',
        'max_over_time(sum by (job) (up{job="x"})[{{.window}}:1m])',
        'count_over_time((up{job="x"} offset 1m > 0)[{{.window}}:])',
        '-sum(clamp_max(increase(up{job="x"}[{{.window}}]), 1))',
    ],
)
def test_history_fetches_a_selector_wherever_it_is(text: str) -> None:
    query = WindowedQuery(text)
    assert list(plain_selectors(query)) == ['up{job="x"}']
