"""Backtest report as Markdown, for a comment on a pull request or a job summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
from reliability.history.series import NoHistory
from reliability.render.markdown import plain
from reliability.render.words import ENGLISH, Words, worded

EVENT_HEADS = (
    worded("start"),
    worded("length"),
    worded("budget"),
    worded("alert tier"),
    worded("of"),
    worded("what"),
)


def text(
    result: Backtest, words: Words = ENGLISH, *, brief: bool = False, verbose: bool = False
) -> str:
    """Format the report without a final newline.

    `brief` omits the quality of alerts and changed episodes; `verbose` says how alerts were
    evaluated.
    """
    return "\n".join(_lines(result, words, brief=brief, verbose=verbose))


def _lines(result: Backtest, words: Words, *, brief: bool, verbose: bool) -> Iterator[str]:
    yield f"**{named_headline(result, words)}**"
    yield ""
    yield from (f"- {plain(fact)}" for fact in facts(result, words, verbose=verbose))
    yield ""
    rows = [
        (row.service, f"{row.slo} {row.objective}".rstrip(), row.tier, *cells(row, result, words))
        for objective in result.objectives
        if isinstance(objective.history, SliSummary)
        for row in objective.rows
    ]

    heads = (worded("service"), worded("SLO"), worded("tier"), *HEADS)
    yield from _table(map(words, heads), rows)
    yield from _silent(result, words)
    if not brief:
        yield from _quality_table(result, words)
        yield from _changes(result, words)

    if result.signals:
        yield ""
        yield from _table(
            map(words, SIGNAL_HEADS),
            [signal_cells(signal, result, words) for signal in result.signals],
        )

    if result.verdicts:
        yield ""
        yield from _table(
            map(words, EVENT_HEADS),
            [verdict_cells(verdict, result, words) for verdict in result.verdicts],
        )


def _quality_table(result: Backtest, words: Words) -> Iterator[str]:
    """Yield the quality of each alert."""
    rows = [
        (
            f"{row.slo} {row.objective}".rstrip(),
            row.tier,
            *quality_cells(row, objective, result, words),
        )
        for objective in result.objectives
        if isinstance(objective.history, SliSummary)
        for row in objective.rows
    ]
    if rows:
        yield ""
        yield from _table(map(words, (worded("SLO"), worded("tier"), *QUALITY_COLUMNS)), rows)
        yield ""
        yield from (f"- {plain(words(line))}" for line in LEGEND)


def _changes(result: Backtest, words: Words) -> Iterator[str]:
    """Yield lost, new and moved episodes."""
    for head, episodes in changes(result, words=words):
        yield ""
        yield f"- {plain(head)}"
        yield from (f"  - {plain(episode)}" for episode in episodes)


def _silent(result: Backtest, words: Words) -> Iterator[str]:
    """Yield objectives that could not be replayed, which are not shown as zero."""
    silent = [
        objective_words(objective, words)
        for objective in result.objectives
        if isinstance(objective.history, NoHistory) or not objective.rows
    ]
    if silent:
        yield ""
        yield from (f"- {plain(line)}" for line in silent)


def _table(heads: Iterable[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    return markdown_table(map(plain, heads), [[plain(cell) for cell in row] for row in rows])


def markdown_table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose cells are Markdown."""
    head = tuple(heads)
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
