"""Runs the language tests of a folder against the evaluator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from reliability.promql.evaluate.annotations import Level, QueryAnnotations
from reliability.promql.evaluate.evaluator import Evaluator, Value
from reliability.promql.evaluate.moments import QuerySpan
from reliability.promql.evaluate.refused import CannotReplay, WouldFail
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import Storage
from tests.promql.language.comparison import Unexpected, check_instant, check_range
from tests.promql.language.exceptions import exception
from tests.promql.language.script import Clear, Eval, Load, What, commands
from tests.promql.language.storage import Loaded

MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One evaluation: why it failed, if it did, and the flag that excuses it, if any."""

    command: Eval
    failure: str | None
    flag: str | None

    @property
    def is_excepted(self) -> bool:
        """Whether it failed for syntax behind a feature flag."""
        return self.failure is not None and self.flag is not None


def semantics(folder: Path) -> Semantics:
    """The generation that a folder's name says, with the flags that its tests are run with.

    Raises:
        ValueError: the name says none.
    """
    name = folder.resolve().name.removeprefix("v")
    match name.split(".")[0]:
        case "2":
            return Semantics(Ranges.CLOSED)
        case "3":
            return Semantics(Ranges.LEFT_OPEN, delays_names=True)
        case _:
            raise ValueError(f"{folder}: the folder's name says no version of Prometheus")


def outcomes(file: Path, how: Semantics) -> Iterator[Outcome]:
    """Of every evaluation of a file."""
    loaded = Loaded()
    for command in commands(file.read_text(encoding="utf-8")):
        match command:
            case Clear():
                loaded = Loaded()
            case Load():
                loaded.load(command)
            case Eval():
                failure = _failure(command, loaded.storage, how)
                yield Outcome(command, failure, exception(command.expression, how))


def _failure(command: Eval, storage: Storage, how: Semantics) -> str | None:
    try:
        tree = read(command.expression)
    except CannotReplay as error:
        return str(error)
    try:
        if command.step is None:
            _run_instant(command, tree, storage, how)
        else:
            _run_range(command, tree, storage, how)
    except WouldFail as error:
        return _wrong_error(command, error)
    except (CannotReplay, Unexpected) as error:
        return str(error)
    return "no error, where one is expected" if command.expects("fail") else None


def _wrong_error(command: Eval, error: WouldFail) -> str | None:
    expected = command.expects("fail")
    if not expected:
        return str(error)
    return None if expected[0].matches(error.error) else f"another error: {error.error}"


def _run_instant(command: Eval, tree: object, storage: Storage, how: Semantics) -> None:
    at, notes = command.start, QueryAnnotations()
    result = _evaluated(tree, [at], storage, how, notes)
    if command.expects("fail"):
        return
    _check_annotations(command, notes, how)
    check_instant(command, result, 0)

    # Prometheus compares with the middle of a range query, too, whose series are sorted.
    if not command.expects("ordered"):
        around = [at - MINUTE, at, at + MINUTE]
        check_instant(command, _evaluated(tree, around, storage, how, QueryAnnotations()), 1)


def _run_range(command: Eval, tree: object, storage: Storage, how: Semantics) -> None:
    assert command.step is not None
    times, notes = [*range(command.start, command.end + 1, command.step)], QueryAnnotations()
    result = _evaluated(tree, times, storage, how, notes)
    if not command.expects("fail"):
        _check_annotations(command, notes, how)
        check_range(command, result, len(times))


def _evaluated(
    tree: object, times: list[int], storage: Storage, how: Semantics, notes: QueryAnnotations
) -> Value:
    span = QuerySpan(times[0], times[-1])
    grid = np.array(times, dtype=np.int64)
    return Evaluator(storage, grid, how, span, notes).value(tree)


def _check_annotations(command: Eval, notes: QueryAnnotations, how: Semantics) -> None:
    """Compare warnings and infos; the tests of Prometheus 2 expect none and forbid none."""
    if how.is_left_open:
        _check_level(command, notes, Level.WARNING, "warn", "no_warn")
        _check_level(command, notes, Level.INFO, "info", "no_info")


def _check_level(
    command: Eval, notes: QueryAnnotations, level: Level, some: What, none: What
) -> None:
    texts = [note.text for note in notes if note.level is level]
    expected = command.expects(some)
    if command.expects(none) and texts:
        raise Unexpected(f"annotations where none are expected: {texts}")
    if not expected:
        return
    for each in expected:
        if not any(each.matches(text) for text in texts):
            raise Unexpected(f"no annotation {each.message or each.pattern!r} among {texts}")
    for text in texts:
        if not any(each.matches(text) for each in expected):
            raise Unexpected(f"unexpected annotation {text}")
