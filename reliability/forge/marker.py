"""Marker: the hidden first line that identifies a comment or issue of reliability.

It counts only in the first line of a body, and only if reliability is the author. The same line
further down, or in a comment of somebody else, is plain text, so that no content can forge it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from reliability.errors import ForgeError

SAFE: Final = "/:@=,+."
FORMAT: Final = 1
"""Format of markers that is written, and the newest that is read. No number means 1."""
LINE: Final = re.compile(
    r"<!-- reliability(?:/(?P<format>[1-9][0-9]{0,5}))?"
    r":(?P<kind>[a-z][a-z-]*) (?P<key>[^\s<>]+) -->"
)
ROOM: Final = 64_000
"""Maximum number of characters of a text on any forge; GitHub allows 65,536 with the marker."""


@dataclass(frozen=True, slots=True, order=True)
class Marker:
    """Identity of a comment or an issue: a kind (`finding`, `revisit`), and a key within it.

    `format` is that of the line; it does not belong to the identity.
    """

    kind: str
    key: str
    format: int = field(default=FORMAT, compare=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", self.kind) or not self.key:
            raise ValueError(f"no marker has kind {self.kind!r} and key {self.key!r}")

    def __str__(self) -> str:
        # A hyphen is escaped as well, so that no key can hold the end of the comment.
        key = quote(self.key, safe=SAFE).replace("-", "%2D")
        return f"<!-- reliability:{self.kind} {key} -->"


def with_marker(marker: Marker, text: str) -> str:
    """Return the body to write: the marker's line, then the text."""
    return f"{marker}\n{normal(text)}"


def marker_of(body: str) -> Marker | None:
    """Return the marker of a body; None if its first line is not a marker."""
    # Only the first line: a person who quotes such a comment copies its marker into the middle.
    match = LINE.fullmatch(normal(body).partition("\n")[0])
    if match is None:
        return None
    return Marker(match["kind"], unquote(match["key"]), int(match["format"] or 1))


def ensure_readable(marker: Marker, where: str) -> None:
    """Refuse a marker that a newer version wrote; otherwise a second comment would be written.

    Call this only for notes whose author is reliability, since others can write any marker.

    Raises:
        ForgeError: the format is newer than FORMAT.
    """
    if marker.format > FORMAT:
        raise ForgeError(
            f"{where} has a marker of format {marker.format}, and {FORMAT} is the newest that is "
            "read here: a newer version of reliability wrote it; update this one"
        )


def text_of(body: str) -> str:
    """Return a body without its marker."""
    text = normal(body)
    return text if marker_of(text) is None else text.partition("\n")[2]


def normal(text: str) -> str:
    """Normalize a text: forges change line endings, and white space at its beginning and end."""
    # GitHub's web editor stores CRLF, so a body that a person has edited has other line ends.
    return text.replace("\r\n", "\n").strip()
