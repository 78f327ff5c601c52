"""When an expression has a result: always, never, or as a condition decides."""

import pytest

from reliability.promql.conditions import has_value, is_instant, never_fires, why_always
from reliability.promql.tree import Node, read


def tree(text: str) -> Node:
    node = read(text)
    assert node is not None, text
    return node


ALWAYS: list[tuple[str, str | None]] = [
    ("up", "bare"),
    ("a > 1", None),
    ("a > bool 1", "bool"),
    ("(a > 1) > bool 1", None),
    ("1 < bool a", "bool"),
    ("ALERTS", None),
    ('ALERTS_FOR_STATE{alertname="x"}', None),
    ("job:a:sum", None),
    ('kube_pod_status_phase{phase="Failed"}', "states"),
    ('kube_pod_status_phase{phase="Running"}', "states"),
    ('kube_pod_status_phase{job="Failed"}', "bare"),
    ('kube_pod_status_phase{x!="Failed"}', "states"),
    ('kube_pod_status_phase{x="Failed"}', "states"),
    ('kube_pod_status_phase{x=~"Failed"}', "states"),
    ("kube_pod_status_phase", "bare"),
    ('http_requests_total{code="500"}', "bare"),
    ('http_requests_total{outcome="x"}', None),
    ('http_requests_total{x="failed"}', None),
    ('app_info{version="1"}', None),
    ('app_info{version!="1"}', None),
    ("a", None),
    ("sum(a)", None),
    ("a or (b > 1)", None),
    ("a + b", None),
    ('topic_info{ready!="True"}', None),
    ('index_size{name=~".*ccnew.*"}', None),
    ('pool_metadata{allow_any_host="yes"}', None),
    ('cluster_status{state="DOWN"}', None),
    ("vm_down_hits", None),
    ('a_total{y=~"p|q"} > bool b', "bool"),
    ('max(a_seconds{status=~"5.*"})', "bare"),
    ('a_seconds{status=~"5.*"}', None),
    ('count(a_seconds{status=~"5.*"})', None),
    ('rate(a{state="failed"}[5m])', "bare"),
    ('max_over_time(a{state="failed"}[5m])', None),
    ('up * on (x) group_left a{b="c"}', "bare"),
    ('a_total * on (x) group_left b_info{ready!="True"}', None),
    ('app_info{job="1"}', "bare"),
    ("app_info", "bare"),
    ("sum(up)", "bare"),
    ("sum(a > 1)", None),
    ("-up", "bare"),
    ("-(a > 1)", None),
    ("max_over_time(up[1h:])", "bare"),
    ("max_over_time((a > 1)[1h:])", None),
    ("a unless b", None),
    ("a or vector(0)", "fallback"),
    ("(a > 1) or vector(0)", "fallback"),
    ("(up > 1) or up", "bare"),
    ("(up > 1) or rate(up[5m])", "bare"),
    ("(a > 1) or abs(b > 1)", None),
    ("up or (up > 1)", "bound"),
    ("(a or vector(0)) or (vector(0) > 1)", "fallback"),
    ("up or (up > bool 1)", "bare"),
    ("up or ((up > 1) and a)", "bare"),
    ("(a > 1) or (b > 1)", None),
    ("a and b", None),
    ("a and (b > bool 1)", None),
    ("(a > bool 1) and b", "bool"),
    ("(a > bool 1) and (b > 1)", None),
    ("(a > 1) and (b > bool 1)", None),
    ("(a or vector(0)) and b", "fallback"),
    ("up + 1", "bare"),
    ("1 + up", "bare"),
    ("(a > 1) + 1", None),
    ("1 + (a > 1)", None),
    ("a + (b > 1)", None),
    ("(a > 1) + b", None),
    ("up + up", "bare"),
    ("(a > bool 1) + b", "bool"),
    ("time() + 1", "bare"),
    ("(a > 1) + time()", None),
    ("time() * (a > bool 1)", "bool"),
    ("scalar(a) - (b > 1)", None),
    ("1 + 1", "bare"),
    ("round((a > 1), scalar(b))", None),
    ("histogram_quantile(scalar(a), b > 1)", None),
    ("quantile_over_time(scalar(up), up[5m])", "bare"),
    ("absent(a)", None),
    ("absent_over_time(a[5m])", None),
    ("rate(up[5m])", "bare"),
    ('rate(kube_pod_status_phase{phase="Failed"}[5m])', "bare"),
    ('abs(kube_pod_status_phase{phase="Failed"})', "states"),
    ("abs(a > 1)", None),
    ("round((a > bool 1), 5)", "bool"),
    ("histogram_quantile(0.9, a > 1)", None),
    ("vector(1)", "bare"),
    ("time()", "bare"),
    ("vector(time())", "bare"),
    ("clamp_max(a > 1, scalar(b))", None),
    ("quantile_over_time(0.9, up[5m])", "bare"),
    ("sum(count(a) == 0)", None),
]


@pytest.mark.parametrize(("expression", "reason"), ALWAYS, ids=[row[0] for row in ALWAYS])
def test_an_expression_without_a_condition_always_has_a_result(
    expression: str, reason: str | None
) -> None:
    assert why_always(tree(expression)) == reason


NEVER: list[tuple[str, str | None]] = [
    ("count(a) == 0", "count"),
    ("count(a) == 0 and b", "count"),
    ("b and count(a) == 0", "count"),
    ("count(a) == 0 or b", None),
    ("b or count(a) == 0", None),
    ("count(a) == 0 or absent(a) == 0", "count"),
    ("count(a) == 0 unless b", "count"),
    ("b unless count(a) == 0", None),
    ("count(a) == bool 0", None),
    ("sum(count(a) == 0)", None),
    ("a", None),
]


@pytest.mark.parametrize(("expression", "function"), NEVER, ids=[row[0] for row in NEVER])
def test_a_condition_that_never_holds_names_its_function(
    expression: str, function: str | None
) -> None:
    assert never_fires(tree(expression)) == function


INSTANT = [
    ("rate(a[5m]) > 1", False),
    ("node_ttl > 1", False),
    ("cert_expiry > 1", False),
    ("a_age_seconds > 1", False),
    ("time() - a > 1", False),
    ("rate(a:b[5m]) > 1", False),
    ("max_over_time(a[1h:]) > 1", False),
    ("a + rate(b[5m]) > 1", False),
    ("abs(a) > 1", True),
    ("a > 1", True),
    ("job:a:sum > 1", False),
]


@pytest.mark.parametrize(("expression", "instant"), INSTANT, ids=[row[0] for row in INSTANT])
def test_a_range_a_recording_and_time_do_not_jump(expression: str, instant: bool) -> None:
    assert is_instant(tree(expression)) is instant


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a", True),
        ("1", True),
        ("a > 1", True),
        ("a[5m]", False),
        ("a[5m:]", False),
        ('"a"', False),
    ],
)
def test_a_range_and_a_text_have_no_value(expression: str, value: bool) -> None:
    assert has_value(tree(expression)) is value
