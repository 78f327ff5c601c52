"""Suggestions for a terminal, for a comment, and as JSON (keys in docs/guides/suggest.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from reliability.backtest.report import markdown as report_markdown
from reliability.backtest.report import text as report_text
from reliability.backtest.report.sections import BacktestReport, BacktestSection
from reliability.backtest.suggest import words
from reliability.backtest.suggest.choice import Choice, NoSuggestion, Suggested
from reliability.backtest.suggest.suggestion import NotSwept, TargetSuggestion
from reliability.backtest.suggest.sweep import SpanHistory, SweepResult
from reliability.rates import WeeklyRate
from reliability.render.display import inert_json
from reliability.render.tables import PIPE, TextView

VERSION: Final = 1
"""Version of the JSON format."""
Found = TargetSuggestion | NotSwept


def text(
    suggestions: Iterable[Found], view: TextView = PIPE, *, every: bool, verbose: bool = False
) -> str:
    """Format suggestions for a terminal or a pipe."""
    reports = (suggestion_report(one, every=every, verbose=verbose) for one in suggestions)
    return "\n\n".join(report_text.text(report, view) for report in reports)


def markdown(suggestions: Iterable[Found], *, every: bool, verbose: bool = False) -> str:
    """Format suggestions as Markdown."""
    reports = (suggestion_report(one, every=every, verbose=verbose) for one in suggestions)
    return "\n\n".join(report_markdown.text(report) for report in reports)


def suggestion_report(suggestion: Found, *, every: bool, verbose: bool) -> BacktestReport:
    """Return the report of one objective; with `every`, of all targets that were tried."""
    name = words.name_of(suggestion)
    if isinstance(suggestion, NotSwept):
        return BacktestReport(headline=f"{name}: {suggestion.reason}")
    return BacktestReport(
        headline=f"{name}: {words.verdict(suggestion)}",
        facts=words.reasons(suggestion),
        sections=[
            *(
                BacktestSection(
                    title=f"Windows {sweep.windows}; {words.EPISODES}",
                    heads=words.HEADS,
                    rows=words.rows(suggestion, sweep, every=every),
                    numbers=range(1, len(words.HEADS)),
                )
                for sweep in suggestion.sweeps
            ),
            BacktestSection(
                title="How this was computed",
                lines=list(words.facts(suggestion, verbose=verbose)),
                is_folded=True,
            ),
        ],
    )


def document(suggestions: Iterable[Found]) -> str:
    """Format suggestions as indented JSON."""
    values = {"version": VERSION, "objectives": [_values(suggestion) for suggestion in suggestions]}
    return inert_json(json.dumps(values, indent=2, ensure_ascii=False))


def _values(suggestion: Found) -> dict[str, Any]:
    objective = suggestion.objective
    environment = objective.placement.name
    named = {
        **({"environment": environment} if environment else {}),
        "service": objective.service,
        "slo": objective.slo_name,
        "objective": objective.name,
        "target": float(objective.target),
    }

    if isinstance(suggestion, NotSwept):
        return {**named, "not_swept": suggestion.reason}
    span, past = suggestion.terms.span, suggestion.past
    return {
        **named,
        "not_swept": None,
        "source": suggestion.source,
        "synthetic": suggestion.is_made_up,
        "span": {
            "start": span.start.isoformat().replace("+00:00", "Z"),
            "end": span.end.isoformat().replace("+00:00", "Z"),
            "days": span.length.days,
        },
        "coverage": round(past.coverage.share, 6),
        "attainment": 1 - past.overall,
        "partial": past.coverage.part is not None,
        "periods": len(past.ratios),
        "incidents": len(past.events),
        "suggestion": _choice(suggestion.choice),
        "sweeps": [
            {"windows": sweep.windows, "candidates": [_tried(one, past) for one in sweep.tried]}
            for sweep in suggestion.sweeps
        ],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    match choice:
        case NoSuggestion(reason):
            return {"target": None, "reasons": [reason]}
        case Suggested(tried, reasons):
            return {"target": float(tried.candidate.target), "reasons": list(reasons)}


def _tried(tried: SweepResult, past: SpanHistory) -> dict[str, Any]:
    is_whole = past.part is None
    return {
        "target": float(tried.candidate.target),
        "round": tried.candidate.is_round,
        "periods_met": tried.met if is_whole else None,
        "budget_spent": round(tried.spent, 6),
        "budget_spent_worst_period": round(tried.worst, 6) if is_whole else None,
        "alert_episodes_per_week": _rounded(tried.alert_episodes),
        "ticket_episodes_per_week": _rounded(tried.ticket_episodes),
        "incidents_caught": tried.caught,
    }


def _rounded(rate: WeeklyRate) -> float | None:
    return None if rate.value is None else round(rate.value, 6)
