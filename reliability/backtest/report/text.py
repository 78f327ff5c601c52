"""Backtest report for a terminal: headline, inputs, tables of alerts, incidents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from reliability.backtest.headline import named_headline
from reliability.backtest.outcome import Backtest, SliSummary
from reliability.backtest.report.changes import changes
from reliability.backtest.report.figures import (
    HEADS,
    SIGNAL_HEADS,
    cells,
    facts,
    objective_words,
    signal_cells,
    verdict_cells,
)
from reliability.backtest.report.quality import LEGEND, QUALITY_COLUMNS, quality_cells
from reliability.render.display import inert, safe, width

SCORED: Final = "incidents and significant events"
DERIVED: Final = (
    "significant events are derived from the SLI: 2 % of the error budget spent within an hour, "
    "or 5 % within six; record real incidents in services/<service>/incidents.yaml"
)


def text(result: Backtest, *, brief: bool = False, verbose: bool = False) -> str:
    """Format the report without a final newline.

    `brief` omits the quality of alerts and changed episodes; `verbose` says how alerts were
    evaluated.
    """
    return "\n".join(printable(_lines(result, brief=brief, verbose=verbose)))


def printable(lines: Iterable[str]) -> Iterator[str]:
    """Neutralize control characters and CI commands in lines with external text."""
    return (inert(safe(line)) for line in lines)


def _lines(result: Backtest, *, brief: bool, verbose: bool) -> Iterator[str]:
    yield named_headline(result)
    yield ""
    yield from (f"  {fact}" for fact in facts(result, verbose=verbose))
    yield ""
    yield from _table(result)
    if not brief:
        yield from _quality_table(result)
        yield from _changes(result)

    yield from _signals(result)
    yield from event_lines(result)


def _table(result: Backtest) -> Iterator[str]:
    """Yield the column heads, then each objective with a row for each of its alerts."""
    rows = {id(row): (f"  {row.tier}", *cells(row, result)) for row in result.rows}
    head, *lines = aligned([("", *HEADS), *rows.values()])
    written = dict(zip(rows, lines, strict=True))
    yield head
    for objective in result.objectives:
        yield objective_words(objective)
        if isinstance(objective.history, SliSummary):
            yield from (written[id(row)] for row in objective.rows)


def _quality_table(result: Backtest) -> Iterator[str]:
    """Yield the quality of each alert, by objective as in the table above."""
    rows = [
        (f"  {row.tier}", *quality_cells(row, objective, result))
        for objective in result.objectives
        if isinstance(objective.history, SliSummary)
        for row in objective.rows
    ]

    if not rows:
        return
    head, *lines = aligned([("", *QUALITY_COLUMNS), *rows])
    written = iter(lines)
    yield ""
    yield head

    for objective in result.objectives:
        if isinstance(objective.history, SliSummary) and objective.rows:
            yield f"{objective.slo} {objective.objective}".rstrip()
            yield from islice(written, len(objective.rows))

    yield from (f"  {line}" for line in LEGEND)


def _changes(result: Backtest) -> Iterator[str]:
    listed = list(changes(result))
    if listed:
        yield ""
        yield "changed episodes"
    for head, episodes in listed:
        yield f"  {head}"
        yield from (f"    {episode}" for episode in episodes)


def _signals(result: Backtest) -> Iterator[str]:
    if result.signals:
        yield ""
        yield from aligned([SIGNAL_HEADS, *(signal_cells(row, result) for row in result.signals)])


def event_lines(result: Backtest) -> Iterator[str]:
    """Yield the incidents and significant events, and what fired during each."""
    if not result.verdicts:
        return
    yield ""
    yield SCORED
    if any(verdict.event.is_derived for verdict in result.verdicts):
        yield f"  {DERIVED}"
    rows = [tuple(verdict_cells(verdict, result)) for verdict in result.verdicts]
    for line in aligned(rows):
        yield f"  {line}"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Align cells in columns, two spaces apart."""
    shown = [[safe(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        padded = (cell + " " * (to - width(cell)) for cell, to in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()
