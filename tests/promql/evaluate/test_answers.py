"""The answers to every question of `test_promtool.py`, without promtool: a digest of each.

The series are in golden files, too, so that no random generator decides what is compared.
`pytest tests/promql/evaluate/test_answers.py --update-golden` rewrites the digests; `test_promtool`
says whether the answers are right.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.lines import Labels, written
from reliability.promql.evaluate.moments import QuerySpan
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Ranges, Semantics
from tests.golden import Golden
from tests.promql.evaluate.promtool_answers import Answer, Question, as_printed, ours
from tests.promql.evaluate.test_promtool import exact, near
from tests.promql.language.description import Sample, series
from tests.promql.language.script import Load
from tests.promql.language.storage import Loaded

GOLDEN: Final = Path(__file__).parent / "golden" / "answers"
SEMANTICS: Final = {
    "left-open": Semantics(Ranges.LEFT_OPEN),
    "closed": Semantics(Ranges.CLOSED),
}
MINUTES: Final = (0, 7, 31, 59)


@pytest.mark.parametrize("name", SEMANTICS)
def test_every_answer_is_the_one_that_was_compared(golden: Golden, name: str) -> None:
    how = SEMANTICS[name]
    expressions = list(dict.fromkeys([*exact(how), *near()]))
    questions = [Question(text, minute) for text in expressions for minute in MINUTES]
    found = ours(stored(name), how, questions)
    lines = (
        f"{' '.join(digest(found[Question(text, minute)]) for minute in MINUTES)}  {text}"
        for text in expressions
    )
    golden.check(GOLDEN / f"{name}.txt", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("name", SEMANTICS)
def test_what_is_remarked_on_an_answer(golden: Golden, name: str) -> None:
    how, loaded = SEMANTICS[name], Loaded()
    described = tuple(series(f"{key} {values}") for key, values in stored(name).items())
    loaded.load(Load(60_000, described, False))
    storage = loaded.storage
    times = np.array(MINUTES, dtype=np.int64) * 60_000
    span = QuerySpan(int(times[0]), int(times[-1]))

    lines = []
    for text in dict.fromkeys([*exact(how), *near()]):
        notes = QueryAnnotations()
        with suppress(WouldFail):
            Evaluator(storage, times, how, span, notes).value(read(text))
        lines += [f"{text}: {note.text}\n" for note in notes]
    golden.check(GOLDEN / f"{name}-annotations.txt", "".join(lines))


def stored(name: str) -> Mapping[str, str]:
    """Series by their names with labels; `lively.inputs` made them once."""
    lines = (GOLDEN / f"{name}-series.txt").read_text().splitlines()
    return dict(line.split("\t") for line in lines)


def digest(answer: Answer) -> str:
    """Some digits for all samples of an answer, or what an error says."""
    if not answer:
        return "nothing"
    text = answer if isinstance(answer, str) else "\n".join(samples(answer))
    return hashlib.sha256(text.encode()).hexdigest()[:7]


def samples(answer: Mapping[Labels, Sample]) -> Iterator[str]:
    """Each sample with as many digits as every C library has in common."""
    for labels in answer:
        sample = answer[labels]
        if isinstance(sample, NativeHistogram):
            yield f"{written(labels)} {as_printed(sample).text} {sample.hint}"
        else:
            yield f"{written(labels)} {sample:.10g}"
