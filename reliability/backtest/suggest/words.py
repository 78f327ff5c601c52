"""Figures of a suggested target as text, shared by text and Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.backtest.suggest.choice import NoSuggestion, Suggested
from reliability.backtest.suggest.suggestion import NotSwept, TargetSuggestion
from reliability.backtest.suggest.sweep import Sweep, SweepResult
from reliability.render.numbers import exact_percent, percent, percent_known, rate_text

HEADS = ("", "target", "met", "budget spent", "worst period", "alert", "ticket", "caught")
EPISODES: Final = "alert and ticket: episodes of the tier a week"


def name_of(suggestion: TargetSuggestion | NotSwept) -> str:
    """Return service, SLO and objective, and the environment if any is declared."""
    objective = suggestion.objective
    name = f"{objective.service}: {objective.slo_name} {objective.name}".rstrip()
    environment = objective.placement.name
    return f"{name} in {environment}" if environment else name


def verdict(suggestion: TargetSuggestion) -> str:
    """Return the suggestion on one line."""
    now = f"{exact_percent(suggestion.objective.target)} now"
    match suggestion.choice:
        case NoSuggestion(reason):
            return f"no suggestion, {now}: {reason}"
        case Suggested(tried):
            target = tried.candidate.target
            same = target == suggestion.objective.target
            return (
                f"keep {exact_percent(target)}"
                if same
                else f"set the target to {exact_percent(target)}, {now}"
            )


def reasons(suggestion: TargetSuggestion) -> tuple[str, ...]:
    """Return the reasons, one per line."""
    return suggestion.choice.reasons if isinstance(suggestion.choice, Suggested) else ()


def facts(suggestion: TargetSuggestion, *, verbose: bool) -> Iterator[str]:
    """Yield the basis of the figures; with `verbose`, also how alerts were evaluated."""
    span, past = suggestion.terms.span, suggestion.past
    yield f"source {suggestion.source}"
    length, count = suggestion.objective.period.days, len(past.ratios)
    periods = (
        f"{count} period{'s' if count != 1 else ''} of {length} days, one ending each day"
        if past.part is None
        else f"no period of {length} days is known as a whole"
    )
    yield (
        f"span {span.length.days} days, {span.start:%Y-%m-%d} to {span.end:%Y-%m-%d} UTC · "
        f"{percent_known(past.coverage.share)} covered · {periods}"
    )
    if verbose:
        yield f"event mode · {suggestion.terms.ranges.words}"


def rows(suggestion: TargetSuggestion, sweep: Sweep, *, every: bool) -> list[tuple[str, ...]]:
    """Return rows for round targets and the current one; with `every`, for all.

    The suggested target is among them: only such targets are suggested.
    """
    now = suggestion.objective.target
    return [
        _row(suggestion, result, _mark(result, suggestion))
        for result in sweep.tried
        if every or result.candidate.is_round or result.candidate.target == now
    ]


def _mark(result: SweepResult, suggestion: TargetSuggestion) -> str:
    is_chosen = (
        isinstance(suggestion.choice, Suggested)
        and suggestion.choice.tried.candidate.target == result.candidate.target
    )
    is_now = result.candidate.target == suggestion.objective.target
    return " ".join(word for word, on in (("->", is_chosen), ("now", is_now)) if on)


def _row(suggestion: TargetSuggestion, result: SweepResult, mark: str) -> tuple[str, ...]:
    past, events = suggestion.past, len(suggestion.past.events)
    is_whole = past.part is None
    return (
        mark,
        exact_percent(result.candidate.target),
        f"{result.met} of {len(past.ratios)}" if is_whole else "-",
        percent(result.spent),
        percent(result.worst) if is_whole else "-",
        rate_text(result.alert_episodes),
        rate_text(result.ticket_episodes),
        f"{result.caught} of {events}" if events else "-",
    )
