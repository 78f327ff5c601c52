"""Rendering of a difference as the lines of a diff, in full."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.check.masking.masking import masked
from reliability.plan.fields import ABSENT, FieldDifference, Value
from reliability.render.display import inert, safe
from reliability.render.yaml_text import yaml_text

WIDEST: Final = 100
"""Maximum number of characters of a line that shows both values of a field."""

HELD: Final = "value"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff; `sign` is `-`, `+`, or a space if both sides have the line."""

    sign: str
    text: str


def one_line(difference: FieldDifference) -> str | None:
    """Format a field as `path: before -> after`; return None if that does not fit on a line."""
    if ABSENT in (difference.before, difference.after):
        return None
    before, after = (lines_of(difference.keys, side) for side in _sides(difference))
    line = f"{display(difference.path)}: {before[0]} -> {after[0]}" if before and after else ""
    is_short = len(before) == len(after) == 1 and len(line) <= WIDEST
    return line if is_short else None


def diff_lines(difference: FieldDifference) -> Iterator[DiffLine]:
    """Yield the lines of both values, common lines once; none is cut or left out.

    Possible secrets are masked, so a secret that is replaced by another looks unchanged.
    """
    before, after = (lines_of(difference.keys, side) for side in _sides(difference))
    if before == after:
        yield from (DiffLine(" ", line) for line in before)
        return

    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield from (DiffLine(" ", line) for line in before[first:last])
        else:
            yield from (DiffLine("-", line) for line in before[first:last])
            yield from (DiffLine("+", line) for line in after[start:end])


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
