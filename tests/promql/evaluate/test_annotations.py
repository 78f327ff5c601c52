"""Warnings and infos are those of a Prometheus 3 with the same samples, and so are the values."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pytest

from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.evaluator import Evaluator, Value
from reliability.promql.evaluate.lines import Labels, labels_of
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import Storage, StoredSeries
from tests.promql.evaluate import nasty
from tests.promql.evaluate.lively import MINUTES, inputs
from tests.promql.evaluate.pushed import STEP, push
from tests.promql.evaluate.test_promtool import exact
from tests.promql.language.description import series
from tests.promql.language.script import Load
from tests.promql.language.storage import Loaded
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

Record = Callable[[str, object], None]
POSITION: Final = re.compile(r" \(\d+:\d+\)$")
HOW: Final = Semantics()
ASKED: Final = (7, 31, 59)
"""Minutes."""

ODD: Final = {
    'lat_bucket{x="bad"}': "1x59",
    'lat_bucket{x="worse",le="x"}': "1x59",
    'lat_bucket{x="c",le="1"}': "5x59",
    'lat_bucket{x="c",le="2"}': "3x59",
    'lat_bucket{x="c",le="+Inf"}': "9x59",
    'lat_bucket{x="a"}': "{{schema:0 count:3 sum:2 buckets:[1 2]}}x59",
    "odd": "{{schema:0 count:5 sum:NaN buckets:[1 2]}}x59",
    'mixed{a="1"}': "{{schema:0 count:3 sum:2 buckets:[1 2]}}x59",
    'mixed{a="2"}': "{{schema:-53 count:3 sum:2 custom_values:[5] buckets:[1 2]}}x59",
    'mixed{a="3"}': "5x59",
    'mixed{a="4"}': "{{schema:-53 count:3 sum:2 custom_values:[5] buckets:[1 2]}}x59",
    'h_total{a="b"}': "{{count:3 sum:2 buckets:[1 2]}}+{{count:3 sum:2 buckets:[1 2]}}x59",
}
BOTH: Final = '{__name__=~"f|h"}'
TELLING: Final = (
    "histogram_quantile(0.5, odd)",
    "histogram_quantile(0.99, odd)",
    "histogram_fraction(0, 1, odd)",
    'histogram_quantile(0.9, {__name__=~"lat_bucket|h"})',
    'histogram_fraction(0, 1, {__name__=~"lat_bucket|h"})',
    "rate(h_total[5m])",
    "quantile(2, f)",
    "quantile(-1, h)",
    "quantile_over_time(3, f[5m])",
    "topk(2, h)",
    f"bottomk(1, {BOTH})",
    f"quantile(0.5, {BOTH})",
    f"sum({BOTH})",
    f"avg({BOTH})",
    f"max({BOTH})",
    f"stddev({BOTH})",
    'sum(h{kind=~"custom|counter"})',
    'avg(h{kind=~"custom|counter"})',
    'h + on () group_left () h{i="4"}',
    'mixed{a!="4"} + on () group_left () mixed{a="1"}',
    'mixed{a!="2"} - on () group_left () mixed{a="1"}',
    'mixed{a="1"} == on () group_right () mixed{a!="4"}',
    "mixed - 1",
    "1 - h",
    "h atan2 h",
    "rate(f[5m:1m])",
    "rate(sum(f)[5m:1m])",
)


def storage(described: list[tuple[Labels, tuple[Any, ...]]]) -> Storage:
    """The same series as they are stored."""
    loaded = Loaded()
    loaded.load(Load(STEP, tuple(described), False))
    return Storage(
        [
            StoredSeries(each.labels, each.times + nasty.FIRST, each.values, each.histograms)
            for each in loaded.storage.series
        ]
    )


def ours(stored: Storage, expression: str, at: int) -> tuple[list[str], dict[Labels, float | None]]:
    """Annotations, and numbers by their labels; None for a histogram."""
    notes = QueryAnnotations()
    try:
        times = np.array([at], dtype=np.int64)
        result = Evaluator(stored, times, HOW, notes=notes).value(read(expression))
    except WouldFail as error:
        return [error.error], {}
    return sorted(note.text for note in notes), dict(_samples(result))


def _samples(result: Value) -> Iterator[tuple[Labels, float | None]]:
    if not isinstance(result, tuple):
        yield (), float(result[0])
        return
    for line in result:
        if line.there[0]:
            yield line.labels, None if line.are_histograms[0] else float(line.values[0])


def theirs(
    server: Prometheus, expression: str, at: int
) -> tuple[list[str], dict[Labels, float | None]]:
    """The same of a server."""
    query = {"query": expression, "time": at / 1000}
    reply = httpx.post(f"{server.url}/api/v1/query", data=query, trust_env=False, timeout=60).json()
    if reply["status"] != "success":
        return [reply["error"]], {}
    notes = {
        POSITION.sub("", text) for kind in ("warnings", "infos") for text in reply.get(kind, ())
    }
    result = reply["data"]["result"]
    if reply["data"]["resultType"] == "scalar":
        return sorted(notes), {(): float(result[1])}
    return sorted(notes), dict(map(_sample, result))


def _sample(sample: Mapping[str, Any]) -> tuple[Labels, float | None]:
    value = float(sample["value"][1]) if "value" in sample else None
    return labels_of(sample["metric"]), value


def same(one: Mapping[Labels, float | None], other: Mapping[Labels, float | None]) -> bool:
    """Whether all numbers are the same in every bit."""
    return one.keys() == other.keys() and all(
        one[key] == other[key] or (one[key] != one[key] and other[key] != other[key]) for key in one
    )


def test_warnings_infos_and_values_are_a_server_s(
    generation: Generation, tmp_path: Path, record_property: Record
) -> None:
    if not generation.has_left_open_ranges:
        pytest.skip("Prometheus 2 has few of them, and describes them less precisely")
    seed = nasty.free_seed()
    described = [
        series(f"{name} {values}") for name, values in {**inputs(seed, HOW), **ODD}.items()
    ]
    stored = storage(described)
    strict = list(dict.fromkeys(exact(HOW)))
    wrong: dict[tuple[str, int], object] = {}

    config = prometheus_config(out_of_order=timedelta(days=400))
    flags = ("--enable-feature=native-histograms",)
    with run_prometheus(generation, tmp_path, config, flags=flags) as server:
        push(server.url, described, nasty.FIRST)
        for expression in (*strict, *TELLING):
            for minute in ASKED:
                at = nasty.FIRST + minute * STEP
                (notes, values), (said, found) = (
                    ours(stored, expression, at),
                    theirs(server, expression, at),
                )
                if notes != said or (expression in strict and not same(values, found)):
                    wrong[expression, minute] = notes, said, values, found

    count = (len(strict) + len(TELLING)) * len(ASKED)
    record_property("compared", f"{count:,} queries, seed {seed}")
    sys.stdout.write(f"{count:,} queries compared, seed {seed}, {len(wrong)} differing\n")
    assert not wrong, f"RELIABILITY_SEED={seed}: {list(wrong.items())[:3]}"
    assert ASKED[-1] < MINUTES
