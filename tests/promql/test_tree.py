"""Trees of PromQL by hand: what is read, which labels are kept, what is a part of what."""

from datetime import timedelta

import pytest

from reliability.promql.holding import holds_at_most
from reliability.promql.label_bounds import bounds, never_match
from reliability.promql.metric_kinds import counts_events, histogram, is_gauge
from reliability.promql.subsets import is_part
from reliability.promql.syntax import kept_labels, parse
from reliability.promql.tree import (
    Binary,
    Node,
    Subquery,
    VectorSelector,
    is_scalar,
    read,
    selectors,
)
from reliability.promql.zero_traffic import divides_by_nothing


def tree(text: str) -> Node:
    node = read(text)
    assert node is not None
    return node


def selector(text: str) -> VectorSelector:
    node = tree(text)
    assert isinstance(node, VectorSelector)
    return node


def test_parentheses_are_no_part_of_a_tree() -> None:
    assert tree("((sum((a))) > (1))") == tree("sum(a)>1")


def test_what_is_no_promql_has_no_tree() -> None:
    assert read("sum(") is None
    assert read("") is None


def test_a_selector_without_more_has_no_range_and_no_offset() -> None:
    assert selector("alone") == VectorSelector(
        metric="alone", matchers=(), range=None, offset=timedelta(0), alternatives=False
    )
    assert tree("alone[5m:]") == Subquery(
        selector("alone"), timedelta(minutes=5), timedelta(0), "@"
    )


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("2 * sum by (x) (a)", {"x"}),
        ("sum by (x) (a) * 2", {"x"}),
        ("time() - sum by (x) (a)", {"x"}),
        ("sum by (x) (a) + on (y) sum by (y, z) (b)", {"y"}),
        ("sum by (x) (a) or sum by (y) (b)", {"x", "y"}),
        ("sum by (x) (a) and sum by (y) (b)", {"x"}),
        ("sum by (x) (a) * on (x) group_left (y) b", {"x", "y"}),
        ("sum by (x) (a) * on (z) group_right (y) sum by (z) (b)", {"y", "z"}),
    ],
)
def test_the_labels_that_an_operation_keeps(text: str, labels: set[str]) -> None:
    assert kept_labels(parse(text)) == labels


def test_a_window_stands_for_a_range() -> None:
    [found] = selectors(tree("sum(rate(a[{{ .window }}]))"))
    assert found.range == timedelta(seconds=7919)


def test_offsets_into_the_future_are_negative() -> None:
    assert selector("a offset -5m").offset == timedelta(minutes=-5)


@pytest.mark.parametrize(
    ("text", "scalar"),
    [("1", True), ("-time()", True), ("1 + scalar(a)", True), ("vector(1)", False), ("a", False)],
)
def test_a_scalar_has_no_labels_at_all(text: str, scalar: bool) -> None:
    assert is_scalar(tree(text)) is scalar


SURE = [
    ("a", {"job", "instance"}),
    ("job:a:sum", set()),
    ('a{job="x",pod=~".+",zone=~".*",b!="",c!="x"}', {"b", "instance", "job", "pod"}),
    ('a{instance=""}', {"job"}),
    ("sum by (pod) (a)", {"pod"}),
    ("sum without (job) (a)", {"instance"}),
    ("sum(a)", set()),
    ("topk(3, a)", {"job", "instance"}),
    ('absent(a{pod="x",b=~"y",c="1",c!="2"})', {"pod"}),
    ('a{pod="x"} or b', {"job", "instance"}),
    ('a and b{pod="x"}', {"job", "instance"}),
    ("a * on (job) b", {"job"}),
    ("a * ignoring (job) b", {"instance"}),
    ('a * on (job) group_left (node) b{node="x"}', {"job", "instance", "node"}),
    ('label_replace(a, "job", "", "", "")', {"instance"}),
    ("histogram_quantile(0.9, sum by (le, pod) (rate(a_bucket[5m])))", {"pod"}),
    ("vector(1)", set()),
    ("a > 1", {"job", "instance"}),
    ("1 < a", {"job", "instance"}),
    ("-a", {"job", "instance"}),
    ("max_over_time(sum by (pod) (a)[1h:])", {"pod"}),
    ("a + fill(0) b", set()),
]


@pytest.mark.parametrize(("text", "sure"), SURE, ids=[text for text, _ in SURE])
def test_labels_that_are_there_for_sure(text: str, sure: set[str]) -> None:
    assert bounds(tree(text)).sure == sure


IMPOSSIBLE = [
    ("a", "pod", True),
    ("sum(a)", "pod", False),
    ("sum by (pod) (a)", "pod", True),
    ("sum by (pod) (sum(a))", "pod", False),
    ("sum without (pod) (a)", "pod", False),
    ('label_replace(sum without (pod) (a), "pod", "x", "", "")', "pod", True),
    ('count_values by (job) ("version", a)', "version", True),
    ("sum(a) or b", "pod", True),
    ("sum(a) or vector(0)", "pod", False),
    ("sum by (x) (a) / on (x) group_left (pod) sum by (x) (b)", "pod", False),
    ("a / on (x) group_left (pod) sum by (x) (b)", "pod", False),
    ("sum by (x) (a) / on (x) group_right (pod) b", "pod", False),
    ("a / on (x) b", "pod", False),
    ("absent(a)", "job", False),
    ('a{pod=""}', "pod", False),
    ("info(sum(a))", "pod", True),
]


@pytest.mark.parametrize(("text", "label", "may"), IMPOSSIBLE, ids=[row[0] for row in IMPOSSIBLE])
def test_labels_that_may_be_there(text: str, label: str, may: bool) -> None:
    assert bounds(tree(text)).may(label) is may


def test_a_label_that_decides_and_is_lost_on_one_side() -> None:
    node = tree("a > 1 and sum by (pod) (b) > 1")
    assert isinstance(node, Binary)
    assert never_match(node) == ("instance", "left")


PARTS = [
    ('x{a="1"}', "x", True),
    ("x", 'x{a="1"}', False),
    ('x{a="1"}', 'x{a=~"1|2"}', True),
    ('x{a=~"1|2"}', 'x{a=~"1|2|3"}', True),
    ('x{a=~"1|4"}', 'x{a=~"1|2|3"}', False),
    ('x{a="4"}', 'x{a!="4"}', False),
    ('x{a=~"4.."}', 'x{a!="404"}', None),
    ('x{a="5"}', 'x{a!~"4.."}', True),
    ('x_bucket{le="1"}', "x_count", True),
    ('x_bucket{le="1"}', 'x_bucket{le="+Inf"}', True),
    ("x_bucket", "y_count", False),
    ("http_failures_total", "http_requests_total", False),
    ("http_requests_failures_total", "http_requests_total", None),
    ('{__name__=~"x|y"}', "x", None),
]


@pytest.mark.parametrize(("part", "whole", "answer"), PARTS)
def test_a_part_is_known_to_be_one_or_not_or_nothing_is_known(
    part: str, whole: str, answer: bool | None
) -> None:
    assert is_part(selector(part), selector(whole)) is answer


NOTHING = [
    ("rate(a[5m]) / rate(b[5m])", True),
    ("rate(a[5m]) / (rate(b[5m]) > 0)", False),
    ("rate(a[5m]) / rate(b[5m]) and rate(b[5m]) > 0", False),
    ("rate(a[5m]) / (rate(b[5m]) + 1)", False),
    ("rate(a[5m]) / (rate(b[5m]) + rate(c[5m]))", True),
    ("rate(a[5m]) / 5", False),
    ("a / b", False),
    ("rate(a[5m]) / count(b)", False),
    ("rate(a[5m]) / clamp_min(rate(b[5m]), 1)", False),
    ("1 - rate(a[5m]) / rate(b[5m])", True),
    ("rate(a[5m]) / rate(b[5m]) > bool 1", True),
    ("max(rate(a[5m]) / rate(b[5m]))", False),
    ("avg_over_time((rate(a[5m]) / rate(b[5m]))[1h:])", True),
]


@pytest.mark.parametrize(("text", "nan"), NOTHING, ids=[text for text, _ in NOTHING])
def test_a_division_by_a_rate_is_nan_where_nothing_keeps_it_from_zero(text: str, nan: bool) -> None:
    assert divides_by_nothing(tree(text)) is nan


def test_what_time_alone_ends_holds_for_a_known_time() -> None:
    assert holds_at_most(tree("resets(a_total[5m]) > 0")) == timedelta(minutes=5)
    assert holds_at_most(tree("time() - node_boot_time_seconds < 600")) == timedelta(minutes=10)
    assert holds_at_most(tree("time() - node_boot_time_seconds < 1e300")) is None
    assert holds_at_most(tree("increase(a_total[5m]) > 0")) is None


def test_names_say_what_a_metric_is_or_nothing() -> None:
    assert is_gauge("node_memory_MemFree_bytes")
    assert not is_gauge("ifInErrors")
    assert not is_gauge("job:pool_in_use:sum")
    assert counts_events("http_requests_total")
    assert not counts_events("hdfs_bytes_total")
    assert histogram("x_seconds_bucket") == histogram("x_seconds_count") == "x_seconds"
    assert histogram("x_total") is None
