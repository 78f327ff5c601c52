"""The queries for Pyrra's native histograms and boolean gauges count what they should."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.query import rate, read_query
from tests.convert.test_pyrra import GAUGE, NATIVE, pyrra, queries
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

QUICK = "{{schema:0 sum:2 count:60 buckets:[60] offset:-4}}"
"""Sixty requests between 31 and 63 ms."""
SLOW = "{{schema:0 sum:90 count:60 buckets:[60] offset:1}}"
"""Sixty requests between one and two seconds."""
NONE_YET = "{{schema:0 sum:0 count:0 buckets:[0] offset:1}}"
HISTOGRAMS = {
    'request_seconds{job="shop",i="quick"}': f"{QUICK}+{QUICK}x20",
    'request_seconds{job="shop",i="slow"}': f"{SLOW}+{SLOW}x20",
    'request_seconds{job="shop",i="idle"}': f"{QUICK}x20",
    'request_seconds{job="shop",i="new"}': f"{NONE_YET}x20",
}
GAUGES = {'up{job="shop",instance="a"}': "1x20", 'up{job="shop",instance="b"}': "1x10 0x10"}


def per_window(query: str) -> str:
    """The query as it is compiled for a window of 570 s."""
    read = read_query(query)
    if isinstance(read, HistogramQuery):
        return rate(read, timedelta(seconds=570))
    return query.replace("{{.window}}", "570s")


@pytest.mark.parametrize(
    ("text", "series", "good", "total"),
    [
        (NATIVE, HISTOGRAMS, {"{}": 1}, {"{}": 2}),
        (GAUGE, GAUGES, {'{instance="a"}': 10, '{instance="b"}': 5},
         {'{instance="a"}': 10, '{instance="b"}': 10}),
    ],
    ids=["native", "gauge"],
)  # fmt: skip
def test_good_and_total(
    text: str,
    series: dict[str, str],
    good: dict[str, float],
    total: dict[str, float],
    tmp_path: Path,
    generation: Generation,
) -> None:
    found = queries(pyrra(text))
    expected: list[dict[str, Any]] = [
        {
            "expr": per_window(str(found[role])),
            "eval_time": "15m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in values.items()],
        }
        for role, values in (("good", good), ("total", total))
    ]
    shown = [{"series": name, "values": values} for name, values in series.items()]
    test = {"interval": "1m", "input_series": shown, "promql_expr_test": expected}
    file = tmp_path / "test.yml"
    file.write_text(json.dumps({"rule_files": [], "tests": [test]}), encoding="utf-8")
    said = run_rule_tests(generation, file)
    assert said.accepted, said.text
