"""The answers over the samples of `edges.py`, in golden files, and promtool's to the same.

`pytest tests/promql/evaluate/test_edges.py --update-golden` rewrites the files; the comparison with
promtool says whether they are right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.evaluator import Evaluator, Value
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.lines import EvaluatedSeries, written
from reliability.promql.evaluate.moments import QuerySpan
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import Storage
from tests.golden import Golden
from tests.promql.evaluate.compared import semantics
from tests.promql.evaluate.edges import EDGES
from tests.promql.evaluate.promtool_answers import (
    Answer,
    Question,
    answers,
    as_printed,
    is_near,
    ours,
)
from tests.promql.evaluate.test_promtool import shown
from tests.promql.language.description import series
from tests.promql.language.script import Load
from tests.promql.language.storage import Loaded
from tests.servers.generation import Generation

GOLDEN: Final = Path(__file__).parent / "golden" / "edges"
SEMANTICS: Final = {
    "left-open": Semantics(Ranges.LEFT_OPEN),
    "closed": Semantics(Ranges.CLOSED),
}
ALONE: Final = {
    "ranges": (
        "c_total @ start()",
        "min_over_time((c_total @ start())[3m:1m])",
        "sum(rate(c_total[2m] @ end()))",
        "scalar(sum(max_over_time((c_total @ end())[3m:1m])))",
        "max_over_time((q @ start() > 9)[2m:1m])",
        "max_over_time(max_over_time(q[2m:1m] @ end())[2m:1m]) + 1",
    ),
    "native": ("last_over_time((e @ end())[2m:1m])", "last_over_time((f @ start() or e)[1m:1m])"),
}
"""Expressions that depend on the query, evaluated as a rule does: each time on its own."""
DELAYED: Final = Semantics(Ranges.LEFT_OPEN, delays_names=True)
MINUTE: Final = 60_000
MOMENTS: Final[Mapping[str, int]] = {
    "ranges": 17,
    "dates": 28,
    "numbers": 13,
    "sparse": 2,
    "extrapolated": 8,
}
"""Minutes from 0 on at which the expressions are evaluated; for others the samples of 5 minutes."""


BY_THE_C_LIBRARY: Final = re.compile(r"exp\(|log10\(|\^")
"""Expressions whose last bits depend on the machine."""
BY_ORDER: Final = (
    *("sum(n", "avg(n", "stddev(n", "stdvar(n", "sum(p", "avg(p", "stddev(p", "stdvar(p"),
)
"""Starts of expressions that promtool answers by the order of series in its memory."""
TIED: Final = re.compile("topk|bottomk")
NO_TEXT: Final = re.compile(r"\\xff|\\376")
"""Bytes that are not UTF-8, which promtool prints as they are."""


@pytest.mark.parametrize("name", SEMANTICS)
@pytest.mark.parametrize("family", EDGES)
def test_the_answers_at_the_edges(golden: Golden, family: str, name: str) -> None:
    golden.check(GOLDEN / f"{family}-{name}.txt", answered_family(family, SEMANTICS[name]))


@pytest.mark.parametrize("family", ["matched", "relabeled", "ranges", "native"])
def test_names_that_are_removed_at_the_end(golden: Golden, family: str) -> None:
    """As with the flag `promql-delayed-name-removal`: what differs from the answers without it."""
    plain, delayed = (
        answered_family(family, how).splitlines() for how in (SEMANTICS["left-open"], DELAYED)
    )
    lines = [line for line in unified_diff(plain, delayed, n=1, lineterm="") if line[:3] != "@@ "]
    golden.check(GOLDEN / f"{family}-delayed.txt", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("name", SEMANTICS)
def test_each_evaluation_is_a_query_with_a_start_and_an_end(golden: Golden, name: str) -> None:
    lines: list[str] = []
    for family, expressions in ALONE.items():
        storage = stored(EDGES[family].of(SEMANTICS[name])[0])
        times = np.arange(0, 7, dtype=np.int64) * MINUTE
        for text in expressions:
            value = Evaluator(storage, times, SEMANTICS[name]).value(read(text))
            lines += [f"{text}\n", *rows(value, repr)]
    golden.check(GOLDEN / f"alone-{name}.txt", "".join(lines))


@pytest.mark.parametrize(
    ("factors", "error"),
    [
        ("0, 0.5", "invalid smoothing factor. Expected: 0 < sf < 1, got: 0.000000"),
        ("1, 0.5", "invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000"),
        ("0.5, 1.5", "invalid trend factor. Expected: 0 < tf < 1, got: 1.500000"),
        ("0.5, -0.1", "invalid trend factor. Expected: 0 < tf < 1, got: -0.100000"),
    ],
)
def test_factors_of_smoothing_are_between_0_and_1(factors: str, error: str) -> None:
    storage, times = stored(EDGES["ranges"].series), np.array([4 * MINUTE], dtype=np.int64)
    with pytest.raises(WouldFail) as refused:
        Evaluator(storage, times, SEMANTICS["closed"]).value(
            read(f"holt_winters(q[5m], {factors})")
        )
    assert refused.value.error == error


def answered_family(family: str, how: Semantics) -> str:
    """Each expression of a family with its answers."""
    described, expressions = EDGES[family].of(how)
    storage = stored(described)
    minutes = range(MOMENTS.get(family, 5))
    lines: list[str] = []
    for text in expressions:
        lines.append(f"{text}\n")
        if family == "ranking":
            for minute in minutes[:3]:
                lines += answered(storage, text, [minute], how=how)
        else:
            lines += answered(storage, text, list(minutes), how=how)
    return "".join(lines)


def stored(described: Mapping[str, str]) -> Storage:
    """Series with one sample a minute."""
    loaded = Loaded()
    loaded.load(
        Load(MINUTE, tuple(series(f"{key} {each}") for key, each in described.items()), False)
    )
    return loaded.storage


def answered(storage: Storage, text: str, minutes: list[int], how: Semantics) -> Iterator[str]:
    """The result of a range query with its annotations, or of each moment if it fails."""
    times = np.array(minutes, dtype=np.int64) * MINUTE
    notes, span = QueryAnnotations(), QuerySpan(int(times[0]), int(times[-1]))
    try:
        value = Evaluator(storage, times, how, span, notes).value(read(text))
    except WouldFail as error:
        if len(minutes) == 1:
            yield f"  at {minutes[0]}m: {error.error}\n"
            return
        for minute in minutes:
            yield from answered(storage, text, [minute], how=how)
        return
    yield from rows(value, rounded if BY_THE_C_LIBRARY.search(text) else repr)
    yield from (f"  {note.text}\n" for note in notes)


def rows(value: Value, number: Callable[[float], str]) -> Iterator[str]:
    """A line for each series: labels and samples, `_` where there is none."""
    if not isinstance(value, tuple):
        yield f"  {' '.join(map(number, value.tolist()))}\n"
        return
    for line in value:
        if line.there.any():
            samples = (sample(line, row, number) for row in range(len(line.there)))
            yield f"  {written(line.labels)} {' '.join(samples)}\n"


def sample(line: EvaluatedSeries, row: int, number: Callable[[float], str]) -> str:
    if not line.there[row]:
        return "_"
    histogram = line.samples[row]
    if isinstance(histogram, NativeHistogram):
        shown = as_printed(histogram)
        return f"{shown.text}/{shown.schema},{shown.hint.value}"
    return number(float(line.values[row]))


def rounded(value: float) -> str:
    """A number with as many digits as every C library has in common."""
    return f"{value:.10g}"


@pytest.mark.servers
@pytest.mark.parametrize("family", EDGES)
def test_the_answers_at_the_edges_are_promtool_s(
    generation: Generation, tmp_path: Path, family: str
) -> None:
    how = semantics(generation)
    described, expressions = EDGES[family].of(how)
    minutes = range(MOMENTS.get(family, 5))
    asked = (
        text for text in expressions if not text.startswith(BY_ORDER) and not NO_TEXT.search(text)
    )
    questions = [Question(text, minute) for text in asked for minute in minutes]
    theirs = answers(generation, tmp_path, described, questions)
    found = ours(described, how, questions)

    wrong = {
        question: (theirs[question], found[question])
        for question in questions
        if not is_near(theirs[question], found[question])
        and not (TIED.match(question.expression) and as_many(theirs[question], found[question]))
    }
    assert not wrong, shown(wrong)


def as_many(one: Answer, other: Answer) -> bool:
    """Whether both have the same values: which of equal ones stays depends on promtool's memory."""
    if isinstance(one, str) or isinstance(other, str):
        return False
    return sorted(map(str, one.values())) == sorted(map(str, other.values()))
