"""Figures of a suggested target as text, shared by text and Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.backtest.suggest.choice import NoSuggestion, Suggested, shown
from reliability.backtest.suggest.suggestion import TargetSuggestion
from reliability.backtest.suggest.sweep import Sweep, SweepResult
from reliability.render.numbers import percent

HEADS = ("", "target", "met", "budget spent", "worst period", "pages", "tickets", "caught")


def name_of(found: TargetSuggestion) -> str:
    """Service, SLO and objective."""
    objective = found.objective
    return f"{objective.service}: {objective.slo_name} {objective.name}".rstrip()


def verdict(found: TargetSuggestion) -> str:
    """The suggestion in a line."""
    now = f"{shown(found.objective.target)} now"
    match found.choice:
        case NoSuggestion(reason):
            return f"no suggestion, {now}: {reason}"
        case Suggested(tried):
            target = tried.candidate.target
            same = target == found.objective.target
            return f"keep {shown(target)}" if same else f"set the target to {shown(target)}, {now}"


def reasons(found: TargetSuggestion) -> tuple[str, ...]:
    """The reasons, one a line."""
    return found.choice.reasons if isinstance(found.choice, Suggested) else ()


def facts(found: TargetSuggestion) -> Iterator[str]:
    """What the figures rest on."""
    span, past = found.terms.span, found.past
    yield f"source {found.source}"
    yield (
        f"span {span.length.days} days, {span.start:%Y-%m-%d} to {span.end:%Y-%m-%d} UTC · "
        f"{past.coverage * 100:.4g} % covered · {len(past.ratios)} periods of "
        f"{found.objective.period.days} days, one ending each day"
    )
    yield f"event mode · {found.terms.ranges.words} · a month is 30 days"


def rows(found: TargetSuggestion, sweep: Sweep, *, every: bool) -> list[tuple[str, ...]]:
    """Round targets, the current and the suggested target; with `every`, all candidates."""
    chosen = found.choice.tried.candidate if isinstance(found.choice, Suggested) else None
    now = found.objective.target
    return [
        _row(found, each, _mark(each, found))
        for each in sweep.tried
        if every or each.candidate.is_round or each.candidate.target in (now, chosen)
    ]


def _mark(each: SweepResult, found: TargetSuggestion) -> str:
    is_chosen = (
        isinstance(found.choice, Suggested)
        and found.choice.tried.candidate.target == each.candidate.target
    )
    is_now = each.candidate.target == found.objective.target
    return " ".join(word for word, on in (("->", is_chosen), ("now", is_now)) if on)


def _row(found: TargetSuggestion, each: SweepResult, mark: str) -> tuple[str, ...]:
    periods, events = len(found.past.ratios), len(found.past.events)
    return (
        mark,
        shown(each.candidate.target),
        f"{each.met} of {periods}",
        percent(each.spent),
        percent(each.worst),
        f"{each.pages:.1f}",
        f"{each.tickets:.1f}",
        f"{each.caught} of {events}" if events else "-",
    )
