"""Samples at the edges of each function: ties, infinities, empty ranges, odd buckets, old dates.

`test_edges.py` has the answers in golden files, and asks promtool for the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from reliability.promql.evaluate.semantics import Semantics


@dataclass(frozen=True, slots=True)
class Edges:
    """Series as promtool reads them, one sample a minute, and expressions over them.

    `newer` are series that Prometheus 2 cannot have, and expressions that need these; `older` are
    expressions of Prometheus 2.
    """

    series: Mapping[str, str]
    expressions: tuple[str, ...]
    newer: Edges | None = None
    older: tuple[str, ...] = ()

    def of(self, how: Semantics) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """Series and expressions of one generation of Prometheus."""
        if not how.is_left_open:
            return self.series, (*self.expressions, *self.older)
        if self.newer is None:
            return self.series, self.expressions
        return {**self.series, **self.newer.series}, (*self.expressions, *self.newer.expressions)


RANKED: Final = (
    *("5 1 stale _ 0", "3 NaN 1 _ 0", "5 2 2 _ 0", "-1 2 3 _ 0", "Inf Inf 3 _ 0"),
    *("2 NaN 2 _ 0", "5 -Inf 1 _ 0", "0 2 3 _ 0", "3 0 3 _ 0", "-Inf 1 2 _ 0"),
    *("7 NaN 3 _ 0", "3 4 1 _ 0", "2 -1 3 _ 0", "8 4 2 _ 0", "1 2 2 _ 0", "4 2 1 _ 0"),
)
COUNTS: Final = ("0", "0.9", "1", "2", "3", "5", "12", "13", "14", "16", "40", "-1")
RANKING: Final = Edges(
    {
        f'r{{i="{number:02}",g="{"ab"[number > 12]}"}}': values
        for number, values in enumerate(RANKED)
    },
    (
        *(f"{name}({count}, r)" for name, count in product(("topk", "bottomk"), COUNTS)),
        *(f"{name} by (g) ({count}, r)" for name in ("topk", "bottomk") for count in (1, 2, 13)),
        *(f"{name} without (i) (2, r)" for name in ("topk", "bottomk")),
        *("topk(1e30, r)", "topk(NaN, r)", "bottomk(-1e30, r)", "topk(Inf, nope)"),
        *("topk(9223372036854774784, r)", "bottomk(9223372036854775808, r)"),
        *('sort(r{i=~"0.|1[01]"})', 'sort_desc(r{i=~"0.|1[01]"})'),
        *("sort(r)", "sort_desc(r)", 'sort(r{g="b"})', 'sort_desc(r{g="b"})'),
        *(f"quantile({share}, r)" for share in ("-0.1", "0", "0.25", "0.5", "1", "1.1", "NaN")),
        *(f"quantile by (g) ({share}, r)" for share in ("0.1", "0.9")),
        *("stddev(r)", "stdvar by (g) (r)", "min(r)", "max(r)", "min by (g) (r)"),
        *('count_values("v", r)', 'count_values by (g) ("v", r)', "count by (g) (r)"),
        *("group(r)", "group without (i, g) (r)", "sum(r)", "avg(r)", "avg by (g) (r)"),
    ),
)

NUMBERS: Final = Edges(
    {
        'n{i="a"}': "1e308 Inf Inf 1e16 NaN _ 1 -0 0.1 4 4 4",
        'n{i="b"}': "1e308 -Inf 1 1 1 stale -1 2 0.2 _ _ 4",
        'n{i="c"}': "_ 1 2 -1e16 _ _ 1e-300 3 0.3 4 stale -4",
        'n{i="d"}': "-1e308 1 -Inf 0.5 NaN _ 3.5 -2.5 1e300 4 Inf -Inf",
        'p{i="a"}': "0.1 0.2 0.3 1e16 0.7 -1e16 0.1 1.1 2.2 3.3 0.9 1e-9",
        'p{i="b"}': "1e9 1e-9 0.3 0.3 0.3 -1e9 7.7 _ 0.123456789 3 1e17 1",
        'p{i="c"}': "0.6 0.6 0.6 0.6 0.6 0.7 0.7 0.7 0.7 0.7 0.7 0.7",
        'p{i="d"}': "3 -3 1e-300 33.3 -1e16 1e16 5.55 6.1 7.2 8.3 9.4 10.5",
    },
    (
        *(f"{name}(n)" for name in ("sum", "avg", "min", "max", "count", "stddev", "stdvar")),
        *(f'avg(n{{i=~"{names}"}})' for names in ("a|b", "b|c", "a|c|d", "b|d")),
        *(
            f"{name}_over_time(n[{window}])"
            for name in ("sum", "avg", "min", "max", "count", "last", "stddev", "stdvar", "present")
            for window in ("1m", "2m", "150s", "4m")
        ),
        *(f"quantile_over_time({share}, n[3m])" for share in ("-1", "0", "0.3", "1", "2", "NaN")),
        *(
            f"{name}_over_time(p[{window}])"
            for name in ("sum", "avg", "stddev", "stdvar")
            for window in ("3m", "7m")
        ),
        *(f"{name}(p)" for name in ("sum", "avg", "stddev", "stdvar", "min", "ln", "log2", "sqrt")),
        *(f"quantile({share}, p)" for share in ("0.3", "0.77")),
        *(f"{name}(p[5m])" for name in ("deriv", "rate", "increase", "delta", "irate")),
        *("predict_linear(p[5m], 77)", "p * 0.1", "p / 0.3", "p % 0.07", "p - 0.1", "p ^ 2"),
        *("p ^ 0.5", "p ^ -3", "p ^ 1", "p ^ 1e30", "0.5 ^ p", "p ^ -0.5", "log10(abs(p))"),
        *(f"{name}(n[3m])" for name in ("deriv", "changes", "resets", "delta", "idelta", "irate")),
        *(f"predict_linear(n[4m], {after})" for after in ("0", "60", "-90")),
        *(f"{name}(n)" for name in ("abs", "ceil", "floor", "sqrt", "sgn", "ln", "log2", "exp")),
        *(f"round(n{nearest})" for nearest in ("", ", 5", ", 0.5", ", -1", ", 0")),
        *("clamp(n, 1, 0)", "clamp(n, NaN, 1)", "clamp_min(n, NaN)", "clamp_max(n, -Inf)"),
        *(f"n {sign} 0" for sign in ("+", "-", "*", "/", "%", "^", "==", "!=", ">", "<=")),
        *(f"n {sign} 1.5" for sign in ("%", "^", ">=", "<", "== bool", "> bool")),
        *(f"0 {sign} n" for sign in ("/", "%", "^", "-", "<", ">=", "== bool")),
        *("-n", "+n", "n == n", "n != n", "NaN == bool NaN", "1 / 0", "-1 % 0", "2 ^ 3 ^ 2"),
        *("scalar(n)", 'scalar(n{i="a"})', "vector(scalar(nope))", "-2 ^ 2", "7 % -3"),
        *("absent(n)", 'absent(n{i="c"})', 'absent_over_time(n{i="b",x=""}[2m])'),
        *('absent(n{i=~"z",k="v"})', "absent(sum(nope))", "timestamp(n)", "timestamp(-n)"),
        *("timestamp(vector(1))", "time() * 2", "minute()", "pi()", 'histogram_count(n{i="a"})'),
    ),
)

MONTHS: Final = "1704067200+2678400x27"
"""Every 31 days from January 1, 2024: each month, also of a leap year."""
DATES: Final = Edges(
    {
        'd{i="chosen"}': (
            "0 -1 86399 86400 951782400 951868799 951868800 -2203977600 4107542399 4107542400 "
            "-62135596800 -62135596801 1709164800 1709251199 1735689599 1735689600 253402300800 "
            "1e18 NaN Inf -Inf 0.9 -0.9 12219292800 -11644473600 68256000 94607999 1e11"
        ),
        'd{i="months"}': MONTHS,
        'd{i="ends"}': "1672531199+2635200x27",
        'd{i="centuries"}': "-62135596800+3155673600x27",
        'd{i="leap days"}': "-5364662400+126230400x27",
        'd{i="cycles"}': "-12622780800+12622780799x27",
    },
    tuple(
        f"{name}(d)"
        for name in (
            *("minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month"),
            *("month", "year"),
        )
    ),
)

RELABELED: Final = Edges(
    {
        'l{src="server-12",dst="old",empty="x"}': "1 2 _ 4",
        'l{src="a\\nb",dst="new"}': "5 6 7 _",
        'l{src="server-7"}': "_ 8 9 9",
        'm{src="server-7"}': "1 _ _ 9",
    },
    (
        *(
            f'label_replace(l, "dst", "{text}", "src", "{pattern}")'
            for text, pattern in (
                ("$1", "server-(.*)"),
                ("$2", "server-(.*)"),
                ("${1}x$$", "server-(.*)"),
                ("$name-$nope", "(?P<name>[a-z]+)-.*"),
                ("$1y", "(.*)"),
                ("${1}|${2}", "server-(1)?(.*)"),
                ("", "server-12"),
                ("x", "server"),
                ("$", "a.b"),
                ("[$0]", "(.)(.*)"),
            )
        ),
        'label_replace(l, "dst", "all", "nope", "")',
        r'label_replace(l, "dst", `$1"\`, "src", `([\w.-]+)`)',
        r"count(l{src=~`\w+-\d+`}) or count(l{src!=`\w`})",
        'label_replace(l, "empty", "", "dst", ".*")',
        'label_replace(l, "src", "same", "", "")',
        'label_replace(l, "dst", "x", "src", "(")',
        'label_replace(l, "9bad", "x", "src", ".*")',
        'label_replace(l, "", "x", "src", ".*")',
        'label_replace(l, "dst", "\\xff", "src", ".*")',
        'label_replace(l, "\\xff", "x", "src", ".*")',
        'label_replace(l, "\\376", "x", "src", ".*")',
        'count_values("\\xff", l)',
        "label_replace(l, 'dst', `\\x41$0`, 'src', `.*`)",
        'label_replace(l, "dst", "\\x41\\u00e9\\t", "src", ".*")',
        'label_replace(l, "ü", "\\xc3\\xbc\\303\\274", "src", ".*")',
        'label_replace(l, "__name__", "k_$1", "src", ".*-(.*)")',
        'label_replace(rate(l[2m]), "__name__", "k", "src", ".*")',
        'label_replace({__name__=~"l|m"}, "__name__", "k", "__name__", "m")',
        'label_replace({__name__=~"l|m",src="server-7"}, "__name__", "k", "", "")',
        'label_join(l, "dst", "-", "src", "nope", "dst")',
        'label_join(l, "dst", ", ", "src")',
        'label_join(l, "dst", "-")',
        'label_join(l, "new", "", "src", "dst", "empty")',
        'label_join(l, "0", "-", "src")',
        'label_join(l, "dst", "-", "0")',
        'count_values("dst", l)',
        'count_values by (dst) ("src", l)',
        'count_values("0", l)',
        "sum by (dst, nope) (l)",
        "sum without (src) (l)",
        'sum by (__name__) ({__name__=~"l|m"})',
        "sum without () (l)",
    ),
)

SIGNS: Final = ("+", ">", "== bool", "and", "or", "unless")
MATCHED: Final = Edges(
    {
        'x{a="1",b="1"}': "1 2 3 _ 5",
        'x{a="1",b="2"}': "2 _ 3 4 0",
        'x{a="2",b="1"}': "3 3 stale 1 5",
        'x{a="3"}': "4 4 4 4 NaN",
        'y{a="1",c="p"}': "1 3 2 4 stale",
        'y{a="2",c="q"}': "3 _ 2 1 5",
        'y{a="4",c="q"}': "9 9 9 9 9",
        'z{a="1",c="p"}': "1 1 _ _ 1",
        'z{a="1",c="q"}': "_ _ 7 _ 1",
    },
    (
        *(f"x {sign} on (a) {side} y" for sign in SIGNS[:3] for side in ("", "group_left ()")),
        *(f"x {sign} on (a) y" for sign in SIGNS[3:]),
        *(f"x {sign} ignoring (b, c) y" for sign in SIGNS[3:]),
        *(f"x {sign} on () y" for sign in SIGNS[3:]),
        *(f"x {sign} y" for sign in SIGNS),
        *(f"x {sign} on (a) group_left (c) y" for sign in ("*", "<", "!= bool")),
        *(f"y {sign} on (a) group_right (c) x" for sign in ("-", ">=", "<= bool")),
        *(f"x {sign} ignoring (b, c) group_left (c, b) y" for sign in ("/", "==")),
        *(f"x {sign} on (a) group_left (c) z" for sign in ("+", "<")),
        *("x + on (b) group_left () y", "z + on (a) y", "y + on (a) z", "z > on (a) y"),
        *("x + x", "x == x", "x * 2 == bool 6", "2 < x", "2 > bool x", "x > 2 or y > 2"),
        *("x and y", "x or on (a) y", "y or x or z", "x unless on (a) z", "(x or y) and on (a) z"),
        *('x{b=~".+"} + ignoring (b) x{b=""}', 'x{b=""} + on (c) nope', "nope or x", "x or nope"),
        *("x + on (a, b) x", "x{a=~'1|2'} - ignoring (a) x{a='3'}", "-x + on (a, b) -x"),
        *("sum(x) / sum(y)", "sum by (a) (x) / on (a) group_right (c) z", "x > on (a) vector(1)"),
    ),
)

WINDOWS: Final = ("30s", "59s", "1m", "61s", "2m", "3m", "5m")
RANGES: Final = Edges(
    {
        'c_total{i="zero"}': "0 1 2 3 4 5 6 7 8 9 10 11",
        'c_total{i="late"}': "_ _ _ 3 9 _ _ 40 _ _ _ _ 41 stale",
        'c_total{i="reset"}': "5 9 2 2 8 1 0 0 3.5 3.25 7 1e6",
        'c_total{i="one"}': "_ _ 7 _x12",
        'other{i="one"}': "_ _ 7 _x12",
        'c_total{i="flat"}': "4x13",
        'c_total{i="low"}': "-3 -2 0 1 2 _ 9 12 _ _ 20 1",
        'q{i="up"}': "1 4 9 16 25 36 49",
    },
    (
        *(
            f"{name}(c_total[{window}])"
            for name in ("rate", "increase", "delta", "irate", "idelta", "changes", "resets")
            for window in WINDOWS
        ),
        *(f"{name}(c_total[5m])" for name in ("deriv", "avg_over_time", "stddev_over_time")),
        *(f"count_over_time(c_total[{window}])" for window in WINDOWS),
        *(
            f"sum_over_time(c_total[{steps}])"
            for steps in ("5m:", "30s:1m", "5m:90s", "1s:1m", "61s:1m", "5m:7m")
        ),
        "sum_over_time(c_total[5m:1m] offset 90s)",
        "sum_over_time(c_total[5m:1m] @ 400)",
        "sum_over_time(c_total[7m:2m] @ end())",
        "sum_over_time(c_total[2m:1m] offset -1m)",
        "max_over_time(rate(c_total[2m])[4m:30s])",
        "min_over_time((c_total @ start())[3m:1m])",
        "last_over_time((c_total > 3)[3m:1m] offset 1m)",
        "rate(c_total[5m] offset 1m)",
        "rate(c_total[5m] @ 400)",
        "rate(c_total[5m] @ start())",
        "rate(c_total[5m] @ -60)",
        "c_total @ 61.5",
        "c_total offset 59s",
        "c_total offset -61s",
        "c_total @ end() offset 2m",
        "absent_over_time(c_total[2m])",
        'absent_over_time(c_total{i="one"}[2m])',
        'absent_over_time({i="one"}[2m])',
        'absent_over_time(c_total{i="one",j="k",l=~"m"}[61s])',
        "present_over_time(c_total[2m])",
        "sort(c_total)",
        "sort_desc(c_total)",
        "topk(scalar(q) / 4, c_total)",
        "bottomk(time() / 120, c_total)",
        "quantile(time() / 600, c_total)",
        "timestamp(c_total)",
        "timestamp(c_total offset 1m)",
        "timestamp(c_total @ 120 offset 1m)",
        "timestamp(c_total @ 120 offset -1m)",
        "timestamp(nope)",
        "q or rate(c_total[3m])",
        "rate(c_total[3m]) or c_total",
        "sort(rate(c_total[3m]))",
        "abs(c_total) > 3",
        "sum by (i) (rate(c_total[3m]))",
        "max_over_time((q or rate(c_total[2m]))[3m:1m])",
        "rate(q[3m])",
        "increase(q[90s])",
        "delta(q[3m])",
        "predict_linear(q[5m:30s], 100)",
        'quantile_over_time(scalar(c_total{i="zero"}) / 10, c_total[4m])',
    ),
    Edges({}, ("predict_linear(q[5m:30s], 1_00)", "q + 1_0.5_5", "q + 1_0e1")),
    older=(
        *(f"holt_winters(c_total[{window}], 0.3, 0.6)" for window in ("2m", "3m", "6m")),
        "holt_winters(q[5m], 0.99, 0.01)",
    ),
)

SHARES: Final = ("-0.1", "0", "0.05", "0.3", "0.5", "0.75", "0.95", "1", "1.5", "NaN")
BETWEEN: Final = (
    *(("-Inf", "Inf"), ("0", "1"), ("-1", "0.25"), ("0.3", "0.3"), ("1", "0"), ("0.6", "7")),
    *(("NaN", "1"), ("0", "NaN"), ("-100", "-0.7"), ("100", "200"), ("-0.2", "0.2")),
)


def _of_distributions(metric: str) -> Iterator[str]:
    yield from (f"histogram_quantile({share}, {metric})" for share in SHARES)
    yield from (f"histogram_fraction({low}, {high}, {metric})" for low, high in BETWEEN)


CLASSIC: Final = Edges(
    {
        **{
            f'k_bucket{{x="good",le="{bound}"}}': values
            for bound, values in {
                "0.1": "0 1 5 _ 0",
                "0.25": "0 1 7 4 0",
                "0.5": "0 9 6 4 0",
                "1": "0 10 8 4 stale",
                "+Inf": "0 10 10 8 3",
            }.items()
        },
        **{
            f'k_bucket{{x="negative",le="{bound}"}}': values
            for bound, values in {"-1": "3 0 1", "0": "5 0 1", "2": "6 4 1", "Inf": "6 5 1"}.items()
        },
        'k_bucket{x="short",le="1"}': "1 2 3",
        'k_bucket{x="short",le="2"}': "2 4 6",
        'k_bucket{x="single",le="+Inf"}': "7 7 7",
        'k_bucket{x="twice",le="1"}': "1 2 3",
        'k_bucket{x="twice",le="1.0"}': "1 2 3",
        'k_bucket{x="twice",le="+Inf"}': "4 4 4",
        'k_bucket{x="bad",le="lots"}': "1 1 1",
        'k_bucket{x="bad",le="+Inf"}': "1 1 1",
        'k_bucket{x="none"}': "1 1 1",
        'k_bucket{x="near",le="1"}': "1000000000000000 1 0",
        'k_bucket{x="near",le="2"}': "999999999999999 0.5 1e-320",
        'k_bucket{x="near",le="+Inf"}': "1000000000000001 1 2",
    },
    (
        *_of_distributions("k_bucket"),
        "histogram_quantile(0.4, sum by (le) (k_bucket))",
        "histogram_quantile(0.4, rate(k_bucket[3m]))",
        "histogram_quantile(time() / 120, k_bucket)",
        "histogram_fraction(0, time() / 60, k_bucket)",
        "histogram_count(k_bucket)",
        "histogram_quantile(0.5, nope)",
    ),
    Edges(
        {'k_bucket{x="good"}': "_ {{schema:0 sum:5 count:4 buckets:[1 3]}} _ stale"},
        ("histogram_quantile(0.5, k_bucket{x='good'})", "histogram_fraction(0, 1, k_bucket)"),
    ),
)

SAME: Final = "{{schema:0 sum:5 count:4 buckets:[1 3]}}"
NATIVE: Final = Edges(
    {
        'e{x="positive"}': (
            "{{schema:0 sum:9 count:14 z_bucket:2 z_bucket_w:0.1 offset:-2 buckets:[1 0 4 7]}} "
            "{{schema:0 sum:19 count:18 z_bucket:4 z_bucket_w:0.1 offset:-2 buckets:[1 0 6 7]}} "
            "{{schema:0 sum:29 count:32 z_bucket:4 z_bucket_w:0.1 offset:-2 buckets:[2 1 9 16]}} "
            "{{schema:0 sum:2 count:3 z_bucket:1 z_bucket_w:0.1 offset:0 buckets:[2]}} "
            "{{schema:0 sum:4 count:8 z_bucket:1 z_bucket_w:0.1 offset:0 buckets:[3 4]}}"
        ),
        'e{x="negative"}': (
            "{{schema:1 sum:-9 count:9 z_bucket:2 z_bucket_w:0.01 n_offset:-1 n_buckets:[3 4]}} "
            "{{schema:1 sum:-12 count:12 z_bucket:2 z_bucket_w:0.01 n_offset:-1 n_buckets:[5 5]}} "
            "{{schema:0 sum:-13 count:13 z_bucket:3 z_bucket_w:0.5 n_offset:0 n_buckets:[5 5]}} "
            "stale "
            "{{schema:1 sum:-9 count:9 z_bucket:2 z_bucket_w:0.01 n_offset:-1 n_buckets:[3 4]}}"
        ),
        'e{x="both"}': (
            "{{schema:2 sum:1 count:11 z_bucket:3 z_bucket_w:0.25 buckets:[1 2] n_buckets:[5]}} "
            "{{schema:2 sum:2 count:16 z_bucket:4 z_bucket_w:0.25 buckets:[2 3] n_buckets:[7]}} "
            "{{schema:2 sum:3 count:20 z_bucket:5 z_bucket_w:0.25 buckets:[4 3] n_buckets:[8]}} "
            "{{schema:2 sum:4 count:26 z_bucket:7 z_bucket_w:0.25 buckets:[4 4] n_buckets:[11]}} _"
        ),
        'e{x="zero"}': (
            "{{schema:0 sum:0 count:4 z_bucket:4 z_bucket_w:0.5}} "
            "{{schema:0 sum:0 count:5 z_bucket:5 z_bucket_w:0.5}} _"
        ),
        'e{x="empty"}': "{{schema:3}} {{schema:3}} {{schema:3}}",
        'e{x="fine"}': (
            "{{schema:3 sum:5 count:6 offset:-3 buckets:[1 2 3]}} "
            "{{schema:3 sum:8 count:9 offset:-3 buckets:[2 2 3 2]}} "
            "{{schema:-1 sum:9 count:10 offset:0 buckets:[8 2]}} "
            "{{schema:3 sum:5 count:6 offset:-3 buckets:[1 2 3]}}"
        ),
        'u{x="1"}': "{{schema:0 sum:1 count:1 buckets:[1]}} _",
        'u{x="2"}': "stale {{schema:0 sum:2 count:2 buckets:[1 1]}} stale",
        'u{x="3"}': "stale stale 5 stale",
        'u{x="4"}': "stale stale stale {{schema:0 sum:3 count:3 buckets:[3]}}",
        "s": f"3 3 {SAME} {SAME} 2",
        "t": f"{SAME} NaN NaN 2 2",
        'f{x="both"}': "2 0 -1 NaN",
        'f{x="fine"}': "1 2 3 4",
    },
    (
        *_of_distributions("e"),
        *(f"histogram_{name}(e)" for name in ("count", "sum", "avg", "stddev", "stdvar")),
        *("e", "-e", "e * 2", "2 * e", "e / 2", "e * -0.5", "e + 1", "1 - e", "e > 1", "e == 1"),
        *("e + e", "e - e", "e == e", "e != e", "e == bool e", "e * e", "e / e", "e > e"),
        *("e - e offset 1m", "e == e offset 1m", "e * on (x) f", "f * on (x) e", "e / on (x) f"),
        *("f / on (x) e", "f == on (x) e", "e and on (x) f", "f unless on (x) e", "f or e"),
        *(
            f"{name}(e[{window}])"
            for name in (
                *("rate", "increase", "delta", "irate", "idelta", "resets", "changes"),
                *("count_over_time", "last_over_time", "present_over_time", "max_over_time"),
            )
            for window in ("2m", "4m")
        ),
        *(f"{name}_over_time(e[3m]) * 1" for name in ("sum", "avg")),
        *("histogram_quantile(0.5, rate(e[4m]))", "histogram_count(rate(e[3m]))"),
        *(
            f"{name}({of}[{window}])"
            for name in ("resets", "changes")
            for of in "st"
            for window in ("2m", "3m", "5m")
        ),
        *('count_values("v", e)', "count(e)", "group(e)", "timestamp(e)", "abs(e)", "absent(e)"),
        *("label_replace(e, 'x', 'same', '', '')", "clamp(e, 0, 1)", "scalar(e)", "hour(e)"),
        *("e{x='both'} + on () e{x='positive'}", "e{x='fine'} - on () e{x='negative'}"),
        *("label_replace(u, 'x', '', '', '')", "rate(label_replace(u, 'x', '', '', '')[3m:1m])"),
        *(
            "sum by (y) (e{x=~'positive|fine'})",
            "avg(e{x=~'positive|fine'})",
            "sum(e{x='zero'})",
        ),
        *(
            "e{x='positive'} * 0",
            "e{x='positive'} / -0",
            "e{x='positive'} / NaN",
            "0 * e{x='both'}",
        ),
        *(
            "resets(e{x='positive'}[5m])",
            "changes(e{x='negative'}[5m])",
            "increase(e{x='both'}[4m])",
        ),
        *("histogram_quantile(0.1, e{x='zero'})", "histogram_quantile(0.9, e{x='zero'})"),
        *("histogram_stdvar(e{x='both'} * 3.3)", "histogram_stddev(e{x='positive'} * 0.7)"),
        *("e{x='zero'} + on () e{x='positive'}", "e{x='both'} - on () e{x='zero'}"),
    ),
    Edges(
        {
            'e{x="nan"}': (
                "{{schema:0 sum:NaN count:10 buckets:[3 5]}} "
                "{{schema:0 sum:NaN count:8 buckets:[3 5]}} "
                "{{schema:0 sum:NaN count:12 buckets:[1 5]}} "
                "{{schema:0 sum:5 count:12 buckets:[1 5]}}"
            ),
            'e{x="custom"}': (
                "{{schema:-53 sum:5 count:10 custom_values:[-1 0 1] buckets:[1 2 3 4]}} "
                "{{schema:-53 sum:7 count:14 custom_values:[-1 0 1] buckets:[2 3 4 5]}} "
                "{{schema:-53 sum:7 count:15 custom_values:[1 2] buckets:[2 0 13]}} "
                "{{schema:-53 sum:7 count:6 custom_values:[1 2] offset:1 buckets:[6]}}"
            ),
            'e{x="gauge"}': (
                "{{schema:0 sum:5 count:4 counter_reset_hint:gauge buckets:[1 3]}} "
                "{{schema:0 sum:4 count:3 counter_reset_hint:gauge buckets:[1 2]}} "
                "{{schema:0 sum:9 count:9 counter_reset_hint:gauge buckets:[4 5]}}"
            ),
            'e{x="switch"}': (
                "{{schema:1 sum:5 count:4 buckets:[1 3]}} "
                "{{schema:-53 sum:5 count:5 custom_values:[1 2] buckets:[2 3]}} "
                "{{schema:-53 sum:6 count:7 custom_values:[1 2] buckets:[3 4]}} "
                "{{schema:0 sum:7 count:9 buckets:[4 5]}} {{schema:0 sum:8 count:11 buckets:[5 6]}}"
            ),
            'e{x="gauge between"}': (
                "{{schema:0 sum:5 count:4 buckets:[1 3]}} "
                "{{schema:0 sum:6 count:6 counter_reset_hint:gauge buckets:[2 4]}} "
                "{{schema:0 sum:7 count:8 buckets:[3 5]}} "
                "{{schema:0 sum:8 count:9 buckets:[4 5]}} "
                "{{schema:-53 sum:6 count:7 counter_reset_hint:gauge custom_values:[1 2] "
                "buckets:[3 4]}}"
            ),
            'e{x="mixed"}': "1 {{schema:0 sum:5 count:4 buckets:[1 3]}} 3 {{schema:0 count:1}} 4 5",
        },
        (
            *(f"{name}(e)" for name in ("sum", "avg", "min", "max", "stddev")),
            *('sum(e{x=~"custom|both"})', 'avg(e{x=~"mixed|gauge"})', "topk(2, e)"),
            *("quantile(0.5, e)", "e{x='custom'} + on () e{x='both'}", "e{x='mixed'} + 2"),
            *("e{x='custom'} - on () e{x='custom'} offset 2m", "e{x='mixed'} > 1", "2 < e"),
            *(f"{name}(e[3m])" for name in ("deriv", "stddev_over_time", "min_over_time")),
            *(
                f"{name}(e{{x='{series}'}}[{window}])"
                for name in ("rate", "delta", "irate", "idelta", "resets", "sum_over_time")
                for series in ("switch", "gauge between")
                for window in ("2m", "3m", "4m")
            ),
            *(
                "avg(e{x=~'gauge|gauge between'})",
                "sum(e{x=~'switch|nan'})",
                "avg(e{x=~'s.*|f.*'})",
            ),
            *("quantile_over_time(0.5, e[3m])", "predict_linear(e[3m], 60)", "sum(e) + sum(f)"),
            *(f"histogram_quantile({share}, e{{x='nan'}} @ 60)" for share in ("0.3", "0.8", "1")),
            *(f"histogram_quantile({share}, e{{x='nan'}} @ 0)" for share in ("0.3", "0.9")),
            *("histogram_fraction(0, 1, e{x='nan'} @ 60)", "e{x='nan'} == e{x='nan'} offset 1m"),
            *("e{x='nan'} == e{x='nan'}", "changes(e{x='nan'}[5m])", "e{x='gauge'} - e{x='gauge'}"),
            *(
                "e{x='gauge'} + on () e{x='positive'}",
                "rate(e{x='gauge'}[3m])",
                "delta(e{x='gauge'}[3m])",
                "idelta(e{x='gauge'}[3m])",
                "irate(e{x='gauge'}[3m])",
                "sum(e{x='gauge'})",
            ),
            *(
                "increase(e{x='custom'}[3m])",
                "e{x='custom'} * 2",
                "e{x='custom'} / 0",
                "-e{x='custom'}",
            ),
            *(
                "irate(e{x='mixed'}[3m])",
                "idelta(e{x='mixed'}[3m])",
                "last_over_time(e{x='mixed'}[3m])",
            ),
            *("histogram_stddev(e{x='custom'})", "count_values('v', e{x='custom'})"),
        ),
    ),
)

PAIRS: Final = {
    "gone beyond": ("count:9 buckets:[1 3 5]", "count:10 buckets:[5 5]"),
    "gone before": ("count:3 buckets:[1 2]", "count:10 offset:1 buckets:[5 5]"),
    "equal": ("count:3 buckets:[1 2]", "count:3 buckets:[1 2]"),
    "one less": ("count:3 buckets:[1 2]", "count:9 buckets:[8 1]"),
    "fewer in all": ("count:9 buckets:[1 2]", "count:8 buckets:[4 4]"),
    "nothing now": ("count:3 buckets:[3]", "count:4 z_bucket:4"),
    "no buckets before": ("count:3 z_bucket:3", "count:6 z_bucket:3 buckets:[3]"),
    "negative gone": ("count:3 n_buckets:[1 2]", "count:9 buckets:[9] n_buckets:[1]"),
    "negative less": ("count:3 n_buckets:[1 2]", "count:9 n_buckets:[8 1]"),
    "zero less": ("count:3 z_bucket:2 buckets:[1]", "count:9 z_bucket:1 buckets:[8]"),
    "zero narrower": (
        "count:3 z_bucket:2 z_bucket_w:0.5 buckets:[1]",
        "count:9 z_bucket:2 z_bucket_w:0.25 buckets:[7]",
    ),
    "zero wider": (
        "count:5 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 1 1]",
        "count:9 z_bucket:3 z_bucket_w:0.5 offset:1 buckets:[6]",
    ),
    "zero covers": (
        "count:5 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 1 1]",
        "count:9 z_bucket:4 z_bucket_w:1 offset:1 buckets:[5]",
    ),
    "zero covers too few": (
        "count:5 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 1 1]",
        "count:9 z_bucket:3 z_bucket_w:1 offset:1 buckets:[6]",
    ),
    "zero splits": (
        "count:5 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 1 1]",
        "count:9 z_bucket:4 z_bucket_w:0.75 offset:1 buckets:[5]",
    ),
    "zero splits an empty one": (
        "count:4 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 0 1] n_buckets:[0 0]",
        "count:9 z_bucket:4 z_bucket_w:0.75 offset:1 buckets:[5]",
    ),
    "zero splits a negative one": (
        "count:4 z_bucket:1 z_bucket_w:0.25 offset:1 buckets:[1] n_buckets:[1 1]",
        "count:9 z_bucket:4 z_bucket_w:0.75 offset:1 buckets:[5]",
    ),
    "zero ends within": (
        "count:4 z_bucket:1 z_bucket_w:0.001 buckets:[1 1 1]",
        "count:9 z_bucket:2 z_bucket_w:1 buckets:[1 2 4]",
    ),
    "coarser": ("schema:1 count:9 buckets:[1 2 3 3]", "count:9 buckets:[1 5 3]"),
    "coarser and less": ("schema:1 count:9 buckets:[1 2 3 3]", "count:9 buckets:[1 4 4]"),
    "finer": ("count:3 buckets:[3]", "schema:2 count:9 buckets:[3 3 3]"),
}
"""Two samples one after the other; the second may mean that the counter was reset."""
WITHOUT_EMPTY: Final = {
    "empty beyond": ("count:9 buckets:[1 3 0 5]", "count:10 buckets:[5 5]"),
    "empty before": ("count:2 buckets:[0 2]", "count:10 offset:1 buckets:[5 5]"),
    "no buckets now": ("count:3 buckets:[0 3]", "count:4 z_bucket:4"),
}
"""The same without an empty bucket; the storage of Prometheus 2 takes that for a reset."""
OF_PAIRS: Final = ("resets", "changes", "rate", "increase", "delta", "irate", "idelta")
AT_BOUNDS: Final = (
    *(("1", "2"), ("0.5", "4"), ("-2", "-1"), ("-1", "1"), ("2", "8"), ("-Inf", "0"), ("0", "Inf")),
    *(("-4", "-0.5"), ("-0.5", "0.5"), ("0.7", "3"), ("-3", "-0.7"), ("3", "3.5"), ("-1", "-Inf")),
)


def _pairs(pairs: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {
        f'v{{x="{name}"}}': f"{{{{sum:1 {one}}}}} {{{{sum:2 {other}}}}}"
        for name, (one, other) in pairs.items()
    }


SPARSE: Final = Edges(
    {
        'h{x="gap"}': "{{schema:0 sum:30 count:10 buckets:[5 0 0 5]}}",
        'h{x="quarters"}': "{{schema:0 sum:30 count:16 buckets:[4 0 4 4 0 4]}}",
        'h{x="empty ends"}': (
            "{{schema:0 sum:30 count:10 z_bucket_w:0.5 buckets:[0 0 4 6 0] n_buckets:[0 0]}}"
        ),
        'h{x="negative gap"}': "{{schema:1 sum:-30 count:8 n_buckets:[0 2 0 0 6 0]}}",
        'h{x="gaps on both sides"}': (
            "{{schema:0 sum:1 count:8 buckets:[0 2 0 2] n_buckets:[2 0 2]}}"
        ),
        'h{x="zero between"}': (
            "{{schema:0 sum:1 count:8 z_bucket:4 z_bucket_w:0.5 buckets:[0 2] n_buckets:[0 2]}}"
        ),
        'h{x="wide zero"}': (
            "{{schema:0 sum:9 count:8 z_bucket:2 z_bucket_w:1.5 offset:1 buckets:[3 3]}}"
        ),
        'h{x="wide zero, negative"}': (
            "{{schema:0 sum:-9 count:8 z_bucket:2 z_bucket_w:1.5 n_offset:1 n_buckets:[3 3]}}"
        ),
        'h{x="fractions"}': "{{schema:0 sum:1.5 count:2.5 offset:2 buckets:[0.5 2]}}",
        'h{x="fewer counted"}': "{{schema:0 sum:9 count:4 buckets:[3 5]}}",
        'h{x="more counted"}': "{{schema:0 sum:9 count:12 n_buckets:[1] buckets:[3 5]}}",
        'h{x="few of many counted"}': ("{{schema:0 sum:9 count:20 n_buckets:[1] buckets:[3 1]}}"),
        'h{x="tiny"}': "{{schema:0 sum:1 count:3 offset:-1100 buckets:[3] n_buckets:[1]}}",
        'h{x="huge"}': "{{schema:0 sum:1 count:3 offset:1023 buckets:[2 1]}}",
        'h{x="one"}': "{{schema:2 sum:1 count:1 offset:-9 buckets:[1]}}",
        "all_bounds": f"{{{{schema:8 sum:1 count:256 buckets:[{' '.join('1' * 256)}]}}}}",
        **_pairs(PAIRS),
        **{
            f'w_bucket{{x="{name}",le="{bound}"}}': values
            for name, of_bounds in {
                "zero first": {"0": "0 3", "1": "4 4", "+Inf": "8 8"},
                "below zero": {"-1": "0 2", "0": "4 4", "+Inf": "8 4"},
                "infinite only": {"+Inf": "3 3"},
            }.items()
            for bound, values in of_bounds.items()
        },
    },
    (
        *_of_distributions("h"),
        *(f"histogram_quantile({share}, h)" for share in ("0.25", "0.49999", "0.50001", "0.875")),
        *(f"histogram_fraction({low}, {high}, h)" for low, high in AT_BOUNDS),
        *(f"histogram_{name}(h)" for name in ("avg", "stddev", "stdvar")),
        *(f"histogram_quantile({share}, w_bucket)" for share in ("0", "0.25", "0.5", "1")),
        *('count_values("v", all_bounds)', 'count_values("v", h)', "h + h", "-h", "h == h"),
        *(f"{name}(v[5m])" for name in OF_PAIRS),
        *("v - v offset 1m", "v + v offset 1m", "v offset 1m + v", "v == v offset 1m"),
        *("sum_over_time(v[5m])", "avg_over_time(v[5m])"),
    ),
    Edges(
        {
            'h{x="nothing but NaN"}': "{{schema:0 sum:NaN count:3}}",
            'h{x="NaN and gaps"}': "{{schema:0 sum:NaN count:9 buckets:[3 0 0 3 0]}}",
            'h{x="custom gap"}': (
                "{{schema:-53 sum:9 count:10 custom_values:[0 1 2 5] buckets:[0 5 0 0 5]}}"
            ),
            'h{x="custom below zero"}': (
                "{{schema:-53 sum:9 count:10 custom_values:[-2 0 3] buckets:[4 2 2 2]}}"
            ),
            'h{x="custom from zero"}': (
                "{{schema:-53 sum:9 count:8 custom_values:[0] buckets:[6 2]}}"
            ),
            'h{x="custom above zero"}': (
                "{{schema:-53 sum:9 count:8 custom_values:[0.5 2] buckets:[5 2 1]}}"
            ),
            **_pairs(WITHOUT_EMPTY),
            'v{x="custom"}': (
                "{{schema:-53 sum:1 count:6 custom_values:[1 2] buckets:[1 2 3]}} "
                "{{schema:-53 sum:2 count:7 custom_values:[1 2] buckets:[1 2 4]}}"
            ),
            'v{x="custom and less"}': (
                "{{schema:-53 sum:1 count:6 custom_values:[1 2] buckets:[1 2 3]}} "
                "{{schema:-53 sum:2 count:7 custom_values:[1 2] buckets:[1 1 5]}}"
            ),
            'v{x="set"}': (
                "{{schema:0 sum:1 count:3 buckets:[1 2]}} "
                "{{schema:0 sum:2 count:9 counter_reset_hint:reset buckets:[4 5]}}"
            ),
            'v{x="not set"}': (
                "{{schema:0 sum:1 count:3 buckets:[1 2]}} "
                "{{schema:0 sum:2 count:2 counter_reset_hint:not_reset buckets:[1 1]}}"
            ),
        },
        (),
    ),
)

ENDS: Final = ("-6s", "-5999ms", "6s", "5999ms", "-1m", "54s", "66s")
EXTRAPOLATED: Final = Edges(
    {
        'g_total{i="below"}': "2 -5 -6 3 0 1",
        'g_total{i="from zero"}': "0 2 4",
        'g_total{i="late"}': "_ _ 4 6 9 _",
        'g_total{i="two"}': "_ 4 _ 6",
        'g_total{i="falling"}': "9 7 5 4",
        'g_total{i="flat"}': "7 7 7 7 7",
        'g_total{i="fractions"}': "0.1 0.3 0.2 0.7 0.1 0.15",
        'g_total{i="odd"}': "1e16 3 1e16 5 7 9",
    },
    (
        *(
            f"{name}(g_total[{window}] offset {offset})"
            for name, window, offset in product(("rate", "delta"), ("2m", "3m", "246s"), ENDS)
        ),
        *(f"{name}(g_total[{window}])" for name in ("increase", "resets") for window in WINDOWS),
        "topk(1 - 1e30 * (time() > bool 60), g_total)",
        *("g_total @ -0", "g_total @ -0.001", "g_total @ 0.001", "g_total @ 0 offset -1m"),
        "predict_linear(g_total[3m], 60 * time())",
    ),
)

EDGES: Final[Mapping[str, Edges]] = {
    "ranking": RANKING,
    "numbers": NUMBERS,
    "dates": DATES,
    "relabeled": RELABELED,
    "matched": MATCHED,
    "ranges": RANGES,
    "classic": CLASSIC,
    "native": NATIVE,
    "sparse": SPARSE,
    "extrapolated": EXTRAPOLATED,
}
