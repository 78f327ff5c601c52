"""Notifications of a period by tier: counted now, or read from earlier digests.

Each digest keeps its counts in an HTML comment in the first line of its issue, so no state is
stored elsewhere.
"""

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
"""The maximum number of earlier periods in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCounts:
    """The number of pages, of pages with user impact, of tickets, and of logs.

    `unknown` are the pages whose user impact is not known.
    """

    pages: int
    with_impact: int
    tickets: int
    logs: int
    unknown: int = 0

    def __str__(self) -> str:
        unknown = f" {self.unknown} unknown" if self.unknown else ""
        return (
            f"<!-- notified {self.pages} pages {self.with_impact} impact {self.tickets} tickets "
            f"{self.logs} logs{unknown} -->"
        )


def counts_in(text: str) -> DigestCounts | None:
    """Read the counts in the first line of a digest; None if it has none."""
    line = LINE.fullmatch(text.partition("\n")[0].strip())
    if line is None:
        return None
    pages, with_impact, tickets, logs, unknown = (int(number or 0) for number in line.groups())
    return DigestCounts(
        pages=pages, with_impact=with_impact, tickets=tickets, logs=logs, unknown=unknown
    )


def earlier(present: Iterable[Issue], period: Period) -> list[tuple[str, DigestCounts]]:
    """Return the counts of up to `WEEKS` earlier digests by their period, the latest last."""
    known = {
        note.marker.key: counts
        for note in sorted(present, key=lambda note: -note.id)
        if period.is_like(note.marker) and note.marker.key < period.name
        if (counts := counts_in(note.text)) is not None
    }
    return sorted(known.items())[-WEEKS:]
