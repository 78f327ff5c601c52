"""The unit of a threshold: what the document says, else what the metric's name says."""

import pytest

from reliability.compile.prometheus.units import unit_of


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *[("s", "seconds"), ("second", "seconds"), ("seconds", "seconds")],
        *[("byte", "bytes"), ("%", "percent"), ("orders", "orders"), ("", "")],
    ],
)
def test_a_unit_that_is_written_holds_whatever_the_metric_is(written: str, expected: str) -> None:
    assert unit_of(written, "size_bytes") == expected


@pytest.mark.parametrize(
    "unit",
    [
        *["seconds", "bytes", "ratio", "percent", "celsius"],
        *["meters", "volts", "amperes", "joules", "grams"],
    ],
)
@pytest.mark.parametrize("end", ["", "_bucket", "_sum", "_total", "_max", "_min", "_avg", "_p99"])
def test_the_name_of_a_metric_tells_its_base_unit(unit: str, end: str) -> None:
    assert unit_of(None, f"shop_{unit}{end}") == unit


SECONDS = [
    "a_seconds",
    "a_seconds[5m]",
    "(a_seconds)",
    "-a_seconds",
    "max_over_time(a_seconds[5m:1m])",
    "max_over_time(a_seconds[{{.window}}])",
    'a_seconds{job="shop"}',
    *(f"{name}(a_seconds)" for name in ("abs", "ceil", "floor", "round", "sort", "sort_desc")),
    "clamp(a_seconds, 0, 1)",
    "clamp_max(a_seconds, 1)",
    "clamp_min(a_seconds, 0)",
    'label_join(a_seconds, "x", "-", "y")',
    'label_replace(a_seconds, "x", "$1", "y", "(.*)")',
    *(f"{name}_over_time(a_seconds[5m])" for name in ("avg", "min", "max", "last")),
    "quantile_over_time(0.9, a_seconds[5m])",
    *(f"{name}(a_seconds[5m])" for name in ("delta", "idelta", "increase")),
    *(f"{name}(a_seconds)" for name in ("sum", "min", "max", "avg", "stddev")),
    "quantile(0.9, a_seconds)",
    "topk(3, a_seconds)",
    "bottomk(3, a_seconds)",
    "sum by (job) (a_seconds)",
    "time()",
    "time() - a_seconds",
    "a_seconds + b_seconds",
    "a_seconds - b_seconds",
    "a_seconds or b_seconds",
    "a_seconds + 1",
    "a_seconds - (1)",
    "a_seconds or vector(0)",
    *(f"a_seconds {operator} b_bytes" for operator in (">", "<", ">=", "<=", "==", "!=")),
    "a_seconds and b_bytes",
    "a_seconds unless b_bytes",
    "histogram_quantile(0.9, a_seconds_bucket)",
    "histogram_quantile(0.9, rate(a_seconds_bucket[5m]))",
    "histogram_quantile(0.9, sum by (le) (increase(a_seconds_bucket[5m])))",
    "rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m])",
    "sum(rate(a_seconds_sum[5m])) / sum(rate(a_seconds_count[5m]))",
    "(increase(a_seconds_sum[5m])) / (increase(a_seconds_count[5m]))",
]


@pytest.mark.parametrize("query", SECONDS)
def test_what_selects_adds_or_compares_values_keeps_their_unit(query: str) -> None:
    assert unit_of(None, query) == "seconds"


@pytest.mark.parametrize(
    "query",
    [
        "a",
        "seconds",
        "a_seconds_x",
        "a_seconds_count",
        "1",
        '{job="shop"}',
        "rate(a_seconds[5m])",
        "changes(a_seconds[5m])",
        "stdvar(a_seconds)",
        "count(a_seconds)",
        "group(a_seconds)",
        "a_seconds * 2",
        "a_seconds ^ 2",
        "a_seconds % 2",
        "a_seconds / 2",
        "a_seconds + b_bytes",
        "a_seconds or b_bytes",
        "vector(1)",
        "rate(a_seconds_sum[5m]) / rate(b_seconds_count[5m])",
        "rate(a_seconds_total[5m]) / rate(a_seconds_total_count[5m])",
        "rate(a_seconds_sum[5m]) / b_seconds",
        "irate(a_seconds_sum[5m]) / irate(a_seconds_count[5m])",
        'rate({job="a"}[5m]) / rate({job="a"}[5m])',
        "histogram_quantile(0.9, a_seconds_bucket + b_seconds_bucket)",
        "not a query (",
    ],
)
def test_no_unit_is_guessed_from_anything_else(query: str) -> None:
    assert unit_of(None, query) == ""
