"""What every report of rule files shows: lines about the whole, and cells of each alert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from reliability.backtest.headline import both
from reliability.backtest.outcome import AlertFirings, NoAlert, Outcome
from reliability.backtest.report.figures import filling
from reliability.backtest.report.notified import receivers_of
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.backtest.tally import NOTHING
from reliability.history.sources.origins import SERVER
from reliability.render.times import utc_minute

NOT_REPLAYED: Final = "-"
"""Placeholder for alerts that were not replayed."""
HEADS: Final = (
    *("alert", "changed", "reaches", "fired", "notifications", "at night, weekends", "notified"),
    "evaluated from",
)
"""The last one, what an alert was evaluated from, is shown with `--verbose` only."""
LISTED: Final = 10
"""Alerts or incidents that a line names."""


def rules_line(result: RuleBacktest) -> str:
    """Return how many alerts changed, are new, were removed and are unchanged."""
    changed, new, removed, unchanged = result.rules
    if not result.compares:
        return f"alerts: {unchanged}"
    parts = [f"{changed} changed", f"{new} new"]
    if removed:
        parts.append(f"{removed} removed")
    rerouted = sum(row.is_rerouted and not row.change.aspects for row in result.rows)
    otherwise = f" ({rerouted} routed otherwise)" if rerouted else ""
    return f"alerts: {', '.join(parts)}, {unchanged} unchanged{otherwise}"


def span_line(result: RuleBacktest) -> str:
    """Return what was replayed, from where, and how much of it is known."""
    until = utc_minute(result.span.end)
    days = result.span.length.days
    length = "1 day" if days == 1 else f"{days} days"
    line = f"{length} to {until}, {result.source}"
    if result.known.start > result.span.start:
        line += f"; samples since {utc_minute(result.known.start)}"
    if result.known.end < result.span.end:
        line += f"; samples until {utc_minute(result.known.end)}"
    return line


def facts(result: RuleBacktest, *, verbose: bool) -> Iterator[str]:
    """Yield where the routes are from, and what the source lacks.

    With `verbose`, also how alerts were evaluated.
    """
    if result.routes:
        yield f"routes of {result.routes}"
    else:
        yield (
            "no Alertmanager configuration: severity page or critical pages, ticket or warning "
            "opens a ticket, one group an alert name"
        )
    counts = Counter(map(_evaluated, result.rows))
    if counts and verbose:
        parts = [f"{count:,} {words}" for words, count in sorted(counts.items())]
        yield f"evaluated: {', '.join(parts)}"
    if result.related:
        alerts = "1 unchanged alert" if result.related == 1 else f"{result.related:,} unchanged"
        yield f"also simulated, since they may inhibit these or share a group: {alerts}"
    yield from filling(result)
    yield from result.notes


def _evaluated(row: AlertRow) -> str:
    if row.unknown or not row.evaluated_from:
        return "not at all"
    if row.evaluated_from == SERVER:
        return f"by the server ({SERVER})"
    words = f"from raw samples ({row.evaluated_from})"
    return f"{words} with recording rules" if row.computes_recordings else words


def evaluated_from(row: AlertRow) -> str:
    """Return what one alert was replayed from, and whether recording rules were computed."""
    if row.unknown or not row.evaluated_from:
        return NOT_REPLAYED
    words = row.evaluated_from
    return f"{words} with recording rules" if row.computes_recordings else words


def what_changed(row: AlertRow) -> str:
    """Return the aspects of a change, in words."""
    aspects = [*row.change.aspects, *(["route"] if row.is_rerouted else [])]
    return ", ".join(aspects) or "unchanged"


def effect_of(row: AlertRow) -> str:
    """Return the effect of the alert's messages, old and new if they differ."""
    old, new = row.effects
    if row.change.old is None or old == new:
        return new
    return f"{old} -> {new}" if row.change.new is not None else old


def cells(row: AlertRow, result: RuleBacktest, *, verbose: bool) -> tuple[str, ...]:
    """Return the cells of one alert, as `HEADS` names them; the last one only with `verbose`."""
    return (
        row.slo,
        what_changed(row),
        effect_of(row),
        both(result, episodes(row.old), episodes(row.new)),
        *_tallies(row, result),
        ", ".join(receivers(row, result)) or "no one",
        *([evaluated_from(row)] if verbose else []),
    )


def _tallies(row: AlertRow, result: RuleBacktest) -> Iterator[str]:
    sides = result.notifications.simulated or ()
    old, new = (side.alerts.get(row.key, NOTHING) for side in sides)
    yield both(result, f"{old.notifications}", f"{new.notifications}")
    yield both(result, f"{old.night}, {old.weekend}", f"{new.night}, {new.weekend}")


def receivers(row: AlertRow, result: RuleBacktest) -> Iterator[str]:
    """Yield each receiver with the number of its messages about an alert, before and after."""
    for name, old, new in receivers_of(row.key, result):
        yield f"{name} {both(result, f'{old:,}', f'{new:,}')}"


def counts(row: AlertRow, result: RuleBacktest) -> Iterator[tuple[str, str]]:
    """Yield the figures of one alert, before and after if they differ."""
    sides = result.notifications.simulated or ()
    old, new = (side.alerts.get(row.key, NOTHING) for side in sides)
    figures = [
        ("fired", episodes(row.old), episodes(row.new)),
        ("minutes firing", _minutes(row.old), _minutes(row.new)),
        *(
            (name, f"{before:,}", f"{after:,}")
            for name, before, after in (
                ("notifications", old.notifications, new.notifications),
                ("of them repeats", old.repeats, new.repeats),
                ("pages", old.pages, new.pages),
                ("at night", old.night, new.night),
                ("at weekends", old.weekend, new.weekend),
            )
            if name != "pages" or "page" in row.effects
        ),
    ]
    for name, before, after in figures:
        yield name, after if before == after else both(result, before, after)


def episodes(outcome: Outcome) -> str:
    """Return how often an alert fired; `-` if the side has none, `?` if it is not known."""
    match outcome:
        case AlertFirings():
            return f"{len(outcome.episodes):,}"
        case NoAlert():
            return "-"
        case _:
            return "?"


def _minutes(outcome: Outcome) -> str:
    return f"{outcome.minutes:,}" if isinstance(outcome, AlertFirings) else episodes(outcome)


def reasons(result: RuleBacktest, reason_of: Callable[[AlertRow], str]) -> list[str]:
    """Return each reason once, after where the first alert is declared, and the alerts."""
    rows: dict[str, list[AlertRow]] = {}
    for row in result.rows:
        if reason := reason_of(row):
            rows.setdefault(reason, []).append(row)
    return [
        f"{of_reason[0].key.location}: {listed(row.slo for row in of_reason)}: {reason}"
        for reason, of_reason in rows.items()
    ]


def listed(names: Iterable[str]) -> str:
    """Return the first names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - LISTED:,} more" if len(every) > LISTED else ""
    return f"{', '.join(every[:LISTED])}{more}"
