"""The commands of a `.test` file of Prometheus: load, clear and eval.

Source: promql/promqltest/test.go and its README, of v2.53.5 and v3.5.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from reliability.promql.evaluate.lines import Labels
from tests.promql.language.description import Sample, number, series

LOAD: Final = re.compile(r"load(?:_(?P<nhcb>with_nhcb))?\s+(?P<step>.+?)")
INSTANT: Final = re.compile(
    r"eval(?:_(?P<mode>fail|warn|ordered|info))?\s+instant\s+(?:at\s+(?P<at>.+?))?\s+(?P<expr>.+)"
)
RANGE: Final = re.compile(
    r"eval(?:_(?P<mode>fail|warn|info))?\s+range\s+from\s+(?P<start>.+)\s+to\s+(?P<end>.+)"
    r"\s+step\s+(?P<step>.+?)\s+(?P<expr>.+)"
)
EXPECT: Final = re.compile(
    r"expect\s+(?P<what>ordered|fail|warn|no_warn|info|no_info)(?:\s+(?P<by>regex|msg):(?P<text>.+))?"
)
FAILURE: Final = re.compile(r"expected_fail_(?P<by>message|regexp)\s+(?P<text>.+)")
UNIT: Final = re.compile(r"(\d+)(ms|[smhdwy])")
MILLISECONDS: Final = {
    "ms": 1,
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 7 * 86_400_000,
    "y": 365 * 86_400_000,
}

What = Literal["ordered", "fail", "warn", "no_warn", "info", "no_info"]


@dataclass(frozen=True, slots=True)
class Clear:
    """Forget all samples."""


@dataclass(frozen=True, slots=True)
class Load:
    """Series with a sample at each step; `is_nhcb` adds classic histograms as native ones."""

    step: int
    series: tuple[tuple[Labels, tuple[Sample, ...]], ...]
    is_nhcb: bool


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that is expected beside the result, with its text or a pattern."""

    what: What
    message: str = ""
    pattern: str = ""

    def matches(self, text: str) -> bool:
        """Whether a text is the one that is expected."""
        if self.message:
            return text == self.message
        return re.search(self.pattern, text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eval:
    """An expression with its result; an instant query has no step."""

    line: int
    expression: str
    start: int
    end: int
    step: int | None
    expected: tuple[tuple[Labels, tuple[Sample, ...]], ...] = ()
    scalar: float | None = None
    expectations: tuple[Expectation, ...] = field(default=())

    def expects(self, what: What) -> tuple[Expectation, ...]:
        """The expectations of a kind."""
        return tuple(each for each in self.expectations if each.what == what)


Command = Clear | Load | Eval


def commands(text: str) -> Iterator[Command]:
    """Every command of a file, in order.

    Raises:
        ValueError: a line is not one of them.
    """
    lines = [_stripped(line) for line in text.split("\n")]
    at = 0
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end]:
            end += 1

        yield from _block(lines[at:end], at + 1)
        at = end


def _stripped(line: str) -> str:
    line = line.strip()
    return "" if line.startswith("#") else line


def _block(lines: Sequence[str], line: int) -> Iterator[Command]:
    """A command with what belongs to it, up to an empty line; `clear` ends by itself."""
    word = lines[0].split()[0].lower()
    if word == "clear":
        yield Clear()
        if len(lines) > 1:
            yield from _block(lines[1:], line + 1)
    elif word.startswith("load"):
        yield _load(lines)
    elif word.startswith("eval"):
        taken, command = _eval(lines, line)
        yield command
        if taken < len(lines):
            yield from _block(lines[taken:], line + taken)
    else:
        raise ValueError(f"line {line}: not a command: {lines[0]}")


def _load(lines: Sequence[str]) -> Load:
    match = LOAD.fullmatch(lines[0])
    if match is None:
        raise ValueError(f"not a load command: {lines[0]}")
    loaded = tuple(series(line) for line in lines[1:])
    return Load(_duration(match["step"]), loaded, match["nhcb"] is not None)


def _duration(text: str) -> int:
    """A duration in milliseconds, which may be 0 here."""
    if text == "0":
        return 0
    parts = UNIT.findall(text)
    if not parts or "".join(count + unit for count, unit in parts) != text:
        raise ValueError(f"not a duration: {text}")
    return sum(int(count) * MILLISECONDS[unit] for count, unit in parts)


def _eval(lines: Sequence[str], line: int) -> tuple[int, Eval]:
    """An evaluation, and how many lines it takes."""
    instant, ranged = INSTANT.fullmatch(lines[0]), RANGE.fullmatch(lines[0])
    if instant is not None:
        at = _duration(instant["at"])
        start, end, step, match = at, at, None, instant
    elif ranged is not None:
        start, end = _duration(ranged["start"]), _duration(ranged["end"])
        step, match = _duration(ranged["step"]), ranged
    else:
        raise ValueError(f"line {line}: not an eval command: {lines[0]}")

    mode = match["mode"]
    taken, expected, scalar, expectations = _expected(lines, mode == "fail")
    if mode:
        expectations = _with_mode(mode, expectations)
    return taken, Eval(
        line=line,
        expression=match["expr"],
        start=start,
        end=end,
        step=step,
        expected=expected,
        scalar=scalar,
        expectations=expectations,
    )


def _with_mode(mode: str, expectations: tuple[Expectation, ...]) -> tuple[Expectation, ...]:
    """The mode of the command as an expectation, where none says it better."""
    if any(each.what == mode for each in expectations):
        return expectations
    return (*expectations, Expectation(cast(What, mode)))


def _expected(
    lines: Sequence[str], fails: bool
) -> tuple[
    int,
    tuple[tuple[Labels, tuple[Sample, ...]], ...],
    float | None,
    tuple[Expectation, ...],
]:
    """How many lines were read, the series, the scalar, and what else is expected."""
    found: list[tuple[Labels, tuple[Sample, ...]]] = []
    expectations: list[Expectation] = []
    for at, line in enumerate(lines[1:], 1):
        failure = FAILURE.fullmatch(line) if fails else None
        if failure is not None:
            key = "message" if failure["by"] == "message" else "pattern"
            expectations.append(Expectation("fail", **{key: failure["text"].strip()}))
            return at + 1, tuple(found), None, tuple(expectations)
        if line.split(" ")[0] == "expect":
            expectations.append(_expectation(line))
            continue
        scalar = number(line)
        if scalar is not None:
            return at + 1, (), scalar, tuple(expectations)
        found.append(series(line))
    return len(lines), tuple(found), None, tuple(expectations)


def _expectation(line: str) -> Expectation:
    match = EXPECT.fullmatch(line)
    if match is None:
        raise ValueError(f"not an expectation: {line}")
    text = (match["text"] or "").strip()
    what = cast(What, match["what"])
    if match["by"] == "msg":
        return Expectation(what, message=text)
    return Expectation(what, pattern=text)
