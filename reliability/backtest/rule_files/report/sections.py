"""What reports show of a backtest of rule files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.backtest.report.notified import COUNTED, RECEIVER_HEADS, receiver_cells
from reliability.backtest.report.sections import BacktestReport, BacktestSection, event_section
from reliability.backtest.rule_files.report.figures import (
    HEADS,
    LISTED,
    cells,
    facts,
    listed,
    reasons,
    rules_line,
    span_line,
)
from reliability.backtest.rule_files.result import RuleBacktest

LEGEND: Final = (
    "fired: episodes; notifications: what Alertmanager would have sent after grouping, inhibition, "
    "repeats and mute times"
)


def rules_report(result: RuleBacktest, *, verbose: bool = False) -> BacktestReport:
    """Return the report of rule files; `verbose` says how alerts were evaluated."""
    return BacktestReport.of(
        result,
        (rules_line(result), span_line(result)),
        _sections(result, verbose),
        details=facts(result, verbose=verbose),
    )


def _sections(result: RuleBacktest, verbose: bool) -> Iterator[BacktestSection]:
    missed = [one.event.name for one in result.verdicts if one.is_newly_missed]
    if result.compares and missed:
        yield BacktestSection(
            title="❌ Paged before and would not page now", lines=[listed(missed)], is_drawn=True
        )
    rows = [cells(row, result, verbose=verbose) for row in result.rows if not row.unknown]
    yield BacktestSection(
        heads=HEADS if verbose else HEADS[:-1],
        rows=rows,
        lines=[LEGEND] if rows else (),
        numbers={3, 4, 5},
        optional=(6,),
        is_drawn=True,
    )
    receivers = list(receiver_cells(result))
    yield BacktestSection(
        title="Who gets notified",
        heads=RECEIVER_HEADS,
        rows=receivers,
        lines=[COUNTED] if receivers else (),
        numbers=range(2, len(RECEIVER_HEADS)),
    )
    yield event_section(result)

    unknown = reasons(result, lambda row: row.unknown)
    title = "Not replayed (nothing is known of them)"
    yield BacktestSection(title=title, lines=unknown, is_folded=len(unknown) > LISTED)
    differing = reasons(result, lambda row: row.may_differ_because)
    yield BacktestSection(title="May differ from the server", lines=differing, is_folded=True)
    if verbose:
        by_server = reasons(result, lambda row: row.evaluated_by_server_because)
        yield BacktestSection(title="Evaluated by the server", lines=by_server, is_folded=True)
    problems = [f"{problem.at.text}: {problem.message}" for problem in result.problems]
    yield BacktestSection(title="Not read", lines=problems, is_folded=True)
