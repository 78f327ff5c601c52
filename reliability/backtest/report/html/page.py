"""HTML report: headline as cards, then a timeline and tables for each objective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

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
from reliability.backtest.report.html.contents import SORTING, contents
from reliability.backtest.report.html.day_zoom import day_details
from reliability.backtest.report.html.frame import (
    arrows,
    card,
    document,
    facts_list,
    folded,
    legend,
    table,
)
from reliability.backtest.report.html.marks import Html, css_class, element, text
from reliability.backtest.report.html.timeline import Picture
from reliability.backtest.report.quality import LEGEND, QUALITY_COLUMNS, quality_cells
from reliability.backtest.tally import SideNotifications
from reliability.timespan import DAY

EVENT_HEADS = ("start", "length", "budget", "alert tier", "of", "what")


def page(result: Backtest) -> str:
    """Return the whole document."""
    has_table = len([*_shown(result)]) > 1
    title = f"Backtest: {headline(result)}"
    return document(title, _parts(result), script=SORTING if has_table else "")


def _parts(result: Backtest) -> Iterator[Html]:
    yield element("p", _title(result), class_="about")
    yield element("h1", text(arrows(_short(headline(result)))))
    yield element("div", _cards(result), class_="cards")
    if summary := "; ".join(not_caught(result)):
        yield element("p", text(f"{summary[0].upper()}{summary[1:]}"), class_="lede")

    computed = facts_list((*facts(result), *confidence_lines(result)))
    yield folded("How this was computed", computed)
    yield _legend(result)
    shown = [*_shown(result)]
    if len(shown) > 1:
        yield contents(result, [(_anchor(replayed), replayed) for replayed in shown])
    yield from (_objective(replayed, result) for replayed in shown)
    rest = [objective for objective in result.objectives if not _is_shown(objective)]
    silent = [replayed for replayed in rest if isinstance(replayed.history, SliSummary)]
    yield from _listed("Nothing fired", silent)
    yield from _listed("No history", [replayed for replayed in rest if replayed not in silent])
    yield from _signals(result)
    yield from _events(result)


def _shown(result: Backtest) -> Iterator[Replayed]:
    return (objective for objective in result.objectives if _is_shown(objective))


def _short(words: str) -> str:
    """Return a headline without the list of events, which a paragraph of its own has."""
    return " · ".join(part.partition("; ")[0] for part in words.split(" · "))


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
        yield card(words, old, new, compares=result.compares)

    if isinstance(result.notifications.new, SideNotifications):
        before, now = (str(tally.mentions) for tally in result.notifications.tiers(ALERT_TIER))
        yield card(
            "mentions",
            before,
            now,
            compares=result.compares and isinstance(result.notifications.old, SideNotifications),
        )

    scored = result.scored
    if scored:
        caught = sum(verdict.old.paged for verdict in scored)
        still = sum(verdict.new.paged for verdict in scored)
        words = f"of {len(scored)} {_kinds(scored)} caught"
        is_worse = result.compares and still < caught
        yield card(words, str(caught), str(still), compares=result.compares, is_worse=is_worse)


def _kinds(scored: Sequence[EventVerdict]) -> str:
    """Return the kinds of scored events: recorded incidents, derived events, or both."""
    kinds = {verdict.event.is_derived: None for verdict in scored}
    names = {False: "incidents", True: "significant events"}
    return " and ".join(names[is_derived] for is_derived in sorted(kinds))


def _legend(result: Backtest) -> Html:
    keys = [("bar alert", "alert: pages the on-call engineer"), ("bar ticket", "ticket")]
    if result.compares:
        keys += [
            ("bar alert lost", "gone with the change"),
            ("bar alert new", "new with the change"),
        ]

    if result.verdicts:
        keys += [
            ("band caught", "incident or significant event that paged"),
            ("band ticket-only", "only a ticket"),
            ("band missed", "missed: neither page nor ticket"),
        ]

    return legend([*keys, ("week", "weekend")])


def _is_shown(replayed: Replayed) -> bool:
    """Return whether an objective has episodes or events to draw."""
    fired = any(
        isinstance(side, AlertFirings) and side.episodes
        for row in replayed.rows
        for side in (row.old, row.new)
    )
    return isinstance(replayed.history, SliSummary) and (fired or bool(replayed.verdicts))


def _name(replayed: Replayed) -> str:
    return f"{replayed.slo} {replayed.objective}".rstrip()


def _anchor(replayed: Replayed) -> str:
    """Return the anchor of an objective: its names, which hold no space."""
    parts = (replayed.service, replayed.slo, replayed.objective)
    return "/".join(part for part in parts if part)


def _objective(replayed: Replayed, result: Backtest) -> Html:
    link = element("a", text(_name(replayed)), href=f"#{quote(_anchor(replayed))}")
    name = element("h2", link)
    words = objective_words(replayed).partition(", ")[2]
    header = element("header", [name, element("p", text(f"{replayed.service} · {words}"))])
    anchor = _anchor(replayed)
    picture = Picture(result, replayed).timeline()
    fired = _figures(HEADS, [(row.tier, cells(row, result)) for row in replayed.rows])
    measured = _figures(
        QUALITY_COLUMNS, [(row.tier, quality_cells(row, replayed, result)) for row in replayed.rows]
    )

    meanings = element("ul", [element("li", text(line)) for line in LEGEND], class_="quiet")
    quality = element("h3", text("Alert quality"))
    inside = [
        header,
        picture,
        *day_details(result, replayed, anchor),
        fired,
        quality,
        measured,
        folded("What these columns mean", meanings),
    ]
    return element(
        "section", [*inside, *_changed(replayed, result)], class_="slo", id=_anchor(replayed)
    )


def _figures(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> Html:
    return table(
        ("tier", *heads),
        (
            (
                element("span", [element("span", class_=f"dot {tier}"), text(tier)]),
                *(text(arrows(cell)) for cell in row),
            )
            for tier, row in rows
        ),
    )


def _changed(replayed: Replayed, result: Backtest) -> Iterator[Html]:
    for words, episodes in changes(result, replayed.rows):
        lines = [element("li", text(line)) for line in episodes]
        yield element("details", [element("summary", text(words)), element("ul", lines)])


def _listed(title: str, objectives: Sequence[Replayed]) -> Iterator[Html]:
    """Yield a list of objectives without a timeline."""
    if objectives:
        lines = [element("li", text(objective_words(objective))) for objective in objectives]
        inside = [element("h3", text(title)), element("ul", lines, class_="quiet")]
        yield element("section", inside, class_="panel")


def _signals(result: Backtest) -> Iterator[Html]:
    """Yield alerts that are not burn rates, which only sample mode replays."""
    if not result.signals:
        return
    rows = ([text(arrows(cell)) for cell in signal_cells(row, result)] for row in result.signals)
    shown = table(SIGNAL_HEADS, rows, wide={len(SIGNAL_HEADS) - 1})
    yield element("section", [element("h3", text("Signals")), shown], class_="panel")


def _events(result: Backtest) -> Iterator[Html]:
    if not result.verdicts:
        return
    rows = (_event(verdict, result) for verdict in result.verdicts)
    shown = table(EVENT_HEADS, rows, wide={len(EVENT_HEADS) - 1})
    title = element("h3", text("Incidents and significant events"))
    yield element("section", [title, shown], class_="panel")


def _event(verdict: EventVerdict, result: Backtest) -> list[Html]:
    *figures, outcome, of, what = verdict_cells(verdict, result)
    name = f"fate-{css_class(verdict.new.word)}"
    fate = element("span", text(arrows(outcome)), class_=name)
    return [*map(text, figures), fate, text(of), text(what)]
