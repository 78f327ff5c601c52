"""A report of a backtest for a terminal, or as text without a width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reliability.backtest.report.sections import BacktestReport
from reliability.render.display import inert, safe
from reliability.render.tables import PIPE, TextView, text_table


def text(report: BacktestReport, view: TextView = PIPE, *, most: int | None = None) -> str:
    """Format a report without a final newline; each section has at most so many rows or lines."""
    return "\n".join(printable(_lines(report, view, report.size if most is None else most)))


def printable(lines: Iterable[str]) -> Iterator[str]:
    """Neutralize control characters and CI commands in lines with external text."""
    return (inert(safe(line)) for line in lines)


def _lines(report: BacktestReport, view: TextView, most: int) -> Iterator[str]:
    yield report.headline
    if facts := (*report.facts, *report.details):
        yield ""
    yield from (f"  {fact}" for fact in facts)
    for section in report.shortened(most):
        yield ""
        if section.title:
            yield section.title
        if section.rows:
            table = [section.heads, *section.rows]
            yield from text_table(table, view, numbers=section.numbers, optional=section.optional)
        yield from (f"  {line}" for line in section.lines)
