"""Series that queries would select, as tests of rules have them, in a golden file."""

from pathlib import Path
from typing import Final

import pytest

from reliability.compile.prometheus.example_series import (
    ExampleHistogram,
    Examples,
    examples,
    suggestions,
)
from reliability.resolve.objectives import objectives
from reliability.resolve.sli import GaugeRatioSli, RatioSli
from tests.compile.repositories import metric, shop, slo
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "example-series.txt"
QUERIES: Final[tuple[tuple[str, str], ...]] = (
    *(
        (f'http_requests_total{{job="shop",code{matcher}}}', 'http_requests_total{job="shop"}')
        for matcher in (
            '="200"',
            '!="500"',
            '=~"2.."',
            '!~"5.."',
            '=~"2..|3.."',
            '!~"4..|5.."',
            '=~"[23].."',
            '=~"[^5].."',
            '=~"\\\\d+"',
            '=~"\\\\w{2}0"',
            '=~"(?:2|3)0[0-4]"',
            '=~"(1|(2|3))00"',
            '=~"a\\\\.b"',
            '=~".*"',
            '=~".+"',
            '=""',
            '!=""',
            '=~"200",code!="200"',
            '=~"no such [value"',
        )
    ),
    ("requests_ok_total", "requests_total"),
    ('requests_ok_total{job="a"}', 'requests_total{job="b",code!="1"}'),
    ('{__name__=~"requests_(a|b)_total",job="a"}', '{__name__=~"requests_(a|b)_total"}'),
    ('{__name__="with a space",job="a"}', '{__name__="with a space"}'),
    ('{"with.dots",job="a"}', '{"with.dots"}'),
    ('requests{job="a"} offset 5m', "requests"),
    ('sum(rate(requests{code="200"}[{{.window}}]))', "sum(rate(requests[{{.window}}]))"),
    ('sum by (job) (rate(requests{code="200"}[{{.window}}]))', "sum(rate(requests[{{.window}}]))"),
    ('rate(requests{code="200"}[{{.window}}])', "increase(requests[{{.window}}])"),
    ('max(rate(requests{code="200"}[{{.window}}]))', "sum(rate(requests[{{.window}}]))"),
    ('sum(rate(requests{code="200"}[{{.window}}] offset 1m))', "sum(rate(requests[{{.window}}]))"),
    ('sum(rate(requests{code="200"}[{{.window}}])) * 2', "sum(rate(requests[{{.window}}]))"),
    (
        "histogram_fraction(0, 0.5, sum(rate(latency[{{.window}}])))"
        " * histogram_count(sum(rate(latency[{{.window}}])))",
        "histogram_count(sum(rate(latency[{{.window}}])))",
    ),
    *(
        (
            f'histogram_fraction({lower}, {upper}, sum(rate(latency{{job="a"}}[{{{{.window}}}}])))'
            ' * histogram_count(sum(rate(latency{job="a"}[{{.window}}])))',
            'histogram_count(sum(rate(latency{job="a"}[{{.window}}])))',
        )
        for lower, upper in (
            *(("0", "0.5"), ("0", "1"), ("0", "3"), ("0.5", "2"), ("0.3", "0.4"), ("1", "+Inf")),
            *(("-1", "+Inf"), ("-Inf", "4"), ("-2", "-1"), ("0", "0"), ("0.75", "1.5")),
        )
    ),
    ('requests{code!="teapot"}', "requests"),
    ('requests{code!="tea pot",code!~"[0-9]+"}', "requests"),
)


def shown(found: Examples | None) -> str:
    if found is None:
        return "none"
    if isinstance(found.histogram, ExampleHistogram):
        one, two = found.histogram.growth(7, 3), found.histogram.growth(0, 10)
        return f"{found.histogram.series} {one} {two}"
    parts = {name: getattr(found, name) for name in ("well", "badly", "total", "events")}
    return ", ".join(f"{name} {text}" for name, text in parts.items() if text)


def test_series_of_many_pairs_of_queries(golden: Golden) -> None:
    lines = []
    for index, (good, total) in enumerate(QUERIES):
        lines.append(f"{good}\n  of {total}")
        for role in ("good", "bad"):
            for counter in (True, False):
                ratio = {"counter": counter, role: metric(good), "total": metric(total)}
                indicator = {"metadata": {"name": "sli"}, "spec": {"ratioMetric": ratio}}
                document = slo(indicator=indicator, annotations={"group-by": "zone"})
                [objective] = objectives(shop(document))
                sli = objective.sli
                kind = f"{role} {'counters' if counter else 'gauges'}"
                if isinstance(sli, RatioSli | GaugeRatioSli):
                    by = ("zone",) if index % 2 else ()
                    lines.append(f"  {kind}: {shown(examples(sli, by))}")
                else:
                    lines.append(f"  {kind}: {type(sli).__name__}")
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("", [""]),
        ("abc", ["abc"]),
        ("a|b", ["a", "b"]),
        ("a(b|c)d", ["abd", "acd"]),
        ("(a|b|c)", ["a", "b", "c"]),
        ("((a|b)|c)d", ["ad", "cd"]),
        ("(?:x|y)", ["x", "y"]),
        (r"\d\w.", ["5a0"]),
        (r"1\.5", ["1.5"]),
        ("[a-c]x", ["ax"]),
        ("[^a]x", ["xx"]),
        ("5.*", ["50"]),
        ("5.+|6.?", ["50", "60"]),
        ("^a+b*c?$", ["abc"]),
        ("a{2}b{1,}c{1,3}", ["abc"]),
    ],
)
def test_texts_that_a_pattern_may_match(pattern: str, texts: list[str]) -> None:
    assert list(dict.fromkeys(suggestions(pattern))) == texts
