"""Edits of a text by spans; every byte outside the spans stays the same."""

from collections.abc import Iterable
from itertools import pairwise

from reliability.finding import Edit
from reliability.load.source import line_starts
from reliability.location import SourceSpan

__all__ = ["Edit", "apply_edits"]

BYTE_ORDER_MARK = "\ufeff"


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits, whose spans all refer to the text before any of them.

    A byte order mark takes no column, as in the spans of a `Document`. Insertions at the same
    position are made in the order of their texts.

    Raises:
        ValueError: two spans overlap, or a span ends before it starts or is outside the text.
    """
    ordered = sorted(edits)
    lines = line_starts(text)
    extents = [extent_of(edit.span, text, lines) for edit in ordered]
    for (_, end), (start, _) in pairwise(extents):
        if start < end:
            raise ValueError(f"two edits overlap at offset {start}")

    # Apply from the end, so that the offsets of the remaining edits stay valid.
    for (start, end), edit in reversed(list(zip(extents, ordered, strict=True))):
        text = text[:start] + edit.text + text[end:]
    return text


def extent_of(span: SourceSpan, text: str, lines: list[int]) -> tuple[int, int]:
    """Convert a span to offsets; `lines` are the offsets at which the lines start."""
    start = offset_of(span.line, span.column, text, lines=lines)
    end = offset_of(span.end_line, span.end_column, text, lines=lines)
    if end < start:
        raise ValueError(f"{span} ends before it starts")
    return start, end


def offset_of(line: int, column: int, text: str, lines: list[int]) -> int:
    """Convert a line and a column, both from 1, to an offset."""
    if not 1 <= line <= len(lines):
        raise ValueError(f"line {line} of a text of {len(lines)} lines")
    first = lines[line - 1]
    if line == 1 and text.startswith(BYTE_ORDER_MARK):
        first += 1
    end = lines[line] if line < len(lines) else len(text) + 1
    if not 1 <= column <= end - first:
        raise ValueError(f"column {column} of line {line}, which has {end - first}")
    return first + column - 1
