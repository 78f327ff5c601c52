"""Two-sided headline of a backtest: notifications saved, and incidents missed in return.

Counting notifications alone makes every loosening look good, so both are in one line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Final

from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    Backtest,
    Detection,
    EventVerdict,
    NoAlert,
)
from reliability.history.series import NoHistory
from reliability.render.numbers import percent, rate_text
from reliability.render.times import zone_named
from reliability.render.words import ENGLISH, Words

MISSED_SHOWN: Final = 3
"""Limit of listed events."""


def named_headline(result: Backtest, words: Words = ENGLISH) -> str:
    """Return the headline, with the environment before it if any is declared."""
    text = headline(result, words)
    return f"{result.environment}: {text}" if result.environment else text


def headline(result: Backtest, words: Words = ENGLISH, *, is_short: bool = False) -> str:
    """Return pages and tickets per week, the events caught and missed, and what was not replayed.

    A figure without history is `not known`, never zero. `words` is the language; a short headline
    lists no missed events.
    """
    parts = [
        words("pages a week {sides}", sides=_sides(result, ALERT_TIER, words)),
        words("tickets a week {sides}", sides=_sides(result, TICKET_TIER, words)),
        _events(result, words, is_short=is_short),
    ]
    slos = {(row.service, row.slo) for row in result.rows if not isinstance(row.new, NoAlert)}
    unknown = {(row.service, row.slo) for row in result.rows if isinstance(row.new, NoHistory)}
    if unknown:
        parts.append(
            words("not replayed: {count} of {all} SLOs", count=len(unknown), all=len(slos))
        )

    return " · ".join(parts)


def _sides(result: Backtest, tier: str, words: Words) -> str:
    old, new = (rate_text(side(tier).per_week, words) for side in (result.old, result.new))
    return f"{old} -> {new}" if result.compares else new


def _events(result: Backtest, words: Words, *, is_short: bool) -> str:
    """Return the incidents and significant events that were caught, counted separately."""
    recorded = tuple(verdict for verdict in result.scored if not verdict.event.is_derived)
    derived = tuple(verdict for verdict in result.scored if verdict.event.is_derived)
    parts = []
    if recorded:
        parts.append(words("incidents caught {sides}", sides=_both(result, recorded, words)))
    if derived:
        sides = _both(result, derived, words)
        parts.append(
            words("significant events caught {sides} (derived from the error budget)", sides=sides)
        )

    if not parts:
        return words("no incident to score against")
    missed = [] if is_short else not_caught(result, words)
    return words("; ").join([words(", ").join(parts), *missed])


def _both(result: Backtest, scored: tuple[EventVerdict, ...], words: Words) -> str:
    new = _caught(scored, lambda verdict: verdict.new, words)
    return (
        f"{_caught(scored, lambda verdict: verdict.old, words)} -> {new}"
        if result.compares
        else new
    )


def _caught(
    scored: tuple[EventVerdict, ...], side: Callable[[EventVerdict], Detection], words: Words
) -> str:
    caught = sum(side(verdict).paged for verdict in scored)
    return words("{caught} of {all}", caught=caught, all=len(scored))


def not_caught(result: Backtest, words: Words = ENGLISH) -> list[str]:
    """Return the missed events and those with only a ticket; how many of each paged before."""
    missed = [verdict for verdict in result.scored if verdict.new.word == "missed"]
    ticketed = [verdict for verdict in result.scored if verdict.new.word == "ticket only"]
    parts = []
    if missed:
        parts.append(words("missed {events}", events=_listed(missed, result, words)))
    if ticketed:
        parts.append(words("ticket only {events}", events=_listed(ticketed, result, words)))
    return parts


def _listed(verdicts: list[EventVerdict], result: Backtest, words: Words) -> str:
    """List events: the newly missed first, then by budget spent."""
    ordered = sorted(verdicts, key=lambda verdict: (not verdict.is_newly_missed, -verdict.spent))
    events = words(", ").join(_one(verdict, result, words) for verdict in ordered[:MISSED_SHOWN])
    rest = len(verdicts) - MISSED_SHOWN
    if rest > 0:
        events += words.many(", and {count} more", ", and {count} more", rest)

    before = sum(verdict.is_newly_missed for verdict in verdicts)
    if not result.compares or not before:
        return words("{count}: {events}", count=len(verdicts), events=events)

    return words(
        "{count}, of which {before} paged before: {events}",
        count=len(verdicts),
        before=before,
        events=events,
    )


def _one(verdict: EventVerdict, result: Backtest, words: Words) -> str:
    zone = zone_of(result, verdict.event.service)
    return words(
        "{day} with {share} of the budget spent",
        day=words.day(verdict.event.span.start.astimezone(zone).date()),
        share=percent(verdict.spent, words),
    )


def zone_of(result: Backtest, service: str) -> tzinfo:
    """Return the time zone of a service's team; UTC without one."""
    return zone_named(result.zones.get(service, "UTC"))
