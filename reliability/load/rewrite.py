"""Edits of fixes, in the author's style; there is no edit if the result is not clear."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from reliability.finding import Edit, Fix
from reliability.load.document import Document, EntryPart
from reliability.load.edit import extent_of
from reliability.location import Location, Pointer, SourceSpan

QUOTES: Final = ("", '"', "'")
CLOSE: Final = 0.75
"""Similarity from which a name counts as close (difflib, 0 to 1)."""
BEFORE_ITEM: Final = re.compile(r" *- *")


def fix(title: str, edits: Iterable[Edit], *, safe: bool = True) -> Fix | None:
    """Return a fix, or None if there is nothing to edit."""
    every = tuple(edits)
    return Fix(title, every, safe) if every else None


def one_near(name: str, known: Iterable[str]) -> str | None:
    """Return the known name equal except for case, or the only close one, or None."""
    names = {known_id.lower(): known_id for known_id in sorted(known)}
    if name.lower() in names:
        return names[name.lower()]
    near = difflib.get_close_matches(name.lower(), names, n=2, cutoff=CLOSE)
    return names[near[0]] if len(near) == 1 else None


def renamed(document: Document, at: Location, old: str, new: str) -> Iterator[Edit]:
    """Yield an edit that replaces a scalar and keeps its quotes; none if it contains escapes."""
    written = _written(document, at.span)
    for quote in QUOTES:
        if written == f"{quote}{old}{quote}":
            yield Edit(at.span, f"{quote}{new}{quote}")


def replaced(document: Document, at: Location, old: str, new: str) -> Iterator[Edit]:
    """Yield edits that replace each `old` in a scalar, except at the end of a longer word."""
    start, end = extent_of(at.span, document.text, document.source.lines)
    if document.text[start:end].startswith('"'):
        old, new = _in_double_quotes(old), _in_double_quotes(new)
    boundary = r"(?<!\w)" if re.match(r"\w", old) else ""
    pattern = re.compile(boundary + re.escape(old))
    for match in pattern.finditer(document.text, start, end):
        yield Edit(document.source.span(match.span()), new)


def removed(document: Document, pointer: Pointer) -> Iterator[Edit]:
    """Yield an edit that removes a list item with its lines; a list of one item becomes empty."""
    if not pointer or not document.is_written(pointer):
        return

    above, index = pointer[:-1], pointer[-1]
    items = _value(document, above)
    if not isinstance(items, list) or not isinstance(index, int):
        return

    if len(items) == 1:
        span, key = document.locate(above).span, document.locate(above, EntryPart.KEY).span
        is_under = span.line > key.line and span.column <= key.column
        yield Edit(span, " []" if is_under else "[]")
        return

    span = document.locate(pointer).span
    lines = document.source.lines
    if span.end_line == len(lines) or not BEFORE_ITEM.fullmatch(_before(document, span)):
        return

    yield Edit(SourceSpan(span.line, 1, span.end_line + 1, end_column=1), "")


def _written(document: Document, span: SourceSpan) -> str:
    start, end = extent_of(span, document.text, document.source.lines)
    return document.text[start:end]


def _before(document: Document, span: SourceSpan) -> str:
    start = document.source.lines[span.line - 1]
    return document.text[start : start + span.column - 1]


def _value(document: Document, pointer: Pointer) -> Any:
    value = document.values
    for step in pointer:
        value = value[step]
    return value


def _in_double_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
