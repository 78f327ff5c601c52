"""The labels of an expression: those that are sure, those that can be, and those that cannot."""

import re

import pytest

from reliability.promql.label_bounds import Bounds, bounds, never_match
from reliability.promql.tree import Binary, read


def shown(labels: Bounds) -> str:
    """`sure | only | never`, and whether series of several kinds are mixed."""
    only = "any" if labels.only is None else ",".join(sorted(labels.only))
    mixed = " mixed" if labels.is_mixed else ""
    return f"{','.join(sorted(labels.sure))} | {only} | {','.join(sorted(labels.never))}{mixed}"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a", "instance,job | any | "),
        ('{a="b"}', "a | any | "),
        ("ALERTS", " | any | "),
        ("ALERTS_FOR_STATE", " | any | "),
        ("job:a:sum", " | any | "),
        ('a{x="y"}', "instance,job,x | any | "),
        ('a{x=""}', "instance,job | any | x"),
        ('a{x!=""}', "instance,job,x | any | "),
        ('a{x!="y"}', "instance,job | any | "),
        ('a{x=~"y"}', "instance,job,x | any | "),
        ('a{x=~"y|"}', "instance,job | any | "),
        ('a{x!~"y"}', "instance,job | any | "),
        ('a{x!~".*"}', "instance,job,x | any | "),
        ('a{x!~"y|"}', "instance,job,x | any | "),
        ('a{job=""}', "instance | any | job"),
        ('a{job=~".*"}', "instance | any | "),
        ('a{x="1" or y="2"}', " | any | "),
        ('{__name__="a",x="y"}', "instance,job,x | any | "),
        ("sum(a)", " |  | "),
        ("sum without (job) (a)", "instance | any | job"),
        ("topk(1,a)", "instance,job | any | "),
        ("topk by (x) (1,a)", "instance,job | any | "),
        ("bottomk(1,a)", "instance,job | any | "),
        ('count_values("v", a)', " | v |  mixed"),
        ("sum by (x) (a or sum by (y) (b))", " | x |  mixed"),
        ("absent(a)", " |  | "),
        ('absent(a{x="y"})', "x | x | "),
        ('absent(a{x="y",x="z"})', " |  | "),
        ('absent(a{x=""})', " |  | "),
        ('absent(a{x!="y"})', " |  | "),
        ("absent(sum(a))", " |  | "),
        ('absent({__name__="a",x="y"})', "x | x | "),
        ('absent_over_time(a{x="y"}[5m])', "x | x | "),
        ("time()", " |  | "),
        ("vector(1)", " |  | "),
        ("scalar(a)", " |  | "),
        ("info(a)", " | any | "),
        ("rate(a[5m])", "instance,job | any | "),
        ('histogram_quantile(0.9,a{le="1"})', "instance,job | any | le"),
        ('label_replace(a{x="y"},"x","1","","")', "instance,job | any |  mixed"),
        ('label_join(a,"x",",","y")', "instance,job | any |  mixed"),
        ("clamp(a,0,1)", "instance,job | any | "),
        ("round(a)", "instance,job | any | "),
        ("1", " |  | "),
        ("a*2", "instance,job | any | "),
        ("2*a", "instance,job | any | "),
        ("1+1", " |  | "),
        ("sum by (x) (a) or sum by (y) (b)", " | x,y |  mixed"),
        ('a{x=""} or b{x=""}', "instance,job | any | x"),
        ('a{x=""} or b', "instance,job | any |  mixed"),
        ("a or b", "instance,job | any | "),
        ('a{x="y"} or b{x="z"}', "instance,job,x | any | "),
        ("a / on (x) b", " | x | "),
        ('a{x="y"} / on (x) b', "x | x | "),
        ("a / ignoring (job) b", "instance | any | job"),
        ("a / b", "instance,job | any | "),
        ("a * on (job) group_left (x) b", "instance,job | any | "),
        ('a * on (job) group_left (x) b{x="1"}', "instance,job,x | any | "),
        ('a * on (job) group_left (x) b{x=""}', "instance,job | any | x"),
        ('a{x="1"} * on (job) group_right (x) b', "instance,job,x | any | "),
        ("a * on(job) group_left (x) (b or sum(c))", "instance,job | any |  mixed"),
        ("(b or sum(c)) * on(job) group_left (x) a", " | any |  mixed"),
        ("deriv(a[5m])", "instance,job | any | "),
        ("predict_linear(a[5m], 60)", "instance,job | any | "),
        ("quantile_over_time(0.9, a[5m])", "instance,job | any | "),
        ("scalar(a) * b", "instance,job | any | "),
        ("b * scalar(a)", "instance,job | any | "),
        ("time() - a", "instance,job | any | "),
        ("absent(a) or b", " | any |  mixed"),
    ],
)
def test_the_labels_of_a_result(text: str, result: str) -> None:
    node = read(text)
    assert node is not None
    assert shown(bounds(node)) == result
    # A scrape configuration may drop what Prometheus adds to each series.
    certain = re.sub(r"^(?:(?:instance|job),?)+", "", result)
    assert shown(bounds(node, assumes=False)) == certain


@pytest.mark.parametrize(
    ("text", "assumed", "known"),
    [
        ("sum by (x) (a)", "x | x | ", " | x | "),
        ('count_values by (x) ("v", a)', "x | v,x |  mixed", " | v,x |  mixed"),
        ('sum by (x, y) (a{x=""})', "y | y | ", " | y | "),
        ("sum by (x,y) (sum by (x) (a))", "x | x | ", " | x | "),
        ("quantile by (x) (0.9,a)", "x | x | ", " | x | "),
        ("histogram_quantile(0.9, sum by (le,x) (a))", "x | le,x | le", " | le,x | le"),
        ('label_replace(sum by (y) (a),"x","1","","")', "y | x,y |  mixed", " | x,y |  mixed"),
        ("max_over_time(sum by (x) (a)[5m:1m])", "x | x | ", " | x | "),
        ("-sum by (x) (a)", "x | x | ", " | x | "),
        ("sum by (x) (a) and b", "x | x | ", " | x | "),
        ("sum by (x) (a) unless b", "x | x | ", " | x | "),
        ("sum by (x) (a) or sum by (x) (b)", "x | x | ", " | x | "),
        ("sum by (x) (a) / on (x) b", "x | x | ", " | x | "),
        ("sum by (x) (a) * on (x) group_left (y) sum by (x) (b)", "x | x | y", " | x | y"),
        ("sum by (x,y) (a) * on (x) group_left (y) sum by (x) (b)", "x | x,y | y", " | x,y | y"),
        (
            "sum by (job) (a) * on (job) group_right (x) sum by (job,z) (b)",
            "job,z | job,z | x",
            " | job,z | x",
        ),
        ("sum by (x) (a) > 1", "x | x | ", " | x | "),
    ],
)
def test_labels_in_by_are_sure_only_if_that_is_assumed(text: str, assumed: str, known: str) -> None:
    node = read(text)
    assert node is not None
    assert shown(bounds(node)) == assumed
    assert shown(bounds(node, assumes=False)) == known


@pytest.mark.parametrize(
    ("text", "assumed", "known"),
    [
        ("a / b", None, None),
        ("sum by (x) (a) / sum by (y) (b)", "x left", None),
        ("sum by (x) (a) / on (x) sum by (y) (b)", "x left", None),
        ("sum by (x) (a) / ignoring (x) sum by (y) (b)", "y right", None),
        ("sum by (x) (a) / ignoring (x,y) sum by (y) (b)", None, None),
        ("sum by (x) (a) and sum by (x,y) (b)", "y right", None),
        ("sum by (x) (a) or sum by (y) (b)", None, None),
        ("sum by (x) (a) * 2", None, None),
        ("2 * sum by (x) (a)", None, None),
        ('sum(a) / on (x) b{x="1"}', "x right", "x right"),
        ('b{x="1"} / on (x) sum(a)', "x left", "x left"),
        ('sum(a) / on (y) b{x="1"}', None, None),
        ("sum(a) / on () b", None, None),
        ('sum(a) unless b{x="1"}', "instance right", "x right"),
        ("sum(a) unless b", "instance right", None),
        ("sum by (x, y) (a) / sum(b)", "x left", None),
        ("sum(b) / sum by (y, x) (a)", "x right", None),
        ('a{x=""} / on (x) b{x="1"}', "x right", "x right"),
        ('a{x="1"} / on (x) a{x=""}', "x left", "x left"),
        ("sum by (b) (x) / sum by (a) (y)", "a right", None),
        ("sum(a) / scalar(b)", None, None),
    ],
)
def test_a_label_on_one_side_alone_keeps_the_sides_apart(
    text: str, assumed: str | None, known: str | None
) -> None:
    node = read(text)
    assert isinstance(node, Binary)
    assert never_match(node) == (tuple(assumed.split()) if assumed else None)
    assert never_match(node, assumes=False) == (tuple(known.split()) if known else None)
