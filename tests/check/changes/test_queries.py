"""Whether a query of an SLI asks the same as before, or counts a part of the same events."""

import pytest

from reliability.check.changes.queries import is_same, is_stricter
from reliability.model.openslo.slo import Slo
from reliability.resolve.indicator import LocatedQuery, queries
from tests.check.examples import laid_over
from tests.check.repository import loaded

SLI = """\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {{name: asked}}
    spec:
      ratioMetric:
        counter: true
        {role}: {{metricSource: {{type: {type}, spec: {{query: '{query}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: all_total}}}}}}
"""


def query(text: str, role: str = "good", type_name: str = "Prometheus") -> LocatedQuery:
    catalog, _ = loaded(laid_over(SLI.format(role=role, query=text, type=type_name)))
    [slo] = catalog.documents(Slo)
    [found] = [each for each in queries(slo, catalog) if each.role == role]
    return found


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("a", "a", True),
        ("sum(a)", "sum( a )", True),
        ('a{b="1",c="2"}', 'a{c="2", b="1"}', True),
        ('a{b="1",c="2"} + d{e="3",f="4"}', 'a{c="2",b="1"} + d{f="4",e="3"}', True),
        ('a{b="1"}', 'a{b="2"}', False),
        ('a{b="1"}', 'a{b!="1"}', False),
        ("a", "b", False),
        ("a[5m]", "a[{{.window}}]", False),
        ("rate(a[{{.window}}])", "rate(a[{{ .window }}])", True),
        ("sum(", "sum(", True),
        ("sum(", "sum( ", False),
    ],
)
def test_layout_and_the_order_of_matchers_change_nothing(old: str, new: str, same: bool) -> None:
    assert is_same(query(old), query(new)) is same


def test_a_query_of_another_tool_is_the_same_only_letter_by_letter() -> None:
    old = query("sum(a)", type_name="Datadog")
    assert is_same(old, query("sum(a)", type_name="Datadog"))
    assert not is_same(old, query("sum( a )", type_name="Datadog"))
    assert not is_same(old, query("sum(a)"))
    assert not is_same(None, old)


@pytest.mark.parametrize(
    ("old", "new", "role", "stricter"),
    [
        ("a", 'a{b="1"}', "good", True),
        ('a{b=~"1|2"}', 'a{b="1"}', "good", True),
        ("sum(a)", 'sum by (c) (a{b="1"})', "good", True),
        ("sum(rate(a[{{.window}}]))", 'sum(rate(a{b="1"}[{{.window}}]))', "good", True),
        ('a{b="1"}', "a", "good", False),
        ('a{b="1"}', "a", "bad", True),
        ("a", 'a{b="1"}', "bad", False),
        ("a", 'c{b="1"}', "good", False),
        ("a", 'a{b="1"} offset 1h', "good", False),
        ("a @ 5", 'a{b="1"} @ 5', "good", False),
        ("max(a)", 'max(a{b="1"})', "good", False),
        ("rate(a[5m])", 'irate(a{b="1"}[5m])', "good", False),
        ("a_bucket", 'a_bucket{le="1"}', "good", False),
        ('a_bucket{le="1"}', 'a_bucket{le="1",b="1"}', "good", True),
        ("sum(", 'a{b="1"}', "good", False),
        ("a", "sum(", "good", False),
    ],
)
def test_a_part_of_the_good_events_is_stricter(
    old: str, new: str, role: str, stricter: bool
) -> None:
    assert is_stricter(query(old, role), query(new, role)) is stricter


def test_nothing_is_stricter_than_a_query_that_was_not_there() -> None:
    assert not is_stricter(None, query("a"))
    assert not is_stricter(query("a", type_name="Datadog"), query('a{b="1"}'))
    assert not is_stricter(query("a"), query('a{b="1"}', type_name="Datadog"))
