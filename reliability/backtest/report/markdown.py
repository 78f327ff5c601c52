"""The backtest report as Markdown, for a comment on a pull request or a job summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reliability.backtest.headline import headline
from reliability.backtest.outcome import Backtest, SliSummary
from reliability.backtest.report.changes import changes
from reliability.backtest.report.confidence import confidence_lines
from reliability.backtest.report.figures import (
    HEADS,
    SIGNAL_HEADS,
    cells,
    facts,
    objective_words,
    signal_cells,
    verdict_cells,
)
from reliability.backtest.report.judged import JUDGED, LEGEND, judged_cells
from reliability.history.series import NoHistory
from reliability.render.markdown import plain
from reliability.render.words import Words, worded, words_in

EVENT_HEADS = (
    worded("start"),
    worded("length"),
    worded("budget"),
    worded("alert tier"),
    worded("of"),
    worded("what"),
)


def text(result: Backtest, words: Words | None = None, *, brief: bool = False) -> str:
    """Format the report without a final newline; `brief` omits quality and confidence."""
    return "\n".join(_lines(result, words or words_in("en"), brief=brief))


def _lines(result: Backtest, words: Words, *, brief: bool) -> Iterator[str]:
    yield f"**{headline(result, words)}**"
    yield ""
    confident = () if brief else confidence_lines(result)
    yield from (f"- {plain(fact)}" for fact in (*facts(result), *confident))
    yield ""
    rows = [
        (row.service, f"{row.slo} {row.objective}".rstrip(), row.tier, *cells(row, result))
        for objective in result.objectives
        if isinstance(objective.history, SliSummary)
        for row in objective.rows
    ]

    heads = (worded("service"), worded("SLO"), worded("tier"), *HEADS)
    yield from _table(map(words, heads), rows)
    yield from _silent(result)
    if not brief:
        yield from _judged(result, words)
        yield from _changes(result)

    if result.signals:
        yield ""
        yield from _table(
            map(words, SIGNAL_HEADS), [signal_cells(signal, result) for signal in result.signals]
        )

    if result.verdicts:
        yield ""
        yield from _table(
            EVENT_HEADS, [verdict_cells(verdict, result) for verdict in result.verdicts]
        )


def _judged(result: Backtest, words: Words) -> Iterator[str]:
    """The quality of each alert."""
    rows = [
        (f"{row.slo} {row.objective}".rstrip(), row.tier, *judged_cells(row, objective, result))
        for objective in result.objectives
        if isinstance(objective.history, SliSummary)
        for row in objective.rows
    ]
    if rows:
        yield ""
        yield from _table(map(words, (worded("SLO"), worded("tier"), *JUDGED)), rows)
        yield ""
        yield from (f"- {plain(words(line))}" for line in LEGEND)


def _changes(result: Backtest) -> Iterator[str]:
    """Lost, new and moved episodes."""
    for head, episodes in changes(result):
        yield ""
        yield f"- {plain(head)}"
        yield from (f"  - {plain(episode)}" for episode in episodes)


def _silent(result: Backtest) -> Iterator[str]:
    """Objectives that could not be replayed, which are not shown as zero."""
    silent = [
        objective_words(objective)
        for objective in result.objectives
        if isinstance(objective.history, NoHistory) or not objective.rows
    ]
    if silent:
        yield ""
        yield from (f"- {plain(line)}" for line in silent)


def _table(heads: Iterable[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    shown = tuple(heads)
    yield _row(shown)
    yield f"|{' --- |' * len(shown)}"
    yield from (_row(row) for row in rows)


def _row(cells_of_row: Sequence[str]) -> str:
    return "| " + " | ".join(plain(cell) for cell in cells_of_row) + " |"
