"""Selectors as values: what they match, what they contain, how they are written."""

import pytest

from reliability.history.definition import Definition
from reliability.promql.selector import Selector
from tests.history.fakes import GOOD, TOTAL, counters

LABELS = {"__name__": "requests_total", "job": "shop", "code": "503"}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("requests_total", True),
        ('requests_total{job="shop"}', True),
        ('requests_total{code=~"5.."}', True),
        ('requests_total{code=~"5"}', False),
        (r"requests_total{code=~`5\d\d`}", True),
        (r"requests_total{code=~`4\d\d`,job=`shop`}", False),
        (r"requests_total{code!=`5\d\d`}", True),
        ('requests_total{code!~"5..|429"}', False),
        ('requests_total{region=""}', True),
        ('requests_total{region!=""}', False),
        ('{__name__=~"requests_.+"}', True),
        ("errors_total", False),
    ],
)
def test_a_selector_matches_as_in_prometheus(selector: str, matches: bool) -> None:
    assert Selector.parse(selector).matches(LABELS) is matches


def test_a_backslash_in_backquotes_is_a_character() -> None:
    text = 'x{a=`\\d"\n`, b="`\\\\d", c=\'`\'} # `'
    assert [(each.label, each.value) for each in Selector.parse(text).matchers] == [
        ("__name__", "x"),
        ("a", '\\d"\n'),
        ("b", "`\\d"),
        ("c", "`"),
    ]


@pytest.mark.parametrize("text", ["x", 'x{a="b"}', r'x{a="q\"uote\\",b=~"1|1\\.0"}'])
def test_what_is_written_is_read_as_the_same(text: str) -> None:
    selector = Selector.parse(text)
    assert Selector.parse(selector.text) == selector


def test_a_selector_contains_those_that_ask_for_more() -> None:
    assert Selector.parse(TOTAL).covers(Selector.parse(GOOD))
    assert not Selector.parse(GOOD).covers(Selector.parse(TOTAL))


@pytest.mark.parametrize("text", ["rate(x[5m])", "x + y", 'x{a="1" or b="2"}'])
def test_anything_else_is_no_selector(text: str) -> None:
    with pytest.raises(ValueError, match=r"selector|joins"):
        Selector.parse(text)


def test_only_the_widest_selector_is_fetched_with_every_label_that_is_looked_at() -> None:
    definition = Definition.of(counters(GOOD, TOTAL), ("region",))
    assert [each.text for each in definition.selectors] == ['requests_total{job="shop"}']
    assert definition.keep == ("__name__", "code", "job", "region")
    assert Definition.read(definition.values) == definition


def test_two_slis_that_are_fetched_alike_have_one_checksum() -> None:
    other = counters('requests_total{job="shop",code!="500"}', TOTAL)
    assert Definition.of(other).checksum == Definition.of(counters(GOOD, TOTAL)).checksum
