"""The two-sided headline: what people would be told less, and what they would miss for it.

Counting notifications alone makes every loosening look good, so the two stand in one line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reliability.backtest.outcome import PAGES, TICKETS, Backtest, Detection, Totals, Verdict

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
MISSED_SHOWN = 3


def headline(result: Backtest) -> str:
    """Pages a week, tickets of the span, incidents caught, and what is missed now."""
    parts = [
        f"pages a week {_sides(result, PAGES, lambda totals: f'{totals.per_week:.1f}')}",
        f"tickets {_sides(result, TICKETS, lambda totals: str(totals.episodes))}",
        _incidents(result),
    ]
    return " · ".join(parts)


def _sides(result: Backtest, tier: str, write: Callable[[Totals], str]) -> str:
    new = write(result.new(tier))
    return f"{write(result.old(tier))} -> {new}" if result.compares else new


def _incidents(result: Backtest) -> str:
    scored = result.scored
    if not scored:
        return "no incident to score against"
    caught = _caught(scored, lambda verdict: verdict.new)
    if result.compares:
        caught = f"{_caught(scored, lambda verdict: verdict.old)} -> {caught}"
    return f"incidents caught {caught}{_missed(scored)}"


def _caught(scored: tuple[Verdict, ...], side: Callable[[Verdict], Detection]) -> str:
    return f"{sum(side(verdict).paged for verdict in scored)} of {len(scored)}"


def _missed(scored: tuple[Verdict, ...]) -> str:
    """The newly missed first, then by what they cost."""
    missed = [verdict for verdict in scored if not verdict.new.paged]
    missed.sort(key=lambda verdict: (not verdict.is_newly_missed, -verdict.spent))
    if not missed:
        return ""
    shown = "; ".join(_one_missed(verdict) for verdict in missed[:MISSED_SHOWN])
    rest = len(missed) - MISSED_SHOWN
    return f"; missed: {shown}" + (f"; and {rest} more" if rest > 0 else "")


def _one_missed(verdict: Verdict) -> str:
    start = verdict.event.span.start
    told = "a ticket, no page" if verdict.new.ticketed else "no page"
    return f"{start.day} {MONTHS[start.month - 1]}, {percent(verdict.spent)} of the budget, {told}"


def percent(share: float) -> str:
    """A share as people read it: whole from 10 % on, else one decimal."""
    hundred = share * 100
    if 0 < hundred < 0.1:
        return "under 0.1 %"
    return f"{hundred:.0f} %" if hundred >= 9.95 or not hundred else f"{hundred:.1f} %"
