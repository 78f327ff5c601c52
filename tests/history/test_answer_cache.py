"""Answers of a server in files: which are kept, for how long, and for which question."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.history.sources.answers import AnswerCache, Question
from reliability.promql.samples import Counter, Samples
from reliability.timespan import TimeSpan

START: Final = datetime(2026, 9, 29, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
QUESTION: Final[Question] = ("http://p", "up", TimeSpan(START, START + HOUR), timedelta(minutes=1))
ANSWER: Final = (Counter({"a": "b"}, Samples(np.array([60_000], dtype=np.int64), np.array([1.5]))),)


def settled(hours: float) -> float:
    return (START + hours * HOUR).timestamp()


@pytest.mark.parametrize(("hours", "is_kept"), [(0.99, False), (1, True), (2, True)])
def test_an_answer_is_kept_once_its_end_is_settled(
    tmp_path: Path, hours: float, is_kept: bool
) -> None:
    cache = AnswerCache(tmp_path, settled(hours))
    assert cache.read(QUESTION) is None
    cache.write(QUESTION, ANSWER)
    found = cache.read(QUESTION)
    assert (found is not None) == is_kept
    if found is not None:
        assert [(one.labels, one.samples.values.tolist()) for one in found] == [({"a": "b"}, [1.5])]


def test_every_part_of_a_question_counts(tmp_path: Path) -> None:
    url, expression, span, every = QUESTION
    cache = AnswerCache(tmp_path, settled(9), "credential")
    cache.write(QUESTION, ())
    assert cache.read(QUESTION) == ()
    others: list[Question] = [
        ("http://q", expression, span, every),
        (url, "down", span, every),
        (url, expression, TimeSpan(span.start + HOUR / 2, span.end), every),
        (url, expression, TimeSpan(span.start, span.end + HOUR), every),
        (url, expression, span, every * 2),
    ]
    assert [cache.read(other) for other in others] == [None] * 5
    assert AnswerCache(tmp_path, settled(9)).read(QUESTION) is None
    assert AnswerCache(tmp_path, settled(0), "credential").read(QUESTION) == ()


def test_answers_that_nobody_used_for_a_week_are_removed(tmp_path: Path) -> None:
    now = datetime.now(UTC).timestamp()
    cache = AnswerCache.open(tmp_path / "answers", "credential")
    assert now - 601 < cache.settled <= datetime.now(UTC).timestamp() - 600
    assert (cache.scope, cache.folder) == ("credential", tmp_path / "answers")
    questions: list[Question] = [("http://p", name, *QUESTION[2:]) for name in ("a", "b")]
    paths: list[Path] = []
    for question, age in zip(questions, (7.01, 6.99), strict=True):
        cache.write(question, ANSWER)
        [path] = {*cache.folder.iterdir()} - {*paths}
        os.utime(path, (now - age * 86_400, now - age * 86_400))
        paths.append(path)
    (cache.folder / "notes.txt").write_text("a note")
    os.utime(cache.folder / "notes.txt", (0, 0))

    again = AnswerCache.open(cache.folder, "credential")
    assert sorted(again.folder.iterdir()) == sorted([paths[1], cache.folder / "notes.txt"])
    assert [again.read(question) is None for question in questions] == [True, False]
    assert paths[1].stat().st_mtime > now - 3600, "a use counts"
