"""Two-sided headline of a backtest: notifications saved, and incidents missed in return.

Counting notifications alone makes every loosening look good, so both are in one line. All figures
are of what the backtest replayed: `tally` defines what is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Final

from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.coverage import Coverage
from reliability.backtest.effects import RANKED, NotificationEffect
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    Backtest,
    Detection,
    EventVerdict,
    NoAlert,
)
from reliability.backtest.tally import NOTHING
from reliability.rates import WeeklyRate
from reliability.render.numbers import percent, rate_text
from reliability.render.times import zone_named
from reliability.render.words import ENGLISH, Words, worded
from reliability.timespan import DAY

MISSED_SHOWN: Final = 3
"""Limit of listed events."""
A_WEEK: Final = 1.0
"""Known weeks below which numbers are shown instead of rates."""

EFFECTS: Final[Mapping[NotificationEffect, tuple[str, str]]] = {
    "page": (worded("pages a week"), worded("pages")),
    "mention": (worded("mentions a week"), worded("mentions")),
    "ticket": (worded("tickets a week"), worded("tickets")),
    "unknown": (worded("webhook messages a week"), worded("webhook messages")),
    "chat": (worded("chat messages a week"), worded("chat messages")),
    "mail": (worded("mails a week"), worded("mails")),
}
"""Names of what counts for each effect: a week, and in all."""
EPISODES: Final = (
    (ALERT_TIER, worded("alert episodes a week")),
    (TICKET_TIER, worded("ticket episodes a week")),
)


def named_headline(result: Backtest, words: Words = ENGLISH) -> str:
    """Return the headline, with the environment before it if any is declared."""
    text = headline(result, words)
    return f"{result.environment}: {text}" if result.environment else text


def headline(result: Backtest, words: Words = ENGLISH, *, is_short: bool = False) -> str:
    """Return what people get, the events caught and missed, and what is not known.

    A figure without history is `not known`, never zero. `words` is the language; a short headline
    lists no missed events.
    """
    if result.scope == 0:
        return words("no alert changed its meaning or its route")
    rows = [row for row in result.rows if not _is_absent(row.old, row.new)]
    unknown = sum(bool(row.unknown) for row in rows)
    if rows and unknown == len(rows):
        return words.many(
            "nothing replayed: {count} alert without enough history",
            "nothing replayed: {count} alerts without enough history",
            unknown,
        )

    figures = [f"{name} {both(result, *sides)}" for name, *sides in figures_of(result, words)]
    if result.scope is not None:
        about = words.many("{count} changed alert", "{count} changed alerts", result.scope)
        figures[0] = words("{alerts}: {figures}", alerts=about, figures=figures[0])
    parts = [*figures, *_events(result, words, is_short=is_short)]
    if unknown:
        parts.append(words("not replayed: {count} of {all} alerts", count=unknown, all=len(rows)))
    parts += _known_part(result, words)
    return " · ".join(parts)


def _known_part(result: Backtest, words: Words) -> Iterator[str]:
    """Yield how much of the span the figures are of, if it is less than 90 %."""
    share, days = result.alert_coverage, f"{result.span.length / DAY:.3g}"
    if share >= MIN_COVERAGE:
        return
    part = words("{known} of {count} days", known="0", count=days)
    if share:
        part = words.text(Coverage(history=share, elapsed=result.span.length).extent)
    known = words("{part} known", part=part)
    last = result.last_known
    if last is not None and last < (result.span.end - DAY).date():
        known = words("{known}, the last on {day}", known=known, day=words.day(last))
    yield known


def _is_absent(*outcomes: object) -> bool:
    return all(isinstance(outcome, NoAlert) for outcome in outcomes)


def figures_of(result: Backtest, words: Words = ENGLISH) -> Iterator[tuple[str, str, str]]:
    """Yield the name of what is counted, before and after.

    These are notifications by their effect: pages always, others if there are any on a side. If
    notifications are not known, these are the episodes of tiers.
    """
    simulated = result.notifications.simulated
    if simulated is None:
        for tier, name in EPISODES:
            old, new = (side(tier).per_week for side in (result.old, result.new))
            yield words(name), rate_text(old, words), rate_text(new, words)
        return

    weeks = result.known_weeks
    for effect in RANKED:
        if effect in EFFECTS and (effect == "page" or any(effect in s.effects for s in simulated)):
            counts = [side.effects.get(effect, NOTHING).counted for side in simulated]
            weekly, whole = EFFECTS[effect]
            if 0 < weeks < A_WEEK:
                yield words(whole), f"{counts[0]:,}", f"{counts[1]:,}"
            else:
                before, after = (WeeklyRate.of(count, weeks) for count in counts)
                yield words(weekly), rate_text(before, words), rate_text(after, words)


def both(result: Backtest, old: str, new: str) -> str:
    """Return `old -> new`, or the new side alone without a base."""
    return f"{old} -> {new}" if result.compares else new


def _events(result: Backtest, words: Words, *, is_short: bool) -> Iterator[str]:
    """Yield how many incidents and significant events were caught, counted separately."""
    if not result.has_incidents:
        return
    parts = [
        words(text, sides=_caught_sides(result, scored, words))
        for text, _, scored in scored_by_kind(result)
    ]
    if not parts:
        yield words("no incident to score against")
        return
    missed = [] if is_short else not_caught(result, words)
    yield words("; ").join([words(", ").join(parts), *missed])


def scored_by_kind(result: Backtest) -> Iterator[tuple[str, str, tuple[EventVerdict, ...]]]:
    """Yield two templates of each kind of event with its verdicts, if there are any.

    The first is for the headline, the second for the name of a figure.
    """
    kinds: tuple[tuple[str, str, Callable[[EventVerdict], bool]], ...] = (
        (
            worded("incidents caught {sides}"),
            worded("of {count} incidents caught"),
            lambda verdict: not verdict.event.is_derived and verdict.event.is_matched,
        ),
        (
            worded("incidents during which a page fired {sides}"),
            worded("of {count} incidents during which a page fired"),
            lambda verdict: not verdict.event.is_matched,
        ),
        (
            worded("significant events caught {sides} (derived from the error budget)"),
            worded("of {count} significant events caught"),
            lambda verdict: verdict.event.is_derived,
        ),
    )
    for text, name, is_of_kind in kinds:
        if scored := tuple(filter(is_of_kind, result.scored)):
            yield text, name, scored


def _caught_sides(result: Backtest, scored: tuple[EventVerdict, ...], words: Words) -> str:
    old = _caught(scored, lambda verdict: verdict.old, words)
    return both(result, old, _caught(scored, lambda verdict: verdict.new, words))


def _caught(
    scored: tuple[EventVerdict, ...], side: Callable[[EventVerdict], Detection], words: Words
) -> str:
    caught = sum(side(verdict).paged for verdict in scored)
    return words("{caught} of {all}", caught=caught, all=len(scored))


def not_caught(result: Backtest, words: Words = ENGLISH) -> list[str]:
    """Return the missed events and those with only a ticket; how many of each are worse now."""
    missed = [verdict for verdict in result.scored if verdict.new.word == "missed"]
    ticketed = [verdict for verdict in result.scored if verdict.new.word == "ticket only"]
    parts = []
    if missed:
        parts.append(words("missed {events}", events=_listed(missed, result, words)))
    if ticketed:
        parts.append(words("ticket only {events}", events=_listed(ticketed, result, words)))
    return parts


def _listed(verdicts: list[EventVerdict], result: Backtest, words: Words) -> str:
    """List events: those that are worse now first, then by budget spent."""
    ordered = sorted(
        verdicts,
        key=lambda verdict: (
            not verdict.is_newly_missed,
            not verdict.loses_ticket,
            -(verdict.spent or 0.0),
        ),
    )
    events = words(", ").join(_one(verdict, result, words) for verdict in ordered[:MISSED_SHOWN])
    rest = len(verdicts) - MISSED_SHOWN
    if rest > 0:
        events += words.many(", and {count} more", ", and {count} more", rest)

    lost = words(", ").join(_lost(verdicts, words)) if result.compares else ""
    if not lost:
        return words("{count}: {events}", count=len(verdicts), events=events)
    return words("{count} ({lost}): {events}", count=len(verdicts), lost=lost, events=events)


def _lost(verdicts: list[EventVerdict], words: Words) -> Iterator[str]:
    """Yield how many events paged, or had a ticket, before the change."""
    paged = sum(verdict.is_newly_missed for verdict in verdicts)
    ticketed = sum(verdict.loses_ticket for verdict in verdicts)
    if len(verdicts) == 1 and paged:
        yield words("paged before")
    elif paged:
        yield words("{count} paged before", count=paged)
    if len(verdicts) == 1 and ticketed:
        yield words("had a ticket before")
    elif ticketed:
        yield words("{count} had a ticket before", count=ticketed)


def _one(verdict: EventVerdict, result: Backtest, words: Words) -> str:
    zone = zone_of(result, verdict.event.service)
    day = words.day(verdict.event.span.start.astimezone(zone).date())
    if verdict.spent is None:
        return words("{day} {name}", day=day, name=verdict.event.name)
    return words(
        "{day} with {share} of the budget spent", day=day, share=percent(verdict.spent, words)
    )


def zone_of(result: Backtest, service: str) -> tzinfo:
    """Return the time zone of a service's team; UTC without one."""
    return zone_named(result.zones.get(service, "UTC"))
