"""The figures that every report of rule files shows: sides, rates and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from reliability.backtest.outcome import AlertFirings, NoAlert
from reliability.backtest.rule_files.reach import RANKED, Reach
from reliability.backtest.rule_files.replaying import Firings
from reliability.backtest.rule_files.result import AlertRow, Received, RuleBacktest
from reliability.history.sources.origins import SERVER
from reliability.render.times import utc_minute

NAMES: dict[Reach, str] = {
    "page": "pages",
    "mention": "mentions",
    "ticket": "tickets",
    "unknown": "webhook messages",
    "chat": "chat messages",
    "mail": "mails",
    "nobody": "messages that reach nobody",
}
ALWAYS: Final[tuple[Reach, ...]] = ("page",)
NONE: Final = Received()
UNKNOWN: Final = "-"
"""The way of an alert that was not replayed."""
RECEIVER_HEADS: Final = ("receiver", "reaches", "notifications", "repeats", "nights, weekends")


def rules_line(result: RuleBacktest) -> str:
    """How many alerts changed, are new, were removed and are unchanged."""
    changed, new, removed, unchanged = result.rules
    if not result.compares:
        return f"alerts: {unchanged}"
    parts = [f"{changed} changed", f"{new} new"]
    if removed:
        parts.append(f"{removed} removed")
    rerouted = sum(row.is_routed_otherwise and not row.change.aspects for row in result.rows)
    otherwise = f" ({rerouted} routed otherwise)" if rerouted else ""
    return f"alerts: {', '.join(parts)}, {unchanged} unchanged{otherwise}"


def headline(result: RuleBacktest) -> str:
    """Pages, tickets and other messages, old and new, and the incidents caught."""
    if result.rows and all(row.unknown for row in result.rows):
        return f"nothing replayed: {_alerts_word(len(result.rows))} without history"
    parts = [_figure(result, reach) for reach in shown_reaches(result)]
    parts += _incidents(result)
    unknown = sum(1 for _ in result.unknown)
    if unknown:
        parts.append(f"not replayed: {unknown} of {len(result.rows)} alerts")
    return " · ".join(parts)


def _alerts_word(count: int) -> str:
    return "1 alert" if count == 1 else f"{count:,} alerts"


def shown_reaches(result: RuleBacktest) -> Iterator[Reach]:
    """What the headline counts: pages always, all else if there is any on a side."""
    for reach in RANKED:
        is_there = any(reach in side.reaches for side in result.received)
        if reach != "nobody" and (reach in ALWAYS or is_there):
            yield reach


def counts_of(result: RuleBacktest, reach: Reach) -> tuple[str, str, str]:
    """The name of what is counted, and how many there are before and after."""
    old, new = (side.reaches.get(reach, NONE).counted for side in result.received)
    name = f"{NAMES[reach]} a week" if result.is_weekly else NAMES[reach]
    return name, rate(result, old), rate(result, new)


def _figure(result: RuleBacktest, reach: Reach) -> str:
    name, old, new = counts_of(result, reach)
    return f"{name} {sides(result, old, new)}"


def rate(result: RuleBacktest, count: int) -> str:
    """A number a week, if a week or more is known; else the number itself."""
    if not result.is_weekly:
        return f"{count:,}"
    weekly = count / result.known.weeks
    return "under 0.1" if 0 < weekly < 0.05 else f"{weekly:.1f}"


def sides(result: RuleBacktest, old: str, new: str) -> str:
    """Old and new, or new alone without a base."""
    return f"{old} -> {new}" if result.compares else new


def _incidents(result: RuleBacktest) -> Iterator[str]:
    for words, total, old, new in incident_figures(result):
        yield f"incidents {words} {sides(result, f'{old} of {total}', f'{new} of {total}')}"
    if result.verdicts == ():
        yield "no incident in this span"


def incident_figures(result: RuleBacktest) -> Iterator[tuple[str, int, int, int]]:
    """What is known of incidents, of how many, before and after: first those with labels."""
    for is_matched, words in ((True, "caught"), (False, "during which a page fired")):
        chosen = [each for each in result.verdicts or () if each.is_matched == is_matched]
        if chosen:
            yield (
                words,
                len(chosen),
                sum(bool(verdict.old) for verdict in chosen),
                sum(bool(verdict.new) for verdict in chosen),
            )


def episodes(outcome: Firings) -> str:
    """How often an alert fired; a dash where the side has none, a question mark if unknown."""
    match outcome:
        case AlertFirings():
            return f"{len(outcome.episodes):,}"
        case NoAlert():
            return "-"
        case _:
            return "?"


def what_changed(row: AlertRow) -> str:
    """The aspects of a change, in words."""
    aspects = [*row.change.aspects, *(["route"] if row.is_routed_otherwise else [])]
    return ", ".join(aspects) or "unchanged"


def name_of(row: AlertRow) -> str:
    """The alert's name, with its severity if it has one."""
    rule = row.change.newest.rule
    severity = rule.labels.get("severity")
    return f"{rule.name} ({severity})" if severity else rule.name


def reach_of(row: AlertRow) -> str:
    """What the alert's messages do to people, old and new if they differ."""
    old, new = row.reach
    if row.change.old is None or old == new:
        return new
    return f"{old} -> {new}" if row.change.new is not None else old


def span_line(result: RuleBacktest) -> str:
    """What was replayed, from where, and how much of it is known."""
    until = utc_minute(result.span.end)
    days = result.span.length.days
    length = "1 day" if days == 1 else f"{days} days"
    line = f"{length} to {until}, {result.source}"
    if result.known.start > result.span.start:
        line += f"; samples since {utc_minute(result.known.start)}"
    if result.known.end < result.span.end:
        line += f"; samples until {utc_minute(result.known.end)}"
    return line


def ways(result: RuleBacktest) -> str:
    """How many alerts were replayed in which way, and how many were not."""
    counts = Counter(map(_evaluated, result.rows))
    parts = [f"{count:,} {words}" for words, count in sorted(counts.items())]
    return f"evaluated: {', '.join(parts)}" if parts else ""


def _evaluated(row: AlertRow) -> str:
    if way_of(row) == UNKNOWN:
        return "not at all"
    if row.way == SERVER:
        return f"by the server ({SERVER})"
    words = f"from raw samples ({row.way})"
    return f"{words} with recording rules" if row.computes else words


def way_of(row: AlertRow) -> str:
    """What one alert was replayed from, and whether recording rules were computed."""
    if not row.way or row.unknown:
        return UNKNOWN
    return f"{row.way} with recording rules" if row.computes else row.way


def differences(result: RuleBacktest) -> Iterator[str]:
    """Why alerts may differ from the server's own evaluation, and why it evaluated some.

    Each reason is there once.
    """
    rows: dict[str, list[AlertRow]] = {}
    for row in result.rows:
        if row.differs:
            rows.setdefault(f"may differ: {{}}: {row.differs}", []).append(row)
        if row.not_here:
            rows.setdefault(f"evaluated by the server: {{}}: {row.not_here}", []).append(row)
    for words, of_reason in rows.items():
        first = of_reason[0]
        others = f" and {len(of_reason) - 1} more" if len(of_reason) > 1 else ""
        at = first.change.newest.rule.location.text
        yield words.replace("{}", f"{at}: {name_of(first)}{others}", 1)


def routes_line(result: RuleBacktest) -> str:
    """Where the routes are from, and what pages by them."""
    if result.routes:
        return f"routes of {result.routes}"
    return (
        "no Alertmanager configuration: severity page or critical pages, ticket or warning opens "
        "a ticket, one group an alert name"
    )


def counts(number: int, result: RuleBacktest) -> Iterator[tuple[str, str, str]]:
    """The figures of one alert, before and after."""
    row = result.rows[number]
    old, new = (side.alerts.get(number, NONE) for side in result.received)
    yield "fired", episodes(row.old), episodes(row.new)
    yield "minutes firing", _minutes(row.old), _minutes(row.new)
    yield "notifications", f"{old.messages:,}", f"{new.messages:,}"
    yield "of them repeats", f"{old.repeats:,}", f"{new.repeats:,}"
    if "page" in row.reach:
        pages = [
            side.counted if reach == "page" else 0
            for side, reach in zip((old, new), row.reach, strict=True)
        ]
        yield "pages", f"{pages[0]:,}", f"{pages[1]:,}"
    yield "at night", f"{old.night:,}", f"{new.night:,}"
    yield "at weekends", f"{old.weekend:,}", f"{new.weekend:,}"


def _minutes(outcome: Firings) -> str:
    return f"{outcome.minutes:,}" if isinstance(outcome, AlertFirings) else episodes(outcome)


def receivers_of(number: int, result: RuleBacktest) -> Iterator[tuple[str, int, int]]:
    """The receivers that got messages about one alert, and how many, before and after."""
    names = {name for side in result.received for row, name in side.by_receiver if row == number}
    for name in sorted(names):
        old, new = (side.by_receiver.get((number, name), 0) for side in result.received)
        yield name, old, new


def receiver_cells(result: RuleBacktest) -> Iterator[tuple[str, ...]]:
    """A row for each receiver that got messages on a side, in the order of what they do."""
    old, new = result.received

    def strength(name: str) -> tuple[int, str]:
        return min(RANKED.index(reach) for reach in _reaches(result, name)), name

    for name in sorted({**old.receivers, **new.receivers}, key=strength):
        before, after = old.receivers.get(name, NONE), new.receivers.get(name, NONE)
        yield (
            name,
            " -> ".join(dict.fromkeys(_reaches(result, name))),
            sides(result, f"{before.messages:,}", f"{after.messages:,}"),
            sides(result, f"{before.repeats:,}", f"{after.repeats:,}"),
            sides(
                result,
                f"{before.night:,}, {before.weekend:,}",
                f"{after.night:,}, {after.weekend:,}",
            ),
        )


def _reaches(result: RuleBacktest, receiver: str) -> list[Reach]:
    known: list[Mapping[str, Reach]] = [side.receiver_reaches for side in result.received]
    return [side[receiver] for side in known if receiver in side]


def replayed_rows(result: RuleBacktest) -> list[int]:
    """The numbers of the rows of alerts that were replayed."""
    return [number for number, row in enumerate(result.rows) if not row.unknown]


def unknown_reasons(result: RuleBacktest) -> Iterator[tuple[str, list[AlertRow]]]:
    """Each reason why alerts were not replayed, with the alerts."""
    reasons: dict[str, list[AlertRow]] = {}
    for row in result.unknown:
        reasons.setdefault(row.unknown, []).append(row)
    yield from reasons.items()
