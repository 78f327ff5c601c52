"""A backtest of rule files as one HTML page: the headline, then a timeline for each alert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from reliability.backtest.effects import PAGING
from reliability.backtest.headline import both, headline
from reliability.backtest.report.html.frame import (
    arrows,
    cards,
    document,
    facts_list,
    figure_list,
    legend,
    panel,
    table,
)
from reliability.backtest.report.html.headline import event_table, headline_cards, legend_keys
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.html.objectives import has_fired
from reliability.backtest.report.html.timeline import Picture, PictureRow
from reliability.backtest.report.notified import RECEIVER_HEADS, receiver_cells, receivers_of
from reliability.backtest.rule_files.report.figures import (
    counts,
    differences,
    effect_of,
    evaluated_from,
    facts,
    rules_line,
    span_line,
    unknown_reasons,
    what_changed,
)
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.timespan import TimeSpan

MOST_TIMELINES: Final = 200
"""Alerts with a timeline; a page of 2,000 would take seconds to open."""


def page(result: RuleBacktest, *, verbose: bool = False) -> str:
    """Return the whole document; `verbose` says how alerts were evaluated."""
    return document(f"Backtest: {headline(result)}", _parts(result, verbose))


def _parts(result: RuleBacktest, verbose: bool) -> Iterator[Html]:
    yield element("h1", text(_title(result)))
    yield cards(headline_cards(result))
    yield facts_list([rules_line(result), span_line(result), *facts(result, verbose=verbose)])

    fired = [row for row in result.rows if has_fired(row)]
    if fired:
        yield legend(legend_keys(result))
    for row in fired[:MOST_TIMELINES]:
        yield _alert(row, result, verbose)
    if len(fired) > MOST_TIMELINES:
        yield element("p", text(f"{len(fired) - MOST_TIMELINES} more alerts fired; see the JSON"))

    quiet = [row for row in result.rows if not has_fired(row) and not row.unknown]
    yield from _panel("Nothing fired", [f"{row.slo}: {what_changed(row)}" for row in quiet])
    rows = [[text(arrows(cell)) for cell in cells] for cells in receiver_cells(result)]
    if rows:
        yield panel("Who gets notified", table(RECEIVER_HEADS, rows, {2, 3, 4, 5, 6}))
    if result.verdicts:
        yield panel("Incidents", event_table(result))
    reasons = [
        f"{', '.join(row.slo for row in rows)}: {reason}"
        for reason, rows in unknown_reasons(result).items()
    ]
    yield from _panel("Not replayed", reasons)
    yield from _panel("May differ from the server", differences(result, verbose=verbose))
    problems = [f"{problem.at.text}: {problem.message}" for problem in result.problems]
    yield from _panel("Not read", problems)


def _title(result: RuleBacktest) -> str:
    last = result.span.end - timedelta(minutes=1)
    compared = f" · {result.base[:12]} → working tree" if result.compares else ""
    days = f"{result.span.start:%Y-%m-%d} to {last:%Y-%m-%d} UTC"
    return f"Backtest of alerting rules · {days}{compared}"


def _alert(row: AlertRow, result: RuleBacktest, verbose: bool) -> Html:
    way = [evaluated_from(row)] if verbose else []
    about = (what_changed(row), arrows(effect_of(row)), *way, row.key.location)
    old, new = ("alert" if effect in PAGING else "ticket" for effect in row.effects)
    known, span = result.known, result.span
    gaps = (TimeSpan(span.start, known.start), TimeSpan(known.end, span.end))
    picture = Picture(
        result=result,
        rows=[PictureRow(name="", tiers=(old, new), old=row.old, new=row.new)],
        verdicts=result.verdicts,
        unknown=[gap for gap in gaps if gap.length],
    )
    figures = figure_list((name, arrows(figure)) for name, figure in counts(row, result))
    header = (element("h2", text(row.slo)), element("p", text(" · ".join(about)), class_="help"))
    inside = [*header, picture.timeline(), figures]

    notified = [
        f"{name} {arrows(both(result, f'{before:,}', f'{after:,}'))}"
        for name, before, after in receivers_of(row.key, result)
    ]
    if notified:
        inside.append(element("p", text(f"notified: {' · '.join(notified)}"), class_="who"))
    return element("section", inside, class_="slo")


def _panel(title: str, lines: Iterable[str]) -> Iterator[Html]:
    items = [element("li", text(line)) for line in lines]
    if items:
        yield panel(title, element("ul", items, class_="quiet"))
