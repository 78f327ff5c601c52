"""A backtest of rule files as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.backtest.headline import headline
from reliability.backtest.report.notified import COUNTED, RECEIVER_HEADS, receiver_cells
from reliability.backtest.report.text import aligned, event_lines, printable
from reliability.backtest.rule_files.report.figures import (
    HEADS,
    cells,
    differences,
    facts,
    located,
    replayed_rows,
    rules_line,
    span_line,
    unknown_reasons,
)
from reliability.backtest.rule_files.result import RuleBacktest

SHOWN: Final = 50
"""Rows in a terminal; Markdown and JSON have all."""


def text(result: RuleBacktest, *, verbose: bool = False) -> str:
    """Return the whole report; `verbose` says how alerts were evaluated."""
    return "\n".join(printable(_lines(result, verbose)))


def _lines(result: RuleBacktest, verbose: bool) -> Iterator[str]:
    yield rules_line(result)
    yield headline(result)
    yield ""
    yield span_line(result)
    yield from facts(result, verbose=verbose)
    replayed = replayed_rows(result)
    if replayed:
        yield ""
        heads = HEADS if verbose else HEADS[:-1]
        rows = (cells(row, result, verbose=verbose) for row in replayed[:SHOWN])
        yield from aligned([heads, *rows])
        if len(replayed) > SHOWN:
            yield f"and {len(replayed) - SHOWN:,} more; --format json has all"

    if receivers := list(receiver_cells(result)):
        yield ""
        yield from aligned([RECEIVER_HEADS, *receivers])
        yield COUNTED
    yield from event_lines(result)
    yield from _unknown(result)
    yield from differences(result, verbose=verbose)
    for problem in result.problems[:SHOWN]:
        yield f"{problem.at.text}: {problem.message}"
    if len(result.problems) > SHOWN:
        yield f"and {len(result.problems) - SHOWN:,} more rules that cannot be read"


def _unknown(result: RuleBacktest) -> Iterator[str]:
    """Yield why alerts were not replayed, each reason once with the alerts."""
    reasons = unknown_reasons(result)
    if reasons:
        yield ""
    for reason, rows in reasons.items():
        yield f"not replayed: {located(rows)}: {reason}"
