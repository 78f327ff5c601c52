"""Locations of tokens inside YAML strings, which may be folded, indented or escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reliability.load.document import Located
from reliability.load.places import ValueLocation
from reliability.location import Location, Pointer

PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
HEADER: Final = re.compile(r"[|>][^\n\r]*")
ESCAPE: Final = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
LETTERS: Final = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
BLANKS: Final = dict.fromkeys("tnrNLP_ \t\n\r", " ")
TOKEN: Final = re.compile(r"[.$A-Za-z_]\w*|\d[\w.]*|[=!<>]=|&&|\|\||.", re.DOTALL)


def place_in_text(located: Located[Any], route: Pointer, text: str, offset: int) -> Location:
    """Locate the token that starts at an offset of a text, as it is written in the file.

    An offset at the end gives the last visible character. If the text cannot be matched with the
    file, for example behind an alias, the location is that of the whole text.
    """
    whole = located.at(*route)
    place = _place(located, (*located.pointer, *route))
    if place is None:
        return whole

    source = located.document.source
    start, end = place.extent
    raw = source.text[start:end]
    written = [(at, letter) for at, letter in _letters(raw) if not letter.isspace()]
    meant = [at for at, letter in enumerate(text) if not letter.isspace()]
    if [letter for _, letter in written] != [text[at] for at in meant] or not meant:
        return whole

    offsets = {
        at: start + offset_in_value for at, (offset_in_value, _) in zip(meant, written, strict=True)
    }
    match = TOKEN.match(text, offset) if offset in offsets else None
    if match is None:
        behind = max((offsets[at] for at in meant if at < offset), default=start)
        return Location(whole.path, source.span((behind, behind + 1)), whole.pointer)

    last = offsets[match.end() - 1]
    return Location(whole.path, source.span((offsets[offset], last + 1)), whole.pointer)


def _place(located: Located[Any], pointer: Pointer) -> ValueLocation | None:
    place: ValueLocation | None = located.document.source.trees[located.document.index].root
    for step in pointer:
        place = place.parts.get(step) if place is not None and place.parts is not None else None
    return place


def _letters(raw: str) -> Iterator[tuple[int, str]]:
    """Yield each character with its offset in the raw YAML; whitespace need not be exact."""
    start = next(PROPERTIES.finditer(raw)).end()
    style = raw[start : start + 1]

    if style in ("|", ">"):
        start = next(HEADER.finditer(raw, start)).end()
    elif style in ("'", '"'):
        yield from _quoted(raw, start + 1, style)
        return

    yield from ((at, raw[at]) for at in range(start, len(raw)))


def _quoted(raw: str, start: int, quote: str) -> Iterator[tuple[int, str]]:
    at, end = start, len(raw) - 1
    while at < end:
        escape = ESCAPE.match(raw, at) if quote == '"' else None
        if escape is not None:
            yield at, _unescaped(escape[0])
            at = escape.end()
        else:
            yield at, raw[at]
            at += 2 if quote == "'" and raw[at : at + 2] == "''" else 1


def _unescaped(escape: str) -> str:
    if escape[1] in "xuU":
        return chr(int(escape[2:], 16))
    return LETTERS.get(escape[1]) or BLANKS.get(escape[1], escape[1])
