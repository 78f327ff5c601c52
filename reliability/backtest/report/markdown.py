"""A report of a backtest as Markdown, for a comment on a pull request or a job summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.backtest.report.sections import BacktestReport, BacktestSection
from reliability.render.markdown import plain

LONGEST: Final = 300
"""Characters of a cell, such as a name."""
LONGEST_LINE: Final = 3_000
"""Characters of a line, such as the selectors that are stored."""


def text(report: BacktestReport, *, room: int | None = None) -> str:
    """Format a report without a final newline; above `room` characters, its sections lose rows."""
    most = report.size
    while len(written := "\n".join(_lines(report, most))) > (room or len(written)) and most > 1:
        most //= 2
    return written


def _lines(report: BacktestReport, most: int) -> Iterator[str]:
    yield f"### {_shown(report.headline, LONGEST_LINE)}"
    if report.facts:
        yield ""
    yield from _list(report.facts)
    for section in report.shortened(most):
        yield from _section(section)
    if report.details:
        title = report.words("How this was computed")
        yield from _section(BacktestSection(title=title, lines=report.details, is_folded=True))


def _section(section: BacktestSection) -> Iterator[str]:
    title = plain(section.title)
    yield ""
    if section.is_folded:
        yield f"<details><summary>{title}</summary>"
        yield ""
    elif title:
        yield f"**{title}**"
        yield ""

    yield from _table(section)
    if section.rows and section.lines:
        yield ""
    yield from _list(section.lines)
    if section.is_folded:
        yield ""
        yield "</details>"


def _table(section: BacktestSection) -> Iterator[str]:
    """Yield a table; the name of a group of rows has a row of its own, in the first cell."""
    if not section.rows:
        return
    rows = [[row] if isinstance(row, str) else row for row in section.rows]
    yield _row(section.heads)
    yield f"|{' --- |' * len(section.heads)}"
    yield from (_row([*row, *[""] * (len(section.heads) - len(row))]) for row in rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_shown(cell.strip(), LONGEST) for cell in cells)} |"


def _list(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        words = line.lstrip()
        yield f"{' ' * (len(line) - len(words))}- {_shown(words, LONGEST_LINE)}"


def _shown(text: str, longest: int) -> str:
    """Return a text that cannot fill the comment alone."""
    shown = text.replace(" -> ", " → ")
    return plain(shown if len(shown) <= longest else f"{shown[:longest]}…")
