"""Every function and operator of PromQL, on numbers and native histograms, as promtool has it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from reliability.promql.evaluate.semantics import Semantics
from tests.environment import is_exact
from tests.promql.evaluate import nasty
from tests.promql.evaluate.compared import semantics
from tests.promql.evaluate.lively import inputs
from tests.promql.evaluate.promtool_answers import (
    Answer,
    Question,
    answers,
    differing,
    is_near,
    ours,
    same,
)
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

Record = Callable[[str, object], None]
MINUTES: Final = (0, 3, 7, 15, 22, 31, 40, 52, 59) if is_exact() else (0, 7, 31, 59)

OF_RANGES: Final = (
    "rate",
    "increase",
    "delta",
    "irate",
    "idelta",
    "resets",
    "changes",
    "deriv",
    "min_over_time",
    "max_over_time",
    "count_over_time",
    "last_over_time",
    "present_over_time",
    "absent_over_time",
    "stddev_over_time",
    "stdvar_over_time",
)
ADDED: Final = ("sum_over_time", "avg_over_time")
OF_VECTORS: Final = (
    "abs",
    "ceil",
    "floor",
    "sqrt",
    "sgn",
    "ln",
    "log2",
    "rad",
    "deg",
    "round",
    "minute",
    "hour",
    "day_of_week",
    "day_of_month",
    "day_of_year",
    "days_in_month",
    "month",
    "year",
    "timestamp",
    "histogram_count",
    "histogram_sum",
    "histogram_avg",
    "histogram_stddev",
    "histogram_stdvar",
    "absent",
    "scalar",
)
BY_THE_C_LIBRARY: Final = (
    "exp",
    "log10",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
)
AGGREGATIONS: Final = (
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "group",
    "stddev",
    "stdvar",
)
OPERATORS: Final = (
    "+",
    "-",
    "*",
    "/",
    "%",
    "==",
    "!=",
    ">",
    "<",
    ">=",
    "<=",
)
SHARES: Final = ("0.1", "0.5", "0.9", "-1", "2", "NaN")
BOUNDS: Final = (("0", "1"), ("-Inf", "+Inf"), ("-1", "0.3"), ("0.2", "0.2"), ("NaN", "1"))
HISTOGRAMS: Final = ("h", "rate(h[10m])", "lat_bucket", "rate(lat_bucket[10m])")
OTHERS: Final = (
    "time()",
    "vector(time())",
    "hour()",
    "day_of_week()",
    "h == h",
    "h != h offset 1m",
    "h * on (i) f",
    "f / on (i) group_right (kind) h",
    'h - on () group_left () h{i="0"}',
    'h + on () group_left () h{i="5"}',
    'absent(nope{a="b", c!="d"})',
    'absent(nope{a="x", a="y", b="z"})',
    'absent_over_time(nope{a="b"}[5m])',
    "f ^ 2",
    "f ^ -3",
    "f ^ 0.5",
    'topk(2, f{kind=~"fraction|gauge"})',
    'bottomk by (job) (1, f{kind=~"fraction|gauge|date"})',
    'topk(scalar(f{kind="small"}), f{kind=~"fraction|gauge|date"})',
    "timestamp(timestamp(f @ 900))",
    "predict_linear(f[10m] @ 900, 60)",
    "max_over_time((f @ end())[10m:2m])",
    "histogram_fraction(0.05, 0.2, sum_over_time(h[5m]))",
)


def exact(how: Semantics) -> Iterator[str]:
    """Expressions whose every bit is Prometheus's."""
    for metric in ("f", "h"):
        yield from (metric, f"-{metric}")
        for window in ("5m", "13m"):
            yield from (f"{name}({metric}[{window}])" for name in OF_RANGES)
            # Times one, empty buckets are gone: promtool moves those beside them.
            yield from (f"{name}({metric}[{window}]) * 1" for name in ADDED)
            yield f"quantile_over_time(0.3, {metric}[{window}])"
            yield f"predict_linear({metric}[{window}], 300)"
            if not how.is_left_open:
                yield f"holt_winters({metric}[{window}], 0.3, 0.6)"
        yield from (f"{name}({metric})" for name in OF_VECTORS)
        yield from _with_operators(metric, how)
        yield from _at_other_times(metric)
        yield from _relabeled(metric)
    for histogram in HISTOGRAMS:
        yield from (f"histogram_quantile({share}, {histogram})" for share in SHARES)
        yield from (f"histogram_fraction({low}, {high}, {histogram})" for low, high in BOUNDS)
    yield from OTHERS


def _with_operators(metric: str, how: Semantics) -> Iterator[str]:
    if how.is_left_open or metric == "f":
        # Prometheus 2 divides empty buckets, too, of which there are some by chance.
        yield f"{metric} / 0"
    for operator in OPERATORS:
        for other in (
            "3",
            metric,
            f"on (i) group_left () {metric}",
            f"ignoring (kind) {metric}",
        ):
            yield f"{metric} {operator} {other}"
        yield f"3 {operator} {metric}"
    yield f"{metric} == bool {metric}"
    yield f"{metric} > bool 3"
    yield f"{metric} and on (job) f"
    yield f"{metric} unless on (i) h"
    yield f"{metric} or h"


def _at_other_times(metric: str) -> Iterator[str]:
    yield f"{metric} @ 600"
    yield f"{metric} @ end()"
    yield f"{metric} offset -3m"
    yield f"timestamp({metric} @ 600 offset 3m)"
    yield f"rate({metric}[5m] @ 1200 offset 3m)"
    yield f"sum_over_time({metric}[10m:2m]) * 1"
    yield f"avg_over_time(delta({metric}[5m])[10m:2m]) * 1"


def _relabeled(metric: str) -> Iterator[str]:
    yield f'label_replace({metric}, "x", "$1-${{2}}y$$", "kind", "(.)(.*)")'
    yield f'label_join({metric}, "z", "/", "kind", "i")'
    yield f'count_values("v", {metric})'
    yield f'count_values without (i) ("v", {metric})'
    yield f"clamp({metric}, -1, 5)"
    yield f"clamp_min({metric}, 3)"
    yield f"clamp_max({metric}, 2)"
    yield f"round({metric}, 0.3)"
    yield f"quantile by (job) (0.7, {metric})"


def near() -> Iterator[str]:
    """Expressions that depend on the order of series in memory, or on the C library."""
    for metric in ("f", "h"):
        yield from (f"{name} by (job) ({metric})" for name in AGGREGATIONS)
        yield from (f"{name}({metric})" for name in AGGREGATIONS)
    yield from (f"{name}(f)" for name in BY_THE_C_LIBRARY)
    yield from ("2 ^ f", "f ^ 2.5", "f atan2 3", "histogram_quantile(0.3, sum(rate(h[10m])))")


def test_every_function_is_promtool_s(
    generation: Generation, tmp_path: Path, record_property: Record
) -> None:
    seed, how = nasty.free_seed(), semantics(generation)
    series = inputs(seed, how)
    strict, lenient = list(dict.fromkeys(exact(how))), list(near())
    questions = [Question(text, minute) for text in (*strict, *lenient) for minute in MINUTES]
    theirs = answers(generation, tmp_path, series, questions)
    found = ours(series, how, questions)

    wrong = {
        question: (theirs[question], found[question])
        for question in questions
        if not (
            same(theirs[question], found[question])
            or (question.expression in lenient and is_near(theirs[question], found[question]))
        )
    }
    said = f"{generation.name}: {len(questions):,} answers compared, seed {seed}"
    record_property("compared", said)
    sys.stdout.write(f"{said}, {len(wrong)} differing\n")
    assert not wrong, f"RELIABILITY_SEED={seed}: {shown(wrong)}"


def shown(wrong: Mapping[Question, tuple[Answer, Answer]]) -> str:
    """The first differing answers, theirs and ours."""
    parts = [
        f"{question.expression} at {question.minute}m: {differing(theirs, found)}"
        for question, (theirs, found) in wrong.items()
    ]
    return "\n".join(parts[:10])
