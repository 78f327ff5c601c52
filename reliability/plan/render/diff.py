"""Rendering of a difference as the lines of a diff, and which differences only follow."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.check.masking.masking import masked, redacted
from reliability.plan.fields import ABSENT, FieldDifference, Value
from reliability.render.display import inert, marked, safe
from reliability.render.yaml_text import yaml_text

WIDEST: Final = 100
"""Maximum number of characters of a line that shows both values of a field."""
LONGEST: Final = 160
"""Maximum number of characters of a line where no terminal has a width."""
NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
TEXTS: Final = frozenset(("annotations", "description", "message", "text"))
"""Keys of texts for people. What they say also has numbers that no other field has."""

HELD: Final = "value"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff; `sign` is `-`, `+`, or a space if both sides have the line."""

    sign: str
    text: str


def without_followers(
    differences: Sequence[FieldDifference],
) -> tuple[Sequence[FieldDifference], int]:
    """Return the differences without those that only follow, and how many lines those have.

    A long value follows if it changes in numbers only, which short values of the same object show,
    such as a new target that is in many expressions; texts may have other numbers. Nothing follows
    if there is nothing else.
    """
    numbers = [_changed_numbers(difference) for difference in differences]
    long = [_is_long(difference) for difference in differences]
    known: frozenset[tuple[str, str]] = frozenset().union(
        *(changed for changed, is_long in zip(numbers, long, strict=True) if not is_long)
    )
    following = [
        difference
        for difference, changed, is_long in zip(differences, numbers, long, strict=True)
        if is_long and changed and (changed <= known or TEXTS.intersection(difference.keys))
    ]
    shown = [difference for difference in differences if difference not in following]
    if not shown:
        return differences, 0
    return shown, sum(1 + len([*diff_lines(difference)]) for difference in following)


def _changed_numbers(difference: FieldDifference) -> frozenset[tuple[str, str]]:
    """Return the pairs of numbers that differ; empty if anything else does."""
    before, after = ("\n".join(lines_of(difference.keys, side)) for side in _sides(difference))
    if NUMBER.sub("0", before) != NUMBER.sub("0", after):
        return frozenset()
    pairs = zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
    return frozenset((old, new) for old, new in pairs if old != new)


def _is_long(difference: FieldDifference) -> bool:
    sides = [lines_of(difference.keys, side) for side in _sides(difference)]
    return any(len(lines) > 1 or len("".join(lines)) > WIDEST for lines in sides)


def one_line(difference: FieldDifference) -> str | None:
    """Format a field as `path: before -> after`; return None if that does not fit on a line."""
    if ABSENT in (difference.before, difference.after):
        return None
    before, after = (lines_of(difference.keys, side) for side in _sides(difference))
    line = f"{display(difference.path)}: {before[0]} -> {after[0]}" if before and after else ""
    is_short = len(before) == len(after) == 1 and len(line) <= WIDEST
    return line if is_short else None


def diff_lines(difference: FieldDifference, longest: int | None = None) -> Iterator[DiffLine]:
    """Yield the lines of both values, common lines once; no line is left out.

    Lines of more than `longest` characters are cut around what differs. Possible secrets are
    masked, so a secret that is replaced by another looks unchanged.
    """
    before, after = (lines_of(difference.keys, side) for side in _sides(difference))
    if before == after:
        yield from (DiffLine(" ", _cut(line, "", longest)) for line in before)
        return

    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield from (DiffLine(" ", _cut(line, "", longest)) for line in before[first:last])
            continue
        old, new = before[first:last], after[start:end]
        for sign, lines, others in (("-", old, new), ("+", new, old)):
            same = others if len(old) == len(new) else [""] * len(lines)
            for line, other in zip(lines, same, strict=True):
                yield DiffLine(sign, _cut(line, other, longest))


def _cut(line: str, other: str, longest: int | None) -> str:
    """Return a line of at most `longest` characters around what differs from another line."""
    if longest is None or len(line) <= longest:
        return line
    # Masked first: half a secret does not look like one.
    line, other = redacted(line), redacted(other)
    start = _common(line, other)
    end = len(line) - _common(line[start:][::-1], other[start:][::-1])
    return marked(line, start, end if other else start, longest).line


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def lines_of(keys: Sequence[str], value: Value) -> list[str]:
    """Format a value as lines of YAML, masked, without control sequences of terminals or CI."""
    if value is ABSENT:
        return []
    return [display(line) for line in _yaml_lines(masked(keys, value))]


def display(text: str) -> str:
    """Make a line safe to print anywhere."""
    return inert(safe(text))


def _sides(difference: FieldDifference) -> tuple[Value, Value]:
    return difference.before, difference.after


def _yaml_lines(value: Value) -> list[str]:
    """Split a value into lines of YAML; a text has no quotes and no block style."""
    match value:
        case str() if value.strip():
            return value.rstrip("\n").split("\n")
        case Mapping() if value:
            return yaml_text(dict(value)).splitlines()
        case list() if value:
            lines = yaml_text({HELD: value}).splitlines()[1:]
            return [line.removeprefix("  ") for line in lines]
        case _:
            return [yaml_text({HELD: value}).rstrip("\n").removeprefix(f"{HELD}: ")]  # type: ignore[dict-item]
