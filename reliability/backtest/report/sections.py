"""What every format shows of a backtest: a headline, facts, and sections of tables and lines.

Text, Markdown and HTML render this, so that they show the same of both kinds of backtest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reliability.backtest.headline import named_headline
from reliability.backtest.outcome import Backtest
from reliability.backtest.report.figures import verdict_cells
from reliability.render.tables import Row
from reliability.render.words import ENGLISH, Words, worded

EVENT_HEADS = (
    worded("start"),
    worded("length"),
    worded("budget"),
    worded("alert tier"),
    worded("of"),
    worded("what"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSection:
    """A table, then lines below it, all of it in the language of the reader.

    Columns of `numbers` are right-aligned, and a terminal that is too narrow leaves out the
    `optional` ones. A line that is indented belongs to the one above. A page shows what `is_drawn`
    at its timelines instead, and a comment folds what `is_folded`.
    """

    title: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Row] = ()
    lines: Sequence[str] = ()
    numbers: Collection[int] = ()
    optional: Sequence[int] = ()
    is_drawn: bool = False
    is_folded: bool = False

    @property
    def size(self) -> int:
        """Number of rows or of lines, whichever is larger."""
        return max(len(self.rows), len(self.lines))

    def shortened(self, most: int, words: Words) -> BacktestSection:
        """Return the first rows and lines, and how many more there are."""
        rest = max(len(self.rows) - most, 0) + max(len(self.lines) - most, 0)
        if not rest:
            return self
        more = words("and {count} more; --format json has all", count=f"{rest:,}")
        return replace(self, rows=self.rows[:most], lines=[*self.lines[:most], more])


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """Everything that a report shows, in the language of `words`; a comment folds `details`."""

    headline: str
    facts: Sequence[str] = ()
    details: Sequence[str] = ()
    sections: Sequence[BacktestSection] = ()
    words: Words = ENGLISH

    @classmethod
    def of(
        cls,
        result: Backtest,
        facts: Iterable[str],
        sections: Iterable[BacktestSection],
        words: Words = ENGLISH,
        *,
        details: Iterable[str],
    ) -> BacktestReport:
        """Return the report of a result, without empty sections."""
        return cls(
            headline=named_headline(result, words),
            facts=tuple(facts),
            details=tuple(details),
            sections=tuple(section for section in sections if section.size),
            words=words,
        )

    @property
    def size(self) -> int:
        """Size of the largest section."""
        return max((section.size for section in self.sections), default=0)

    def shortened(self, most: int) -> Iterator[BacktestSection]:
        """Yield each section with its first rows and lines."""
        return (section.shortened(most, self.words) for section in self.sections)


def event_section(
    result: Backtest, words: Words = ENGLISH, lines: Sequence[str] = ()
) -> BacktestSection:
    """Return the incidents and significant events, and what fired during each."""
    return BacktestSection(
        title=words("Incidents and significant events"),
        heads=[words(head) for head in EVENT_HEADS],
        rows=[verdict_cells(verdict, result, words) for verdict in result.verdicts],
        lines=lines,
        numbers={1, 2},
        is_drawn=True,
    )
