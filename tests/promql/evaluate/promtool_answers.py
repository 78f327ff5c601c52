"""Expressions asked of promtool, whose unit tests print what they got with every bit of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.promql.evaluate.buckets import Buckets
from reliability.promql.evaluate.evaluator import Evaluator, Value
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.lines import Labels
from reliability.promql.evaluate.numerals import general
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import Storage, is_stale
from tests.promql.language.description import Sample, series
from tests.promql.language.script import Load
from tests.promql.language.storage import Loaded
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

ASKED: Final = re.compile(
    r"^ +expr: \"(?:[^\"\\]|\\.)*\", time: [^,\n]*,(?P<rest>.*?)(?=^ +expr: |\Z)",
    re.DOTALL | re.MULTILINE,
)
SAMPLE: Final = re.compile(
    r"(?P<labels>\{\}|(?:[a-zA-Z_:][\w:]*)?(?:\{(?:[^\"{}]|\"(?:[^\"\\]|\\.)*\")+\})?) "
    r"(?P<value>\{\{[^}]*\}\}|[-+\w.]+)(?:, |$)"
)
IMPOSSIBLE: Final = "impossible"
NEAR: Final = 1e-11

Answer = Mapping[Labels, Sample] | str
"""Samples by their labels, or an error."""


@dataclass(frozen=True, slots=True)
class Question:
    """An expression at a minute."""

    expression: str
    minute: int


def answers(
    generation: Generation,
    folder: Path,
    inputs: Mapping[str, str],
    questions: Sequence[Question],
) -> dict[Question, Answer]:
    """What promtool says, asked for something that cannot be."""
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in inputs.items()],
        "promql_expr_test": [
            {
                "expr": question.expression,
                "eval_time": f"{question.minute}m",
                "exp_samples": [{"labels": IMPOSSIBLE, "value": 1}],
            }
            for question in questions
        ],
    }
    file = folder / "asked.json"
    file.write_text(json.dumps({"rule_files": [], "evaluation_interval": "1m", "tests": [test]}))
    text = run_rule_tests(generation, file).text
    found = [_answer(match) for match in ASKED.finditer(text)]
    assert len(found) == len(questions), f"{len(found)} of {len(questions)} answers: {text[:3000]}"
    return dict(zip(questions, found, strict=True))


def _answer(match: re.Match[str]) -> Answer:
    rest = match["rest"]
    error = re.match(r" err: (.*)", rest)
    if error is not None:
        return error[1].strip()
    got = re.search(r"got: (.*)", rest)
    assert got is not None, rest
    if got[1] == "nil":
        return {}
    samples: dict[Labels, Sample] = {}
    at = 0
    while at < len(got[1]):
        sample = SAMPLE.match(got[1], at)
        assert sample is not None, got[1][at:]
        labels, values = series(f"{sample['labels']} {_number(sample['value'])}")
        [samples[labels]] = values
        at = sample.end()
    return samples


def _number(text: str) -> str:
    """A number as series have it: `1E+00`, `+Inf`, `NaN`; the list of bounds of Go is one, too."""
    return text.replace("E", "e") if not text.startswith("{{") else text


def ours(
    inputs: Mapping[str, str], how: Semantics, questions: Sequence[Question]
) -> dict[Question, Answer]:
    """The same of our own evaluator, where each moment is a query of its own."""
    loaded = Loaded()
    described = tuple(series(f"{name} {values}") for name, values in inputs.items())
    loaded.load(Load(60_000, described, False))
    storage = loaded.storage
    minutes = sorted({question.minute for question in questions})
    times = np.array(minutes, dtype=np.int64) * 60_000

    found: dict[Question, Answer] = {}
    for expression in dict.fromkeys(question.expression for question in questions):
        wanted = [each for each in questions if each.expression == expression]
        try:
            result = Evaluator(storage, times, how).value(read(expression))
        except WouldFail:
            found.update({each: _alone(storage, how, each) for each in wanted})
            continue
        for each in wanted:
            found[each] = _samples(result, minutes.index(each.minute))
    return found


def _alone(storage: Storage, how: Semantics, question: Question) -> Answer:
    times = np.array([question.minute * 60_000], dtype=np.int64)
    try:
        return _samples(Evaluator(storage, times, how).value(read(question.expression)), 0)
    except WouldFail as error:
        return error.error


def _samples(result: Value, row: int) -> Answer:
    if not isinstance(result, tuple):
        return {(): float(result[row])}
    found: dict[Labels, Sample] = {}
    for line in result:
        if line.there[row]:
            histogram = None if line.histograms is None else line.histograms[row]
            found[line.labels] = float(line.values[row]) if histogram is None else histogram
    return found


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers are the same in every bit."""
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str)
    return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)


def _same(one: Sample, other: Sample) -> bool:
    if isinstance(one, NativeHistogram) and isinstance(other, NativeHistogram):
        return _numbers(one.compact()) == pytest.approx(
            _numbers(as_printed(other)), rel=0, abs=0, nan_ok=True
        )
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    return False


def differing(one: Answer, other: Answer) -> str:
    """What differs, for people."""
    if isinstance(one, str) or isinstance(other, str):
        return f"{one} | {other}"
    labels = [key for key in one.keys() | other.keys() if not same_sample(one, other, key)]
    return "; ".join(f"{key}: {_text(one.get(key))} | {_text(other.get(key))}" for key in labels)


def same_sample(one: Mapping[Labels, Sample], other: Mapping[Labels, Sample], key: Labels) -> bool:
    """Whether one sample is the same."""
    return _same(one.get(key), other.get(key))


def _text(sample: Sample) -> str:
    return as_printed(sample).text if isinstance(sample, NativeHistogram) else str(sample)


def is_near(one: Answer, other: Answer) -> bool:
    """Whether two answers differ by what another order of additions can make."""
    if isinstance(one, str) or isinstance(other, str):
        return same(one, other)
    return one.keys() == other.keys() and all(_near(one[key], other[key]) for key in one)


def _near(one: Sample, other: Sample) -> bool:
    if isinstance(one, NativeHistogram) and isinstance(other, NativeHistogram):
        return _numbers(one.compact()) == pytest.approx(
            _numbers(as_printed(other)), rel=NEAR, nan_ok=True
        )
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=NEAR, nan_ok=True)
    return False


def _numbers(histogram: NativeHistogram) -> dict[str, float]:
    """Every number of a histogram by its name."""
    counts = {f"+{index}": count for index, count in histogram.positive.items()}
    counts |= {f"-{index}": count for index, count in histogram.negative.items()}
    figures = {"count": histogram.count, "sum": histogram.total, "zero": histogram.zero_count}
    return {**counts, **figures, "schema": histogram.schema, "width": histogram.zero_threshold}


def as_printed(histogram: NativeHistogram) -> NativeHistogram:
    """As promtool prints it: with more than two runs of buckets, it moves those in between.

    Source: the last loop of compactBuckets in model/histogram/generic.go.
    """
    return replace(
        histogram,
        positive=_as_printed(histogram.positive),
        negative=_as_printed(histogram.negative),
    ).compact()


def _as_printed(buckets: Buckets) -> Buckets:
    runs: list[list[int]] = []
    for index in buckets:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    for run in runs:
        while run and not buckets[run[0]]:
            run.pop(0)
        while run and not buckets[run[-1]]:
            run.pop()
    runs = [run for run in runs if run]
    if not runs:
        return {}

    counts = [buckets[index] for run in runs for index in run]
    at = len(runs[0])
    for before, run in pairwise(runs):
        gap = run[0] - before[-1] - 1
        counts[at:at] = [0.0] * gap
        at += gap
    return {runs[0][0] + offset: count for offset, count in enumerate(counts)}


def described(values: np.ndarray) -> str:
    """Numbers as a series has them: NaN is no sample, infinity and stale markers are."""
    return " ".join(
        "stale" if stale else "_" if np.isnan(value) else f"{value!r}".replace("inf", "Inf")
        for value, stale in zip(values.tolist(), is_stale(values).tolist(), strict=True)
    )


def described_histogram(histogram: NativeHistogram) -> str:
    """A histogram as a series has it."""
    parts = [
        f"schema:{histogram.schema}",
        f"count:{_written(histogram.count)}",
        f"sum:{_written(histogram.total)}",
    ]
    if histogram.zero_threshold:
        parts.append(f"z_bucket_w:{_written(histogram.zero_threshold)}")
    if histogram.zero_count:
        parts.append(f"z_bucket:{_written(histogram.zero_count)}")
    if histogram.bounds:
        parts.append(f"custom_values:[{' '.join(map(_written, histogram.bounds))}]")
    if histogram.hint is ResetHint.GAUGE:
        parts.append("counter_reset_hint:gauge")
    parts += _buckets("buckets", "offset", histogram.positive)
    parts += _buckets("n_buckets", "n_offset", histogram.negative)
    return f"{{{{{' '.join(parts)}}}}}"


def _buckets(key: str, offset: str, buckets: Buckets) -> list[str]:
    if not buckets:
        return []
    first, last = min(buckets), max(buckets)
    counts = [buckets.get(index, 0.0) for index in range(first, last + 1)]
    return [f"{offset}:{first}", f"{key}:[{' '.join(map(_written, counts))}]"]


def _written(value: float) -> str:
    return general(value)
