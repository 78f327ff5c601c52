"""The HTML report: the headline as cards, then a timeline and tables for each objective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reliability.backtest.headline import headline, not_caught, per_week
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    AlertFirings,
    Backtest,
    EventVerdict,
    Replayed,
    SliSummary,
)
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
from reliability.backtest.report.html.marks import Html, css_class, element, text
from reliability.backtest.report.html.style import STYLE
from reliability.backtest.report.html.timeline import Picture
from reliability.backtest.report.judged import JUDGED, judged_cells
from reliability.backtest.tally import SideNotifications
from reliability.timespan import DAY

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
EVENT_HEADS = ("start", "length", "budget", "alert tier", "of", "what")


def page(result: Backtest) -> str:
    """The whole document."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{text(f'Backtest: {headline(result)}').markup}</title><style>{STYLE}</style>"
    )
    body = element("main", _parts(result)).markup
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>'


def _parts(result: Backtest) -> Iterator[Html]:
    yield element("h1", _title(result))
    yield element("div", _cards(result), class_="cards")
    if lede := "; ".join(not_caught(result)):
        yield element("p", text(f"{lede[0].upper()}{lede[1:]}"), class_="lede")
    known = (*facts(result), *confidence_lines(result))
    lines = [text(each.replace(" -> ", " → ")) for each in known]
    yield element("ul", [element("li", each) for each in lines], class_="facts")
    yield _legend(result)
    shown = [each for each in result.objectives if _is_shown(each)]
    yield from (_objective(each, result) for each in shown)
    rest = [each for each in result.objectives if not _is_shown(each)]
    silent = [each for each in rest if isinstance(each.history, SliSummary)]
    yield from _listed("Nothing fired", silent)
    yield from _listed("No history", [each for each in rest if each not in silent])
    yield from _signals(result)
    yield from _events(result)
    yield element(
        "footer", text("reliability backtest · this page has no scripts and loads no other files")
    )


def _title(result: Backtest) -> Iterator[Html]:
    span = result.span
    last = span.end - DAY
    compared = f" · {result.base[:12]} → working tree" if result.compares else ""
    yield text(f"Backtest · {span.start:%Y-%m-%d} to {last:%Y-%m-%d} UTC{compared}")
    if result.is_synthetic:
        yield element("span", text("synthetic history"), class_="badge")


def _cards(result: Backtest) -> Iterator[Html]:
    for words, tier in (("pages a week", ALERT_TIER), ("tickets a week", TICKET_TIER)):
        old, new = per_week(result.old(tier)), per_week(result.new(tier))
        yield _card(words, old, new, compares=result.compares)
    if isinstance(result.notifications.new, SideNotifications):
        before, now = (str(each.mentions) for each in result.notifications.tiers(ALERT_TIER))
        yield _card(
            "mentions",
            before,
            now,
            compares=result.compares and isinstance(result.notifications.old, SideNotifications),
        )
    scored = result.scored
    if scored:
        caught = sum(each.old.paged for each in scored)
        still = sum(each.new.paged for each in scored)
        words = f"of {len(scored)} {_kinds(scored)} caught"
        is_worse = result.compares and still < caught
        yield _card(words, str(caught), str(still), compares=result.compares, is_worse=is_worse)


def _kinds(scored: Sequence[EventVerdict]) -> str:
    """What was scored: incidents on record, or events that are derived."""
    kinds = {each.event.is_derived: None for each in scored}
    names = {False: "incidents", True: "significant events"}
    return " and ".join(names[is_derived] for is_derived in sorted(kinds))


def _card(words: str, old: str, new: str, compares: bool, *, is_worse: bool = False) -> Html:
    shown = [text(new)]
    if compares and old != new:
        shown = [element("s", text(old)), element("i", text("→")), text(new)]
    name = "card worse" if is_worse else "card"
    return element("div", [element("b", shown), element("span", text(words))], class_=name)


def _legend(result: Backtest) -> Html:
    keys = [("bar alert", "alert: pages the on-call engineer"), ("bar ticket", "ticket")]
    if result.compares:
        keys += [
            ("bar alert lost", "lost with the change"),
            ("bar alert new", "new with the change"),
        ]
    if result.verdicts:
        keys += [
            ("band caught", "incident or significant event that paged"),
            ("band ticket-only", "only a ticket"),
            ("band missed", "missed: neither page nor ticket"),
        ]
    shown = [
        element("span", [element("span", class_=f"key {name}"), text(words)])
        for name, words in (*keys, ("week", "weekend"))
    ]
    return element("div", shown, class_="legend")


def _is_shown(each: Replayed) -> bool:
    """Whether an objective has episodes or events to draw."""
    fired = any(
        isinstance(side, AlertFirings) and side.episodes
        for row in each.rows
        for side in (row.old, row.new)
    )
    return isinstance(each.history, SliSummary) and (fired or bool(each.verdicts))


def _objective(each: Replayed, result: Backtest) -> Html:
    name = element("h2", text(f"{each.slo} {each.objective}".rstrip()))
    said = objective_words(each).partition(", ")[2]
    header = element("header", [name, element("p", text(f"{each.service} · {said}"))])
    picture = Picture(result, each).timeline()
    fired = _figures(HEADS, [(row.tier, cells(row, result)) for row in each.rows])
    judged = _figures(JUDGED, [(row.tier, judged_cells(row, each, result)) for row in each.rows])
    return element(
        "section", [header, picture, fired, judged, *_changed(each, result)], class_="slo"
    )


def _figures(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> Html:
    head = element("tr", [element("th", text(each)) for each in ("", *heads)])
    body = [
        element(
            "tr",
            [
                element("td", [element("span", class_=f"dot {tier}"), text(tier)]),
                *(element("td", text(each.replace(" -> ", " → "))) for each in row),
            ],
        )
        for tier, row in rows
    ]
    return element("div", element("table", [head, *body]), class_="scroll")


def _changed(each: Replayed, result: Backtest) -> Iterator[Html]:
    for words, episodes in changes(result, each.rows):
        lines = [element("li", text(line)) for line in episodes]
        yield element("details", [element("summary", text(words)), element("ul", lines)])


def _listed(title: str, objectives: Sequence[Replayed]) -> Iterator[Html]:
    """List objectives without a timeline."""
    if objectives:
        lines = [element("li", text(objective_words(each))) for each in objectives]
        inside = [element("h3", text(title)), element("ul", lines, class_="quiet")]
        yield element("section", inside, class_="panel")


def _signals(result: Backtest) -> Iterator[Html]:
    """Alerts that are not burn rates, which only sample mode replays."""
    if not result.signals:
        return
    head = element("tr", [element("th", text(each)) for each in SIGNAL_HEADS])
    rows = []
    for row in result.signals:
        *figures, weeks = (text(each.replace(" -> ", " → ")) for each in signal_cells(row, result))
        shown = [*(element("td", each) for each in figures), element("td", weeks, class_="wide")]
        rows.append(element("tr", shown))
    title = element("h3", text("Signals"))
    table = element("div", element("table", [head, *rows]), class_="scroll")
    yield element("section", [title, table], class_="panel")


def _events(result: Backtest) -> Iterator[Html]:
    if not result.verdicts:
        return
    head = element("tr", [element("th", text(each)) for each in EVENT_HEADS])
    rows = []
    for verdict in result.verdicts:
        *figures, outcome, of, what = verdict_cells(verdict, result)
        rows.append(
            element(
                "tr",
                [
                    *(element("td", text(each)) for each in figures),
                    element(
                        "td",
                        text(outcome.replace(" -> ", " → ")),
                        class_=f"fate-{css_class(verdict.new.word)}",
                    ),
                    element("td", text(of)),
                    element("td", text(what), class_="wide"),
                ],
            )
        )
    title = element("h3", text("What the alerts are scored against"))
    table = element("div", element("table", [head, *rows]), class_="scroll")
    yield element("section", [title, table], class_="panel")
