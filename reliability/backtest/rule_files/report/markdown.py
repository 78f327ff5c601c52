"""A backtest of rule files as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.backtest.rule_files.report.figures import (
    headline,
    routes_line,
    rules_line,
    span_line,
    ways,
)
from reliability.backtest.rule_files.report.text import HEADS, cells
from reliability.backtest.rule_files.result import RuleBacktest
from reliability.render.markdown import code, plain

LARGEST: int = 200
"""Rows; a comment holds 65,536 characters."""


def text(result: RuleBacktest) -> str:
    """The whole report."""
    return "\n".join(_lines(result))


def _shown(cell: str) -> str:
    return plain(cell.replace(" -> ", " → "))


def _lines(result: RuleBacktest) -> Iterator[str]:
    yield f"**{headline(result)}**"
    yield ""
    yield f"{rules_line(result)}. {span_line(result)}. {plain(routes_line(result))}."
    yield from filter(None, (ways(result),))
    yield ""
    if result.rows:
        yield "| " + " | ".join(HEADS) + " |"
        yield "|" + " --- |" * len(HEADS)
        for number in range(min(len(result.rows), LARGEST)):
            first, *others = cells(number, result)
            yield "| " + " | ".join([code(first), *map(_shown, others)]) + " |"
    else:
        yield "No alert changed its meaning or its route."

    for row in result.unknown:
        rule = row.change.newest.rule
        yield f"- not replayed: {code(rule.location.text)}: {code(rule.name)}: {plain(row.unknown)}"
    for problem in result.problems:
        yield f"- {code(problem.at.text)}: {plain(str(problem.message))}"
