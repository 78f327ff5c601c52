"""Which SLI queries can be counted by the minute, and as which sums."""

import pytest

from reliability.backtest.slis import NotASum, counters_of, sli_identity, terms
from reliability.history.sli import HistogramCounters
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.query import QueryFault, read_query
from reliability.resolve.objectives import objectives
from tests.backtest.repository import catalog, slo


def counted(text: str) -> list[tuple[str, int]]:
    query = read_query(text)
    assert not isinstance(query, QueryFault), query
    return [(term.selector.text, term.sign) for term in terms(query)]


@pytest.mark.parametrize(
    ("query", "sums"),
    [
        ("a", [("a{}", 1)]),
        ('sum by (code) (a{job="x"})', [('a{job="x"}', 1)]),
        ("sum(rate(a[{{.window}}]))", [("a{}", 1)]),
        ("sum(increase(a[{{.window}}]))", [("a{}", 1)]),
        ("sum(rate(a[{{.window}}])) + sum(rate(b[{{.window}}]))", [("a{}", 1), ("b{}", 1)]),
        (
            "sum(rate(a[{{.window}}])) - (sum(rate(b[{{.window}}])) - sum(rate(c[{{.window}}])))",
            [("a{}", 1), ("b{}", -1), ("c{}", 1)],
        ),
        (
            "(sum(rate(a[{{.window}}])) or vector(0)) + sum(rate(b[{{.window}}]))",
            [("a{}", 1), ("b{}", 1)],
        ),
        ('a{le="1"}', [(r'a{le=~"1|1\\.0"}', 1)]),
    ],
)
def test_a_sum_of_counters_is_counted(query: str, sums: list[tuple[str, int]]) -> None:
    assert counted(query) == sums


def test_a_histogram_is_counted_with_another_only() -> None:
    histogram, other = read_query("histogram_count(h)"), read_query("a")
    assert isinstance(histogram, HistogramQuery)
    assert not isinstance(other, QueryFault)
    both = HistogramCounters("bad", histogram, histogram)
    assert counters_of("bad", histogram, histogram) == both
    for pair in ((histogram, other), (other, histogram)):
        with pytest.raises(NotASum) as refused:
            counters_of("good", *pair)
        assert str(refused.value) == "h is a native histogram, and the other query is not"


@pytest.mark.parametrize(
    "query",
    [
        "sum(rate(a[{{.window}}])) * 2",
        "max(rate(a[{{.window}}]))",
        "histogram_quantile(0.9, rate(a[{{.window}}]))",
        "sum(rate(a[{{.window}}] offset 5m))",
        "sum(rate(a[{{.window}}] @ 5))",
        "sum(rate((a + b)[{{.window}}:1m]))",
        "sum(rate(a[{{.window}}])) or sum(rate(b[{{.window}}]))",
    ],
)
def test_anything_else_is_said_to_be_no_sum(query: str) -> None:
    with pytest.raises(NotASum):
        counted(query)


def identity_of(good: str, total: str) -> str:
    queries = {'requests_total{code!~"5.."}': good, "'requests_total'": f"'{total}'"}
    text = slo("checkout")
    for former, query in queries.items():
        assert former in text
        text = text.replace(former, query)
    [objective] = objectives(catalog(text))
    return sli_identity(objective)


def test_objectives_that_measure_the_same_events_have_one_identity() -> None:
    assert identity_of("a", "b") == identity_of("a", "b")
    assert len({identity_of("a", "b"), identity_of("b", "a"), identity_of("a", "c")}) == 3
    # Neither can be counted by the minute, for the same reason.
    uncounted = [f"max(rate({name}[{{{{.window}}}}]))" for name in ("a", "b")]
    assert identity_of(uncounted[0], "c") != identity_of(uncounted[1], "c")
