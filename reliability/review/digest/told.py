"""How much people were told in a period: counted now, and as earlier digests remember it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.forge.notes import Issue
from reliability.review.digest.period import Period

NUMBER: Final = r"(\d{1,9})"
LINE: Final = re.compile(
    rf"<!-- notified {NUMBER} pages {NUMBER} impact {NUMBER} tickets {NUMBER} logs"
    rf"(?: {NUMBER} unknown)? -->"
)
WEEKS: Final = 8
"""How many earlier periods are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCounts:
    """Pages, those of them with user impact, tickets, and logs.

    `unknown` are the pages of which nobody knows whether users were affected.
    """

    pages: int
    felt: int
    tickets: int
    logs: int
    unknown: int = 0

    def __str__(self) -> str:
        unknown = f" {self.unknown} unknown" if self.unknown else ""
        return (
            f"<!-- notified {self.pages} pages {self.felt} impact {self.tickets} tickets "
            f"{self.logs} logs{unknown} -->"
        )


def told_in(text: str) -> DigestCounts | None:
    """What the first line of a digest says; None where it says nothing."""
    line = LINE.fullmatch(text.partition("\n")[0].strip())
    if line is None:
        return None
    pages, felt, tickets, logs, unknown = (int(number or 0) for number in line.groups())
    return DigestCounts(pages=pages, felt=felt, tickets=tickets, logs=logs, unknown=unknown)


def earlier(present: Iterable[Issue], period: Period) -> list[tuple[str, DigestCounts]]:
    """The periods before this one that digests remember, the latest last."""
    known = {
        note.marker.key: told
        for note in sorted(present, key=lambda note: -note.id)
        if period.is_like(note.marker) and note.marker.key < period.name
        if (told := told_in(note.text)) is not None
    }
    return sorted(known.items())[-WEEKS:]
