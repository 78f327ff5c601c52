"""Everything that is found out about an expression from its text alone, in golden files.

`pytest tests/promql/test_facts.py --update-golden` rewrites them; read what has changed. A line is
left out if it says the usual: no labels kept, no reason, the same fault once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations, product
from pathlib import Path
from typing import Final

from reliability.promql import conditions, impossible, metric_kinds, syntax, zero_traffic
from reliability.promql.histogram_query import HistogramQuery, observed_since_start
from reliability.promql.holding import holds_at_most
from reliability.promql.label_bounds import Bounds, bounds, never_match
from reliability.promql.narrowing import NarrowingError, narrowed, other_values
from reliability.promql.query import (
    EventQuery,
    QueryFault,
    histogram_of,
    increase,
    plain_selectors,
    rate,
    read_query,
    selectors,
)
from reliability.promql.sampled_query import SampledQuery, read_gauge, read_values, values
from reliability.promql.selector import Selector
from reliability.promql.subsets import is_part
from reliability.promql.tree import (
    Binary,
    Node,
    VectorSelector,
    is_scalar,
    read,
    walk,
)
from reliability.promql.tree import selectors as selectors_of
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
A, B = 'a_total{x="1",y=~"p|q"}', "b"
R: Final = "rate(a_total[5m])"
S: Final = "rate(c_total[5m])"
H: Final = "rate(h[{{.window}}])"
SHARE: Final = 'sum(rate(a_total{code=~"5.."}[5m])) / sum(rate(a_total[5m]))'
OPERATORS: Final = ("+", "-", "*", "/", "%", "^", "atan2", ">", "==", "<= bool")
SETS: Final = ("and", "or", "unless")
MATCHINGS: Final = (
    *("", "on (x)", "on ()", "ignoring (x, job)", "on (x) group_left (z)"),
    *("on (x, y) group_right (z)", "ignoring (y) group_left ()", "ignoring (z) group_right (w)"),
)
GROUPINGS: Final = ("", "by (x)", "by ()", "without (y)", "by (job, z)", "without (job, instance)")
EXPRESSIONS: Final = (
    *(f"{A} {operator} {B}" for operator in (*OPERATORS, *SETS)),
    *(f"{A} * {matching} {B}" for matching in MATCHINGS),
    *(f"{A} > {matching} sum by (x) (b)" for matching in MATCHINGS),
    *(f"sum without (x) ({A}) {sign} {matching} b" for sign in SETS for matching in MATCHINGS[:4]),
    *(f"sum {grouping} ({A})" for grouping in GROUPINGS),
    *(f"sum {grouping} (sum by (x, y) ({A}))" for grouping in GROUPINGS),
    *(f"topk {grouping} (2, {A})" for grouping in GROUPINGS[:3]),
    *(f'count_values {grouping} ("v", {A})' for grouping in GROUPINGS[:3]),
    *(f"{name}({A})" for name in ("avg", "min", "max", "count", "group", "stddev", "stdvar")),
    *(f"quantile by (x) (0.9, {R})", f"bottomk(1, {R} / {S})", f"limitk(1, {A})"),
    *('a{x=""}', 'a{x!=""}', 'a{x=~".*"}', 'a{x=~".+"}', 'a{x!~".+"}', 'a{x!~".*"}', 'a{x!="y"}'),
    *(
        'a{x=~"(2){1001}"}',
        'a{x!~"(2){1001}"}',
        'a{x="1" or y="2"}',
        '{__name__=~"a|b"}',
        '{__name__="a",x="1"}',
    ),
    *('a{x="1",x="2"}', 'a{x="1",x="1"}', 'a{x="1",x=~"2|3"}', 'a{x=~"1|2",x=~"2|3"}'),
    *('a{x=~"1|2",x=~"3|4"}', 'a{x=~"1.*",x!~"1.*"}', 'a{x="",x!=""}', 'a{x=~"1",x!="1"}'),
    *('a{__name__="b"}', 'a{x="1",x!="1"} or b', 'a{x="1",x!="1"} or b{x="1",x!="1"}'),
    *('a{x="1",x!~"(2){1001}",x=~"1|2"}', 'b unless a{x="1",x!="1"}', 'a{x="1",x!="1"} unless b'),
    *('sum(a{x="1",x!="1"})', 'absent(a{x="1",x!="1"})', 'vector(scalar(a{x="1",x!="1"}))'),
    *('rate(a{x="1",x!="1"}[5m])', '-a{x="1",x!="1"}', 'b and a{x="1",x!="1"}'),
    'a{x!="1",x!="2",x!="3",x!="4",x!="5"}',
    'a{x=~"1",x!="1",x!="2",x!="3",x!="4"}',
    'a{x=~"1",x!="1",x!="2",x!="3",x!="4",x!="5"}',
    'a{x=~"1",x!="1",x!="2",x!="3",x!="4",x!="5",x!="6"}',
    *(f"count({A}) {sign} {n}" for sign, n in product(("==", "<", "<=", ">", "!="), (0, 1, 2))),
    *(f"{n} {sign} count({A})" for sign, n in product(("==", "<", ">", ">="), (0, 1, 2))),
    *(f"absent({B}) {sign} {n}" for sign, n in product(("==", "<", ">", "!="), (0, 1))),
    *("group(a) > 1", "present_over_time(a[5m]) == 0", "count_over_time(a[5m]) < 1", "sum(a) < 0"),
    *("count(a) == bool 0", "count(a) == 0 and b", "b and count(a) == 0", "count(a) == 0 or b"),
    *("count(a) < 1 or absent(b) > 1", "count(a) < 1 unless b", "b unless count(a) < 1"),
    *(f"{SHARE} {sign} {n}" for sign, n in product((">", ">=", "=="), ("0.9", "1", "1.5", "-1"))),
    *(f"{n} {sign} {SHARE}" for sign, n in product(("<", "<=", ">"), ("0.9", "1", "14.4 * 0.1"))),
    *(f"1 - {SHARE} > 1", f"2 - {SHARE} > 1", f"avg({SHARE}) > 1", f"sum({SHARE}) > 1"),
    *(f"{SHARE} > 100 / 0", f"{SHARE} > 2 / 4 * 3", f"{SHARE} < 2", f"{SHARE} > -(-2)"),
    *(f"{SHARE} > 1 - 0.5 + 3", f"{SHARE} > 2 ^ 2", f"{SHARE} > scalar(b)", f"2 > {SHARE}"),
    "slo:sli_error:ratio_rate5m > 1",
    "slo:sli_error:ratio_rate5m > 0.5",
    "job:http_errors:burnrate5m > 1",
    "job:error_ratio_5m:sum > 1.2",
    "sum(rate(a_sum[5m])) / sum(rate(a_count[5m])) > 1",
    'sum(rate(a_bucket{le="1"}[5m])) / sum(rate(a_count[5m])) > 1',
    'rate(a_total{x="1"}[5m]) / rate(a_total[10m]) > 1',
    'rate(a_total{x="1"}[5m]) / rate(a_total[5m] offset 5m) > 1',
    'rate(a_total{x="1"}[5m]) / increase(a_total[5m]) > 1',
    'increase(a_total{x="1"}[5m]) / increase(a_total[5m]) > 1',
    *(f"{R} / {S}", f"{R} % {S}", f"{R} / ({S} > 0)", f"{R} / ({S} > bool 0)", f"{R} / {S} > 1"),
    *(f"{R} / ({S} + 1)", f"{R} / ({S} * 2)", f"{R} / ({S} + {R})", f"{R} / count({S})"),
    *(f"{R} / max({S})", f"{R} / -{S}", f"({R} / {S}) and {S} > 0", f"({R} / {S}) and {S}"),
    *(f"({R} / {S}) unless {S} == 0", f"b / ({R} / {S})", f"min({R} / {S})", f"stddev({R} / {S})"),
    *(f"histogram_fraction(0, 1, rate(h[5m])) {rest}" for rest in ("", "> 1", "+ 1", "and b > 1")),
    *("histogram_fraction(0, 1, h)", "histogram_fraction(0, 1, sum(rate(h[5m])))"),
    *("1 - histogram_fraction(0, 1, rate(h[5m]))", "-histogram_fraction(0, 1, increase(h[5m]))"),
    *("sum(histogram_fraction(0, 1, rate(h[5m])))", "max(histogram_fraction(0, 1, rate(h[5m])))"),
    *("a >= bool 1", "a > bool b > 1", "1 > bool 2", "(a == bool 1) * 2", "a and b > bool 1"),
    *("a or vector(0)", "a or vector(1) > 2", "a > 1 or b", "a or b", "a > 1 or vector(1)"),
    *('kube_pod_status_phase{phase="Failed"}', 'kube_info{status="x"}', 'a_info{version="1"}'),
    *('a_info{job="x"}', 'a_status{job="x"}', 'a{x="down"}', 'a_state{x="offline"}', "job:a:sum"),
    *("ALERTS", 'ALERTS{alertname="x"}', "a unless b", "a and b", "a + b", "a + 1", "1 + a", "-a"),
    *("(a > 1) + b", "a + (b > 1)", "abs(a)", "abs(a > 1)", "rate(a[5m])", "max_over_time(a[5m:])"),
    *("vector(1)", "time()", "1", "pi() * 2", "scalar(a)", "clamp(a, 0, 1)", "round(a > 1, 5)"),
    *("time() - a > 600", "a_ttl < 1", "a_expiry < 1", "a_age_x > 1", "up == 0", "a[5m]", "a[5m:]"),
    *("time() - x_start_time_seconds < 600", "time() - x_boot_time < 5", "time() - x_created < 0"),
    *(
        "time() - x_created <= 1e12",
        "time() - x_created < 1e9",
        "time() - y < 600",
        "x_created < 5",
    ),
    *("changes(x_created[15m]) > 0", "changes(x_created[15m]) >= 1", "changes(x[15m]) > 0"),
    *("resets(x[15m]) > 0", "resets(x[15m]) > 1", "resets(x[15m]) >= 1", "0 < resets(x[15m])"),
    *("resets(x[15m]) > 0 and resets(x[5m]) > 0", "resets(x[15m]) > 0 and b", "b and b"),
    *("resets(x[15m]) > 0 unless b", "resets(x[15m]) > 0 or b", "resets(sum(x)[15m:]) > 0"),
    *('label_replace(a, "x", "$1", "y", "(.*)")', 'label_join(sum(a), "x", "-", "y", "z")'),
    *(
        'absent(a{x="1",y="2",y="3",z=~"4",w=""})',
        "absent(sum(a))",
        'absent_over_time(a{x="1"}[1m])',
    ),
    *("histogram_quantile(0.9, sum by (le, x) (rate(a_bucket[5m])))", "info(a)", "sort(a)"),
    *("sum by (x) (a) > sum by (y) (b)", "sum by (x) (a) > on (y) sum by (y) (b)", "a > fill(0) b"),
    *("sum(a) > sum by (x) (b)", "sum by (x) (a) + ignoring (x) sum(b)", "sum(a) or b > sum(c)"),
    *('sum by (x) (a{x="1"} or b)', 'sum by (x) (a{x="1"} or b{x="2"})', 'sum by (x) (c{x="1"})'),
    *("sum by (z) (a * on (x) group_left (z) b)", 'a * on (x) group_left (z) b{z="1"}'),
    *(
        "a[5m] offset 1h",
        "a offset -5m",
        "a @ 100",
        "rate(a[5m] @ end() offset 1m)",
        "sum(a offset 1m)",
    ),
    *(
        "x_bucket",
        'x_bucket{le="1"}',
        'x_bucket{le="1.0"}',
        'x_bucket{le="-2"}',
        'x_bucket{le="0.5"}',
    ),
    *('sum(x_bucket{le="1"})', "sum by (le, x) (a_total)", "sum without (x) (a_total)", "avg(a)"),
    *(
        "sum(a # b\n)",
        "sum(a) # b",
        "a # {{.window}}",
        "(a)",
        "sum(sum(a))",
        "sum(a + b)",
        "sum(a[5m])",
    ),
    *("sum(rate(a[{{.window}}]))", "sum(rate(a[{{ .window }}])) # c", "rate(a[{{.window}}]) / b"),
    *("sum(increase(a[{{.window}}]))", "increase(a[{{.window}}]) / rate(a[{{.window}}])"),
    *("irate(a[{{.window}}])", "increase(a[{{.window}}]) + irate(a[{{.window}}])"),
    *('rate(a{le="1"}[{{.window}}]) + rate(a{le="1"}[5m])', "a[{{.window}}]", "1 + {{.window}}"),
    *("rate(a[{window}])", "rate(a[$__rate_interval])", "rate(a[5m]", "sum(", "", "'text'", "{}"),
    *("rate(a[{{.window}}]) + rate(b[$x])", "max_over_time(a[{{.window}}:1m])", "up{{.window}}"),
    *("max_over_time(rate(a[5m])[1h:1m])", 'rate(a{x="[5m]"}[5m])', 'avg(a{x="[5m]"} offset 5m)'),
    *("histogram_count(h)", 'sum by (x) (histogram_count(h{y="1"}))', "sum(histogram_count(h))"),
    *("histogram_fraction(0, 0.5, h) * histogram_count(h)", "histogram_count(h offset 1m)"),
    *("histogram_count(h) * histogram_fraction(-Inf, 1e20, (h))", "histogram_count(sum(h))"),
    *("histogram_fraction(1e15, 999999999999999, h) * histogram_count(h)", "(histogram_count(h))"),
    *(
        "histogram_fraction(-0.25, (2), h) * histogram_count(h)",
        "sum without (x) (histogram_count(h))",
    ),
    *(
        "histogram_fraction(0, b, h) * histogram_count(h)",
        "sum by (x) (sum by (y) (histogram_count(h)))",
    ),
    "histogram_count(rate(h[{{.window}}]))",
    "histogram_count(irate(h[{{.window}}]))",
    "histogram_count(increase(h[{{.window}}]))",
    "histogram_count(rate(sum(h)[{{.window}}:1m]))",
    "histogram_count(rate(h[{{.window}}] offset 1m))",
    f"sum by (x) ((histogram_fraction(0, 1, {H}) >= 0) * histogram_count({H}))",
    "(histogram_fraction(0, 1, rate(h[{{.window}}])) >= 1) * histogram_count(rate(h[{{.window}}]))",
    "histogram_fraction(0, 1, rate(h[{{.window}}]))",
    "histogram_fraction(0, 1, rate(h[{{.window}}])) / histogram_count(rate(h[{{.window}}]))",
    "histogram_fraction(0, 1, rate(h[{{.window}}])) * histogram_count(h)",
    "sum(rate(a[5m])) - rate(b[5m])",
    "rate(a[5m]) * rate(b[5m])",
    "(increase(a[5m]))",
    "avg(rate(a[5m]))",
    "-rate(a[5m])",
)
ENV: Final = (("env", "s"), ("x", "1"))
HOUR: Final = timedelta(hours=1)


def test_what_is_known_of_an_expression(golden: Golden) -> None:
    texts = dict.fromkeys(EXPRESSIONS)
    golden.check(GOLDEN / "facts.txt", "\n".join(f"{text}\n{facts(text)}" for text in texts))


def facts(text: str) -> str:
    node = read(text)
    lines = [*_as_query(text), *_with_labels(text)]
    if node is not None:
        lines += [*_of_labels(node, text), *_of_result(node), *_of_parts(node)]
    return "".join(f"  {line}\n" for line in lines)


def _as_query(text: str) -> Iterator[str]:
    query = read_query(text)
    if isinstance(query, QueryFault):
        yield f"query: {query.kind}: {query.message}; {query.help}"
    else:
        yield f"query: {query}"
        yield from _evaluated(query)
    for name, other in (("gauge", read_gauge(text)), ("values", read_values(text))):
        if other == query:
            continue
        if isinstance(other, QueryFault):
            yield f"{name}: {other.kind}: {other.message}; {other.help}"
        elif isinstance(other, SampledQuery):
            yield f"{name}: {other} {values(other, '1h')!r}"
        else:
            yield f"{name}: {other}"


def _evaluated(query: EventQuery) -> Iterator[str]:
    yield f"per second: {rate(query, HOUR)!r} {rate(query, HOUR, ('z', 'x'))!r}"
    yield f"increase: {increase(query, HOUR)!r} {increase(query, HOUR, ('z',))!r}"
    yield f"selectors: {[*selectors(query)]} {[*plain_selectors(query)]}"
    observed = histogram_of(query)
    if observed is not None:
        yield f"histogram: {observed}"
    if isinstance(query, HistogramQuery):
        yield f"since start: {observed_since_start(query)}"


def _with_labels(text: str) -> Iterator[str]:
    try:
        yield f"narrowed: {narrowed(text, ENV, (('r', ''),))!r}"
    except NarrowingError as error:
        yield f"narrowed: {error}"
    for other in other_values(text, ENV):
        yield f"other value: {other.label}={other.value} {other.matcher}"


def _of_labels(node: Node, text: str) -> Iterator[str]:
    kept = syntax.kept_labels(syntax.parse(text.replace("{{.window}}", "5m")))
    if kept:
        yield f"kept labels: {' '.join(sorted(kept))}"
    known = bounds(node)
    yield f"labels: {_written(known)}"
    certain = bounds(node, assumes=False)
    if certain != known:
        yield f"labels for certain: {_written(certain)}"


def _written(known: Bounds) -> str:
    only = "any" if known.only is None else f"only {' '.join(sorted(known.only))}".strip()
    parts = [f"sure {' '.join(sorted(known.sure))}".strip(), only]
    if known.never:
        parts.append(f"never {' '.join(sorted(known.never))}")
    return "; ".join((*parts, "mixed") if known.is_mixed else parts)


def _of_result(node: Node) -> Iterator[str]:
    answers = {
        "always": conditions.why_always(node),
        "never": impossible.why_never(node),
        "never fires": conditions.never_fires(node),
        "holds at most": holds_at_most(node),
        "constant": impossible.constant(node),
    }
    yield from (f"{name}: {answer}" for name, answer in answers.items() if answer is not None)
    kinds = {
        "no value": not conditions.has_value(node),
        "scalar": is_scalar(node),
        "share": impossible.is_share(node),
        "instant": conditions.is_instant(node),
        "nan without traffic": zero_traffic.divides_by_nothing(node),
        "nan without observations": zero_traffic.fraction_of_nothing(node),
    }
    yield f"is: {', '.join(name for name, holds in kinds.items() if holds) or 'nothing special'}"


def _of_parts(node: Node) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, Binary):
            for assumes in (True, False):
                match = never_match(part, assumes=assumes)
                if match is not None:
                    yield f"{part.operator} never matches: {match} by={assumes}"
    yield f"reads: {[(selector.written, selector.range) for selector in selectors_of(node)]}"


NAMES: Final = (
    *("up", "a_ratio", "a_percent", "a_info", "a_avg", "a_depth", "a_limit", "a_free_bytes"),
    *("a_usage_bytes", "node_load15", "node_load", "node_memory_Free", "a_queue_size", "x_up"),
    *("a_total", "a_requests_total", "a_errors_total", "requests_total", "a_restarts_total"),
    *("job:a_total:sum", "a_bucket", "a_count", "a_sum", "a", "a_bytes_total", "go_goroutines"),
    *("job:up", "a_timeouts_total_x", "job:a_errors_total"),
)


def test_what_names_of_metrics_say(golden: Golden) -> None:
    lines = [
        f"{name}: gauge {metric_kinds.is_gauge(name)}, quantity {metric_kinds.is_quantity(name)}, "
        f"events {metric_kinds.counts_events(name)}, of {metric_kinds.histogram(name)}\n"
        for name in NAMES
    ]
    golden.check(GOLDEN / "names.txt", "".join(lines))


SELECTORS: Final = (
    *("a_total", 'a_total{x="1"}', 'a_total{x=~"1|2"}', 'a_total{x=~"(1|2|3)"}', 'a_total{x!="1"}'),
    *(
        'a_total{x=~"1.*"}',
        'a_total{x!~"2|3"}',
        'a_total{x="1",y="2"}',
        'a_total{x="(",y=~"(2){1001}"}',
    ),
    *(
        '{x="1"}',
        'a_total{x="1" or y="2"}',
        "a_failed_total",
        "b_total",
        "a_x_total",
        "a_x_y_total",
    ),
    *('h_bucket{le="1"}', 'h_bucket{le="+Inf",x="1"}', "h_count", "h_sum", 'h_count{le="1"}'),
    *('a_total{x=""}', 'a_total{x="",y="2"}', 'a_total{x=~"",x="1"}', 'a_total{x!~"(2){1001}"}'),
)


def test_which_selectors_are_part_of_others(golden: Golden) -> None:
    lines = []
    for part, whole in permutations(SELECTORS, 2):
        first, second = read(part), read(whole)
        assert isinstance(first, VectorSelector)
        assert isinstance(second, VectorSelector)
        answer = is_part(first, second)
        covers = " or " not in part + whole and Selector.parse(whole).covers(Selector.parse(part))
        if answer is not False or covers:
            lines.append(f"{part} in {whole}: {answer}{', by its matchers' if covers else ''}\n")
    golden.check(GOLDEN / "parts.txt", "".join(lines))


def test_a_selector_covers_itself() -> None:
    assert Selector.parse("a{x='1'}").covers(Selector.parse('a{x="1"}'))
    assert not Selector.parse("a{x='1'}").covers(Selector.parse("a"))
