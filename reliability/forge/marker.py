"""The hidden first line by which we find again what we wrote, and which no content can forge.

Only the first line of a body counts, and only where the author is us: the same line further down,
or in somebody else's comment, is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

SAFE: Final = "/:@=,+."
LINE: Final = re.compile(r"<!-- reliability:(?P<kind>[a-z][a-z-]*) (?P<key>[^\s<>]+) -->")
ROOM: Final = 64_000
"""How many characters a text may have on any forge; GitHub takes 65,536 with the marker."""


@dataclass(frozen=True, slots=True, order=True)
class Marker:
    """What a comment or an issue is about: a kind (`finding`, `revisit`), and a key within it."""

    kind: str
    key: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", self.kind) or not self.key:
            raise ValueError(f"no marker has kind {self.kind!r} and key {self.key!r}")

    def __str__(self) -> str:
        # A hyphen is escaped as well, so that no key can hold the end of the comment.
        key = quote(self.key, safe=SAFE).replace("-", "%2D")
        return f"<!-- reliability:{self.kind} {key} -->"


def with_marker(marker: Marker, text: str) -> str:
    """The body that is written: the marker's line, then the text."""
    return f"{marker}\n{normal(text)}"


def marker_of(body: str) -> Marker | None:
    """The marker of a body that we wrote; None where its first line is none."""
    match = LINE.fullmatch(normal(body).partition("\n")[0])
    return Marker(match["kind"], unquote(match["key"])) if match else None


def text_of(body: str) -> str:
    """The body without its marker."""
    text = normal(body)
    return text if marker_of(text) is None else text.partition("\n")[2]


def normal(text: str) -> str:
    """The text as a forge hands it out, whatever it makes of line ends and the space around."""
    return text.replace("\r\n", "\n").strip()
