"""What reports show of a backtest of SLOs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from reliability.backtest.outcome import Backtest, OutcomeRow, Replayed, SliSummary
from reliability.backtest.report.changes import changes
from reliability.backtest.report.figures import (
    HEADS,
    SIGNAL_HEADS,
    cells,
    evaluation,
    facts,
    objective_words,
    signal_cells,
)
from reliability.backtest.report.quality import LEGEND, QUALITY_COLUMNS, quality_cells
from reliability.backtest.report.sections import BacktestReport, BacktestSection, event_section
from reliability.render.tables import Row
from reliability.render.words import ENGLISH, Words, worded

DERIVED: Final = worded(
    "significant events are derived from the SLI: 2 % of the error budget spent within an hour, "
    "or 5 % within six; record real incidents in services/<service>/incidents.yaml"
)


def slo_report(
    result: Backtest, words: Words = ENGLISH, *, brief: bool = False, verbose: bool = False
) -> BacktestReport:
    """Return the report of SLOs.

    `brief` omits the quality of alerts and changed episodes; `verbose` says how alerts were
    evaluated.
    """
    sections = _sections(result, words, brief=brief)
    details = evaluation(result, words) if verbose else ()
    return BacktestReport.of(result, facts(result, words), sections, words, details=details)


def _sections(result: Backtest, words: Words, *, brief: bool) -> Iterator[BacktestSection]:
    yield BacktestSection(
        heads=[words(head) for head in (worded("tier"), *HEADS)],
        rows=_grouped(
            result.objectives,
            lambda objective: objective_words(objective, words),
            lambda row, _: cells(row, result, words),
        ),
        numbers=range(1, len(HEADS)),
        is_drawn=True,
    )
    if not brief:
        yield _quality(result, words)
        changed = [
            line
            for head, episodes in changes(result, words=words)
            for line in (head, *(f"  {episode}" for episode in episodes))
        ]
        yield BacktestSection(title=words("Changed episodes"), lines=changed, is_drawn=True)

    yield BacktestSection(
        title=words("Signals"),
        heads=[words(head) for head in SIGNAL_HEADS],
        rows=[signal_cells(row, result, words) for row in result.signals],
        numbers={3, 4, 5},
    )
    is_derived = any(verdict.event.is_derived for verdict in result.verdicts)
    lines = [words(DERIVED)] if is_derived else []
    yield event_section(result, words, lines)


def _quality(result: Backtest, words: Words) -> BacktestSection:
    rows = _grouped(
        filter(_alerts_of, result.objectives),
        lambda objective: f"{objective.slo} {objective.objective}".rstrip(),
        lambda row, objective: quality_cells(row, objective, result, words),
    )
    return BacktestSection(
        title=words("Alert quality"),
        heads=[words(head) for head in (worded("tier"), *QUALITY_COLUMNS)],
        rows=rows,
        lines=[words(line) for line in LEGEND] if rows else (),
        numbers=range(1, len(QUALITY_COLUMNS) + 1),
        optional=(7, 6, 5),
        is_drawn=True,
    )


def _grouped(
    objectives: Iterable[Replayed],
    head: Callable[[Replayed], str],
    figures: Callable[[OutcomeRow, Replayed], Sequence[str]],
) -> list[Row]:
    """Return a row across all columns for each objective, and one for each of its alerts."""
    rows: list[Row] = []
    for objective in objectives:
        rows.append(head(objective))
        rows += [(f"  {row.tier}", *figures(row, objective)) for row in _alerts_of(objective)]
    return rows


def _alerts_of(objective: Replayed) -> Sequence[OutcomeRow]:
    """Return the alerts of an objective that has a history."""
    return objective.rows if isinstance(objective.history, SliSummary) else ()
