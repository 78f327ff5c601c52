"""What every section of a review is written from, and the parts that they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.render.words import Words
from reliability.review.pull_request.reviewed import Reviewed

MOST_ROWS: Final = 30
"""Rows of a table in a comment; a full report has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """The facts, the words, and the number of rows in a table; None for all rows.

    `on_lines` are the fingerprints of findings that have a comment on their line. `report` is the
    address of the run that keeps the full report; empty outside of one.
    """

    reviewed: Reviewed
    words: Words
    rows: int | None = MOST_ROWS
    on_lines: frozenset[str] = frozenset()
    report: str = ""

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """A table; what has no room in it is counted."""
        yield f"| {' | '.join(heads)} |"
        yield "|" + "---|" * len(heads)
        yield from (f"| {' | '.join(row)} |" for row in rows[: self.rows])
        yield from self.left_out(len(rows) - len(rows[: self.rows]))

    def left_out(self, count: int) -> Iterator[str]:
        """Yield how many items were left out, and where they are."""
        if count:
            text = self.words.many(
                "{count} more is in the full report.", "{count} more are in the full report.", count
            )
            yield from ("", f"{text}{self.link}")

    @property
    def link(self) -> str:
        """A link to the full report, after a space; empty if nothing keeps it."""
        name = self.words("Full report")
        return f" [{name}]({self.report})" if self.report else ""


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Details that are opened by who wants them; the title is harmless already."""
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
