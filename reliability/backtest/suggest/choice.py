"""Suggestion: the strictest target that was met within the page budget.

Round targets and the current one are the candidates. A target counts as met if it holds over the
whole span, and in nine of ten of its periods. Source: The Site Reliability Workbook, chapter 2: a
first target comes from what was measured, a little below it, and is revisited; and chapter 5: an
alert policy is judged by precision, recall, detection and reset, of which the sweep knows the first
two as pages and incidents caught.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from reliability.backtest.suggest.sweep import SpanHistory, Sweep, SweepResult
from reliability.render.numbers import exact_percent, percent, rate_text, significant_percent
from reliability.timespan import WEEK

OFTEN: Final = 0.9
"""Share of periods in which a target has to be met."""
SHORTER: Final = (2 * WEEK, WEEK)
"""Periods to propose while none of the SLO's own is known as a whole."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggested target, and the reasons for it."""

    tried: SweepResult
    reasons: tuple[str, ...]

    @property
    def rationale(self) -> str:
        """Reasons on one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class NoSuggestion:
    """Reason why no target is suggested."""

    reason: str


Choice = Suggested | NoSuggestion


@dataclass(frozen=True, slots=True)
class PagingLimits:
    """Page budget, and the words for the history that the figures come from."""

    pages_a_week: float
    since: str


def choose(sweep: Sweep, past: SpanHistory, now: Decimal, limits: PagingLimits) -> Choice:
    """Return the strictest target that was met with pages within the limit."""
    often = OFTEN * len(past.ratios)
    # Only round targets are suggested: people remember 99.9, and one more digit claims a precision
    # that the history does not have.
    open_to = [e for e in sweep.tried if e.candidate.is_round or e.candidate.target == now]
    met = [result for result in open_to if result.spent <= 1 and result.met >= often]
    quiet = [result for result in met if not result.alert_episodes.exceeds(limits.pages_a_week)]
    if not met:
        return NoSuggestion("no round target within the bounds of the SLO policy was met")
    if not quiet:
        return NoSuggestion(
            f"every target that was met has more alert episodes than the page budget of "
            f"{limits.pages_a_week:g} a week; change the windows of its alerts, or set "
            "minimumFailures"
        )

    return Suggested(quiet[0], tuple(_reasons(quiet[0], sweep.tried, past, limits=limits)))


def reasons_for(
    target: Decimal, sweep: Sweep, past: SpanHistory, limits: PagingLimits
) -> Suggested | None:
    """Return the reasons for a target that was chosen elsewhere, or None if it was not tried."""
    for result in sweep.tried:
        if result.candidate.target == target:
            return Suggested(result, tuple(_reasons(result, sweep.tried, past, limits=limits)))
    return None


def _reasons(
    best: SweepResult, tried: Sequence[SweepResult], past: SpanHistory, limits: PagingLimits
) -> Iterator[str]:
    yield f"{significant_percent(1 - past.overall, 5)} measured {limits.since}"
    target = exact_percent(best.candidate.target)
    if past.part is None:
        met = f"{best.met} of {len(past.ratios)}"
        yield (
            f"{target} was met in {met} periods; the worst period spent {percent(best.worst)} of "
            "its budget"
        )
    else:
        yield f"{percent(best.spent)} of the budget of {target} was spent over {past.part}"
        shorter = [f"{length.days}d" for length in SHORTER if length <= past.known]
        yield f"an SLO period of {' or '.join(shorter)} would be known as a whole"
    alerts, tickets = rate_text(best.alert_episodes), rate_text(best.ticket_episodes)
    yield f"{alerts} alert episodes and {tickets} ticket episodes a week"
    if past.events:
        yield f"{best.caught} of {len(past.events)} incidents caught"
        yield from _better(best, tried)


def _better(best: SweepResult, tried: Sequence[SweepResult]) -> Iterator[str]:
    """Yield what a stricter round target would catch, and how often it would page."""
    more = [result for result in tried if result.candidate.is_round and result.caught > best.caught]
    if more:
        cheapest = min(more, key=lambda each: each.alert_episodes.value or 0.0)
        yield (
            f"{exact_percent(cheapest.candidate.target)} would catch {cheapest.caught}, with "
            f"{rate_text(cheapest.alert_episodes)} alert episodes a week"
        )
