"""A backtest of rule files as one HTML page: the headline, then a timeline for each alert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from reliability.backtest.outcome import AlertFirings
from reliability.backtest.report.html.frame import (
    arrows,
    card,
    cards,
    document,
    facts_list,
    figure_list,
    legend,
    panel,
    table,
)
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.rule_files.reach import Reach
from reliability.backtest.rule_files.report.figures import (
    RECEIVER_HEADS,
    counts,
    counts_of,
    differences,
    headline,
    incident_figures,
    name_of,
    reach_of,
    receiver_cells,
    receivers_of,
    routes_line,
    rules_line,
    shown_reaches,
    sides,
    span_line,
    unknown_reasons,
    way_of,
    ways,
    what_changed,
)
from reliability.backtest.rule_files.report.tracks import AlertTracks, moment, paged_words
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.render.durations import minutes_text

MOST_TIMELINES: Final = 200
"""Alerts with a timeline; a page of 2,000 would take seconds to open."""

INCIDENT_HEADS: Final = ("incident", "start", "length", "pages")
PAGING: Final[tuple[Reach, ...]] = ("page", "mention")


def page(result: RuleBacktest) -> str:
    """The whole document."""
    return document(f"Backtest: {headline(result)}", _parts(result))


def _parts(result: RuleBacktest) -> Iterator[Html]:
    yield element("h1", text(_title(result)))
    yield cards(_cards(result))
    known = (rules_line(result), span_line(result), ways(result), routes_line(result))
    yield facts_list([*filter(None, known), *result.notes])

    fired = [number for number, row in enumerate(result.rows) if _has_fired(row)]
    if fired:
        yield _legend(result)
    for number in fired[:MOST_TIMELINES]:
        yield _alert(number, result)
    if len(fired) > MOST_TIMELINES:
        yield element("p", text(f"{len(fired) - MOST_TIMELINES} more alerts fired; see the JSON"))

    quiet = [row for row in result.rows if not _has_fired(row) and not row.unknown]
    yield from _panel("Nothing fired", [f"{name_of(row)}: {what_changed(row)}" for row in quiet])
    yield from _receivers(result)
    yield from _incidents(result)
    reasons = [
        f"{', '.join(name_of(row) for row in rows)}: {reason}"
        for reason, rows in unknown_reasons(result)
    ]
    yield from _panel("Not replayed", reasons)
    yield from _panel("May differ from the server", list(differences(result)))
    problems = [f"{problem.at.text}: {problem.message}" for problem in result.problems]
    yield from _panel("Not read", problems)


def _title(result: RuleBacktest) -> str:
    last = result.span.end - timedelta(minutes=1)
    compared = f" · {result.base[:12]} → working tree" if result.compares else ""
    days = f"{result.span.start:%Y-%m-%d} to {last:%Y-%m-%d} UTC"
    return f"Backtest of alerting rules · {days}{compared}"


def _cards(result: RuleBacktest) -> Iterator[Html]:
    for reach in shown_reaches(result):
        words, old, new = counts_of(result, reach)
        yield card(words, old, new, compares=result.compares)
    for words, total, before, after in incident_figures(result):
        is_worse = result.compares and after < before
        label = f"of {total} incidents {words}"
        yield card(label, str(before), str(after), compares=result.compares, is_worse=is_worse)


def _legend(result: RuleBacktest) -> Html:
    keys = [("bar alert", "pages or mentions somebody"), ("bar ticket", "anything else")]
    if result.compares:
        keys += [
            ("bar alert lost", "gone with the change"),
            ("bar alert new", "new with the change"),
        ]
    if result.verdicts:
        keys += [
            ("band caught", "incident during which a page fired"),
            ("band missed", "incident without a page"),
        ]
    return legend([*keys, ("week", "weekend")])


def _has_fired(row: AlertRow) -> bool:
    return any(isinstance(side, AlertFirings) and side.episodes for side in (row.old, row.new))


def _alert(number: int, result: RuleBacktest) -> Html:
    row = result.rows[number]
    rule = row.change.newest.rule
    facts = (what_changed(row), arrows(reach_of(row)), way_of(row), rule.location.text)
    about = " · ".join(facts)
    header = (element("h2", text(name_of(row))), element("p", text(about), class_="help"))
    tiers = tuple("alert" if reach in PAGING else "ticket" for reach in row.reach)
    picture = AlertTracks(result, row, (tiers[0], tiers[1])).timeline()
    inside = [*header, picture, figure_list(_figures(number, result))]

    notified = [
        f"{name} {arrows(sides(result, f'{old:,}', f'{new:,}'))}"
        for name, old, new in receivers_of(number, result)
    ]
    if notified:
        inside.append(element("p", text(f"notified: {' · '.join(notified)}"), class_="who"))
    return element("section", inside, class_="slo")


def _figures(number: int, result: RuleBacktest) -> Iterator[tuple[str, str]]:
    for name, old, new in counts(number, result):
        is_same = old == new
        yield name, new if is_same else arrows(sides(result, old, new))


def _receivers(result: RuleBacktest) -> Iterator[Html]:
    rows = [[text(arrows(cell)) for cell in cells] for cells in receiver_cells(result)]
    if rows:
        yield panel("Who gets notified", table(RECEIVER_HEADS, rows, {2, 3, 4}))


def _incidents(result: RuleBacktest) -> Iterator[Html]:
    rows = [
        [
            text(verdict.name),
            text(moment(verdict.span.start)),
            text(minutes_text(verdict.span.length // timedelta(minutes=1))),
            text(arrows(paged_words(verdict, result.compares))),
        ]
        for verdict in result.verdicts or ()
    ]
    if rows:
        yield panel("Incidents", table(INCIDENT_HEADS, rows, {2}))


def _panel(title: str, lines: Iterable[str]) -> Iterator[Html]:
    items = [element("li", text(line)) for line in lines]
    if items:
        yield panel(title, element("ul", items, class_="quiet"))
