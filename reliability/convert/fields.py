"""A mapping of an original, read key by key, which knows what nobody has asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reliability.convert.converter import OriginalLocation, Remark, left_out, mapping
from reliability.load.core_schema import OLDER_WORDS
from reliability.load.document import Document

WORD: Final = re.compile(r"[+-]?[\w.]+(?:[eE][+-]?\d+)?", re.ASCII)
"""A number or a truth value as it stands in a text."""


def text_of(value: Any, origin: OriginalLocation) -> str:
    """A scalar where its reader wants text: `1.10` and `True` stay as they are written."""
    if isinstance(value, str) or not isinstance(origin.original, Document):
        return str(value)
    span = origin.at.span
    line = origin.original.source.lines[span.line - 1]
    written = origin.original.text[line + span.column - 1 : line + span.end_column - 1]
    is_word = span.line == span.end_line and WORD.fullmatch(written)
    return written if is_word else str(value).lower() if isinstance(value, bool) else str(value)


class Fields:
    """Takes values out of a mapping; what is never taken is left over, and becomes a remark."""

    def __init__(self, values: Any, origin: OriginalLocation) -> None:
        self.values = mapping(values)
        self.origin = origin
        self.taken: set[str] = set()

    def take(self, key: str, default: Any = None) -> Any:
        """The value of a key, which counts as carried over from now on."""
        self.taken.add(key)
        return self.values.get(key, default)

    def text(self, key: str) -> str | None:
        """The value of a key where it is a text or a number, as text; else it stays left over."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        self.taken.add(key)
        return text_of(value, self.at(key))

    def flag(self, key: str) -> bool | None:
        """A truth value, also as a word of YAML 1.1: programs in Go read these formats by it."""
        value = self.take(key)
        reading = OLDER_WORDS.get(value) if isinstance(value, str) else None
        return {"true": True, "false": False}.get(reading.words) if reading else value

    def inner(self, key: str) -> Fields:
        """The mapping of a key, with places of its own; its own rest has to be asked for."""
        if isinstance(self.values.get(key), dict):
            self.taken.add(key)
        return Fields(self.values.get(key), self.origin.inside(key))

    def at(self, key: str) -> OriginalLocation:
        """Where the value of a key stands."""
        return self.origin.inside(key)

    def rest(self) -> list[str]:
        """The keys that nobody has taken, in their order."""
        return [key for key in self.values if key not in self.taken]

    def remarks(self, why: str, help_text: str | None = None) -> Iterator[Remark]:
        """A remark for each key that nobody has taken: `key is ...`, and why."""
        for key in self.rest():
            yield left_out(self.at(key), f"{key} {why}", help_text)
