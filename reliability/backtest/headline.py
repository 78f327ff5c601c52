"""The two-sided headline: what people would be told less, and what they would miss for it.

Counting notifications alone makes every loosening look good, so the two stand in one line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reliability.backtest.outcome import PAGES, TICKETS, Backtest, Detection, Totals, Verdict
from reliability.words import Words, words_in

MISSED_SHOWN: Final = 3


def headline(result: Backtest, words: Words | None = None) -> str:
    """Pages a week, tickets of the span, incidents caught, and what is missed now."""
    words = words or words_in("en")
    pages = _sides(result, PAGES, lambda totals: f"{totals.per_week:.1f}")
    tickets = _sides(result, TICKETS, lambda totals: str(totals.episodes))
    parts = [
        words("pages a week {sides}", sides=pages),
        words("tickets {sides}", sides=tickets),
        _incidents(result, words),
    ]
    return " · ".join(parts)


def _sides(result: Backtest, tier: str, write: Callable[[Totals], str]) -> str:
    new = write(result.new(tier))
    return f"{write(result.old(tier))} -> {new}" if result.compares else new


def _incidents(result: Backtest, words: Words) -> str:
    scored = result.scored
    if not scored:
        return words("no incident to score against")
    caught = _caught(scored, lambda verdict: verdict.new, words)
    if result.compares:
        caught = f"{_caught(scored, lambda verdict: verdict.old, words)} -> {caught}"
    return words("incidents caught {sides}", sides=caught) + _missed(scored, words)


def _caught(scored: tuple[Verdict, ...], side: Callable[[Verdict], Detection], words: Words) -> str:
    caught = sum(side(verdict).paged for verdict in scored)
    return words("{caught} of {all}", caught=caught, all=len(scored))


def _missed(scored: tuple[Verdict, ...], words: Words) -> str:
    """The newly missed first, then by what they cost."""
    missed = [verdict for verdict in scored if not verdict.new.paged]
    missed.sort(key=lambda verdict: (not verdict.is_newly_missed, -verdict.spent))
    if not missed:
        return ""
    shown = "; ".join(_one_missed(verdict, words) for verdict in missed[:MISSED_SHOWN])
    rest = len(missed) - MISSED_SHOWN
    more = words.many("; and {count} more", "; and {count} more", rest) if rest > 0 else ""
    return words("; missed: {events}", events=shown) + more


def _one_missed(verdict: Verdict, words: Words) -> str:
    return words(
        "{day}, {share} of the budget, {told}",
        day=words.day(verdict.event.span.start),
        share=percent(verdict.spent),
        told=words("a ticket, no page") if verdict.new.ticketed else words("no page"),
    )


def percent(share: float) -> str:
    """A share as people read it: whole from 10 % on, else one decimal."""
    hundred = share * 100
    if 0 < hundred < 0.1:
        return "under 0.1 %"
    return f"{hundred:.0f} %" if hundred >= 9.95 or not hundred else f"{hundred:.1f} %"
