"""A backtest of rule files as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.backtest.rule_files.report.figures import (
    NONE,
    RECEIVER_HEADS,
    differences,
    episodes,
    headline,
    name_of,
    reach_of,
    receiver_cells,
    replayed_rows,
    routes_line,
    rules_line,
    sides,
    span_line,
    unknown_reasons,
    way_of,
    ways,
    what_changed,
)
from reliability.backtest.rule_files.result import RuleBacktest
from reliability.render.display import inert, safe, width

__all__ = ["headline", "text"]

HEADS: Final = (
    *("alert", "changed", "reaches", "fired", "notifications", "nights, weekends"),
    "evaluated from",
)
SHOWN: Final = 50
"""Rows in a terminal; Markdown and JSON have all."""


def text(result: RuleBacktest) -> str:
    """The whole report."""
    return "\n".join(inert(safe(line)) for line in _lines(result))


def _lines(result: RuleBacktest) -> Iterator[str]:
    yield rules_line(result)
    yield headline(result)
    yield ""
    yield span_line(result)
    yield from filter(None, (routes_line(result), ways(result), *result.notes))
    shown = _shown(result)
    if shown:
        yield ""
        yield from _table([HEADS, *(cells(number, result) for number in shown)])
        more = len(replayed_rows(result)) - len(shown)
        if more:
            yield f"and {more:,} more; --format json has all"
    elif result.compares and not result.rows:
        yield "nothing to replay: no alert changed its meaning or its route"

    receivers = list(receiver_cells(result))
    if receivers:
        yield ""
        yield from _table([RECEIVER_HEADS, *receivers])
    yield from _unknown(result)
    yield from differences(result)
    for problem in result.problems[:SHOWN]:
        yield f"{problem.at.text}: {problem.message}"
    if len(result.problems) > SHOWN:
        yield f"and {len(result.problems) - SHOWN:,} more rules that cannot be read"


def _shown(result: RuleBacktest) -> list[int]:
    """The rows that are shown: those that were replayed; the others follow by their reasons."""
    return replayed_rows(result)[:SHOWN]


def cells(number: int, result: RuleBacktest) -> tuple[str, ...]:
    """The cells of one alert's row."""
    row = result.rows[number]
    old, new = (side.alerts.get(number, NONE) for side in result.received)
    return (
        name_of(row),
        what_changed(row),
        reach_of(row),
        sides(result, episodes(row.old), episodes(row.new)),
        sides(result, f"{old.messages}", f"{new.messages}"),
        sides(result, f"{old.night}, {old.weekend}", f"{new.night}, {new.weekend}"),
        way_of(row),
    )


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        padded = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _unknown(result: RuleBacktest) -> Iterator[str]:
    """Why alerts were not replayed, each reason once with the alerts."""
    if any(result.unknown):
        yield ""
    for reason, rows in unknown_reasons(result):
        at = rows[0].change.newest.rule.location
        others = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        yield f"not replayed: {at.text}: {name_of(rows[0])}{others}: {reason}"
