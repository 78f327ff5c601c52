"""Text on a terminal: its width, and escapes for what must not reach a terminal unchanged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

RED, GREEN, YELLOW, BLUE = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[34m"
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
TAB: Final = "    "
MORE: Final = "…"
CONTROLS: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
LOG_COMMAND: Final = re.compile(r"(##\w*)\[")


def shown(character: str) -> str:
    """Return a character as it may be printed: control and direction characters as escapes."""
    if character == "\t":
        return TAB
    if unicodedata.category(character) in CONTROLS:
        return character.encode("unicode_escape").decode("ascii")
    return character


def safe(text: str) -> str:
    """Return a text in which nothing controls a terminal or changes the direction of text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(shown, text))


def inert(line: str) -> str:
    """Return a printable line that no CI reads as a command: runners read `##[...]` in a line.

    Another bracket of the same width replaces the first one, so marks keep their columns.
    """
    return LOG_COMMAND.sub(r"\1⟦", line) if "##" in line else line


def inert_json(text: str) -> str:
    """Return equal JSON in which no CI reads a command: `##[` is written with an escape."""
    return LOG_COMMAND.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return match[0].replace("##", "#\\u0023")


def width(text: str) -> int:
    """Return the columns of a printable text: East Asian wide characters take two, marks none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Marked:
    """A line to print, and the line of the mark below it, indented to its column."""

    line: str
    mark: str


def marked(line: str, start: int, end: int, limit: int = 100) -> Marked:
    """Return a line cut to `limit` columns around the characters from `start` to `end` (from 0).

    A span of no characters gets a mark of one column.
    """
    before, inside, after = (safe(line[:start]), safe(line[start:end]), safe(line[end:]))
    if width(before) + width(inside) + width(after) > limit:
        whole, inside = inside, _head(inside, limit - 2 * width(MORE))
        if inside != whole:  # it ends in MORE, which also replaces the text that follows
            after = ""
        room = limit - width(inside) - 2 * width(MORE)
        before = _tail(before, max(room * 2 // 3, room - width(after), 0))
        after = _head(after, max(room - width(before), 0))

    mark = " " * width(before) + "^" * max(width(inside), 1)
    return Marked((before + inside + after).rstrip(), mark)


def _head(text: str, limit: int) -> str:
    if width(text) <= limit:
        return text
    return "".join(_fitting(text, limit)) + MORE


def _tail(text: str, limit: int) -> str:
    if width(text) <= limit:
        return text
    return MORE + "".join(_fitting(text[::-1], limit))[::-1]


def _fitting(text: str, limit: int) -> Iterator[str]:
    used = 0
    for character in text:
        used += width(character)
        if used > limit:
            return
        yield character
