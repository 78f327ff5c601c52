"""A suggestion for a terminal, for a comment, and as JSON (docs/guides/suggest.md has the keys)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from reliability.backtest.report.text import aligned, printable
from reliability.backtest.suggest import words
from reliability.backtest.suggest.choice import Choice, NoSuggestion, Suggested
from reliability.backtest.suggest.suggestion import NotSwept, TargetSuggestion
from reliability.backtest.suggest.sweep import SweepResult
from reliability.render.display import inert_json
from reliability.render.markdown import plain

VERSION: Final = 1
Found = TargetSuggestion | NotSwept


def text(found: Iterable[Found], *, every: bool) -> str:
    """For a terminal."""
    return "\n\n".join("\n".join(printable(_lines(each, every))) for each in found)


def _lines(found: Found, every: bool) -> Iterator[str]:
    if isinstance(found, NotSwept):
        yield f"{_name(found)}: {found.reason}"
        return
    yield f"{words.name_of(found)}: {words.verdict(found)}"
    yield from (f"  - {reason}" for reason in words.reasons(found))
    yield ""
    yield from (f"  {fact}" for fact in words.facts(found))
    for sweep in found.sweeps:
        yield ""
        yield f"  windows {sweep.windows}; pages and tickets a month"
        table = [words.HEADS, *words.rows(found, sweep, every=every)]
        yield from (f"  {line}" for line in aligned(table))


def markdown(found: Iterable[Found], *, every: bool) -> str:
    """For a comment."""
    return "\n\n".join("\n".join(_marked(each, every)) for each in found)


def _marked(found: Found, every: bool) -> Iterator[str]:
    if isinstance(found, NotSwept):
        yield plain(f"{_name(found)}: {found.reason}")
        return
    yield f"**{plain(f'{words.name_of(found)}: {words.verdict(found)}')}**"
    yield ""
    for reason in words.reasons(found):
        yield f"- {plain(reason)}"
    if words.reasons(found):
        yield ""
    yield from (f"- {plain(fact)}" for fact in words.facts(found))
    for sweep in found.sweeps:
        yield ""
        yield plain(f"Windows {sweep.windows}; pages and tickets a month")
        yield ""
        yield _cells(words.HEADS)
        yield f"|{' --- |' * len(words.HEADS)}"
        yield from (_cells(row) for row in words.rows(found, sweep, every=every))


def _cells(row: Sequence[str]) -> str:
    return "| " + " | ".join(plain(cell) for cell in row) + " |"


def _name(found: NotSwept) -> str:
    objective = found.objective
    return f"{objective.service}: {objective.slo_name} {objective.name}".rstrip()


def document(found: Iterable[Found]) -> str:
    """As JSON, indented."""
    said = {"version": VERSION, "objectives": [_values(each) for each in found]}
    return inert_json(json.dumps(said, indent=2, ensure_ascii=False))


def _values(found: Found) -> dict[str, Any]:
    objective = found.objective
    named = {
        "service": objective.service,
        "slo": objective.slo_name,
        "objective": objective.name,
        "target": float(objective.target),
    }
    if isinstance(found, NotSwept):
        return {**named, "not_swept": found.reason}
    span, past = found.terms.span, found.past
    return {
        **named,
        "not_swept": None,
        "source": found.source,
        "synthetic": found.is_made_up,
        "span": {
            "start": span.start.isoformat().replace("+00:00", "Z"),
            "end": span.end.isoformat().replace("+00:00", "Z"),
            "days": span.length.days,
        },
        "coverage": round(past.coverage, 6),
        "attainment": 1 - past.overall if past.ratios else None,
        "periods": len(past.ratios),
        "incidents": len(past.events),
        "suggestion": _choice(found.choice),
        "sweeps": [
            {"windows": each.windows, "candidates": [_tried(one) for one in each.tried]}
            for each in found.sweeps
        ],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    match choice:
        case NoSuggestion(reason):
            return {"target": None, "reasons": [reason]}
        case Suggested(tried, reasons):
            return {"target": float(tried.candidate.target), "reasons": list(reasons)}


def _tried(tried: SweepResult) -> dict[str, Any]:
    return {
        "target": float(tried.candidate.target),
        "round": tried.candidate.is_round,
        "periods_met": tried.met,
        "budget_spent": round(tried.spent, 6),
        "budget_spent_worst_period": round(tried.worst, 6),
        "pages_per_month": round(tried.pages, 6),
        "tickets_per_month": round(tried.tickets, 6),
        "incidents_caught": tried.caught,
    }
