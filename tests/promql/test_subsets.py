"""Which series are a part of others, as their selectors show."""

import pytest

from reliability.promql.subsets import choices, is_part, takes
from reliability.promql.tree import Matcher, VectorSelector, read


def selector(text: str) -> VectorSelector:
    node = read(text)
    assert isinstance(node, VectorSelector)
    return node


@pytest.mark.parametrize(
    ("part", "whole", "answer"),
    [
        ("a", "a", True),
        ('a{x="1"}', "a", True),
        ("a", 'a{x="1"}', False),
        ('a{x="1"}', 'a{x="1"}', True),
        ('a{x="1"}', 'a{x="2"}', False),
        ('a{x="1"}', 'a{x!="2"}', True),
        ('a{x="1"}', 'a{x!="1"}', False),
        ('a{x="1"}', 'a{x=~"1|2"}', True),
        ('a{x="3"}', 'a{x=~"1|2"}', False),
        ('a{x=~"1|2"}', 'a{x=~"1|2|3"}', True),
        ('a{x=~"(1|2)"}', 'a{x=~"1|2"}', True),
        ('a{x=~"1|4"}', 'a{x=~"1|2|3"}', False),
        ('a{x="1"}', 'a{x!~"2.*"}', True),
        ('a{x="21"}', 'a{x!~"2.*"}', False),
        ('a{x!="1"}', 'a{x="2"}', None),
        ('a{x=~"1.*"}', 'a{x="2"}', None),
        ('a{x!~"1"}', 'a{x!="1"}', None),
        ('a{x!="1",x="2"}', 'a{x=~"2|3"}', True),
        ('a{x="1",y="2"}', 'a{x="1",z="3"}', False),
        ('a{x!="1",y="1"}', 'a{x="2",z="1"}', False),
        ('a{x="1"}', 'b{x="1"}', False),
        # Buckets are a part of the count; their bound takes no part.
        ('d_bucket{le="1"}', "d_count", True),
        ('d_bucket{le="1"}', 'd_bucket{le="+Inf"}', True),
        ("d_count", 'd_bucket{le="1"}', True),
        ('d_bucket{le="1"}', "e_count", False),
        ('a{le="1"}', 'a{le="2"}', False),
        # Names that may be a part and a whole that are counted each for itself.
        ("shop_orders_failed_total", "shop_orders_total", None),
        ("orders_failed_total", "orders_total", None),
        ("orders_total", "orders_failed_total", False),
        ("shop_a_total", "bank_a_total", False),
        ("shop_orders_x", "shop_orders_y", None),
        ('shop_orders_failed{x="1"}', 'shop_orders{x="2"}', None),
        ('{x="1"}', "a", None),
        ("a", '{x="1"}', None),
        ('a{x="1" or y="2"}', "a", None),
        ("a", 'a{x="1" or y="2"}', None),
    ],
)
def test_a_selector_is_a_part_of_another(part: str, whole: str, answer: bool | None) -> None:
    assert is_part(selector(part), selector(whole)) is answer


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("a", ("a",)),
        ("a|b", ("a", "b")),
        ("(a|b)", ("a", "b")),
        ("a.", ()),
        ("a+", ()),
        ("[ab]", ()),
        ("", ()),
    ],
)
def test_a_pattern_may_only_list_values(pattern: str, values: tuple[str, ...]) -> None:
    assert choices(pattern) == values


@pytest.mark.parametrize(
    ("sign", "value", "text", "answer"),
    [
        ("=", "a", "a", True),
        ("=", "a", "b", False),
        ("!=", "a", "a", False),
        ("!=", "a", "b", True),
        ("=~", "a.", "ab", True),
        ("=~", "a.", "abc", False),
        ("!~", "a.", "ab", False),
        ("!~", "a.", "abc", True),
        ("=~", "(", "a", None),
        ("!~", "(", "a", None),
    ],
)
def test_a_matcher_takes_a_value(sign: str, value: str, text: str, answer: bool | None) -> None:
    assert takes(Matcher("x", sign, value), text) is answer
