"""A mapping of an original that is read key by key and knows which keys were not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reliability.convert.converter import Diagnostic, OriginalLocation, left_out, mapping
from reliability.load.core_schema import OLDER_WORDS
from reliability.load.document import Document

WORD: Final = re.compile(r"[+-]?[\w.]+(?:[eE][+-]?\d+)?", re.ASCII)
"""Text of a number or a boolean."""


def text_of(value: Any, origin: OriginalLocation) -> str:
    """Return a scalar as it is written, for fields that expect text: `1.10`, `True`."""
    if isinstance(value, str) or not isinstance(origin.original, Document):
        return str(value)
    span = origin.at.span
    line = origin.original.source.lines[span.line - 1]
    written = origin.original.text[line + span.column - 1 : line + span.end_column - 1]
    is_word = span.line == span.end_line and WORD.fullmatch(written)
    return written if is_word else str(value).lower() if isinstance(value, bool) else str(value)


class Fields:
    """Mapping that is read key by key; each key that is never taken becomes a diagnostic."""

    def __init__(self, values: Any, origin: OriginalLocation) -> None:
        self.values = mapping(values)
        self.origin = origin
        self.taken: set[str] = set()

    def take(self, key: str, default: Any = None) -> Any:
        """Return the value of a key and count the key as imported."""
        self.taken.add(key)
        return self.values.get(key, default)

    def text(self, key: str) -> str | None:
        """Return the value as text and count the key as imported; None if not text or a number."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        self.taken.add(key)
        return text_of(value, self.at(key))

    def flag(self, key: str) -> bool | None:
        """Return a boolean, which may be a YAML 1.1 word such as `yes`, or None without the key.

        The tools of these formats are written in Go and read YAML 1.1.
        """
        value = self.take(key)
        reading = OLDER_WORDS.get(value) if isinstance(value, str) else None
        return {"true": True, "false": False}.get(reading.words) if reading else value

    def inner(self, key: str) -> Fields:
        """Return the mapping at a key; call `diagnostics` on it for its own unread keys."""
        if isinstance(self.values.get(key), dict):
            self.taken.add(key)
        return Fields(self.values.get(key), self.origin.inside(key))

    def at(self, key: str) -> OriginalLocation:
        """Return the location of a key's value."""
        return self.origin.inside(key)

    def rest(self) -> list[str]:
        """Return the keys that were not taken, in order."""
        return [key for key in self.values if key not in self.taken]

    def diagnostics(self, why: str, help_text: str | None = None) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each key that was not taken: the key, then `why`."""
        for key in self.rest():
            yield left_out(self.at(key), f"{key} {why}", help_text)
