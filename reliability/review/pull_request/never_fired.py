"""Alerts that a change leaves without any firing in the history that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.outcome import AlertFirings, Backtest, NoAlert, OutcomeRow
from reliability.render.words import Words
from reliability.review.pull_request.phrases import some, tier, value


def never_fired_lines(results: Sequence[Backtest], words: Words) -> Iterator[str]:
    """Yield a line for the alerts that fired before, and one for new ones; none if all fire.

    Results of which less than `MIN_COVERAGE` is known say nothing.
    """
    for result in results:
        if result.coverage < MIN_COVERAGE:
            continue
        rows = [row for row in result.rows if _is_quiet(row)]
        before = [_name(row, words) for row in rows if isinstance(row.old, AlertFirings)]
        new = [_name(row, words) for row in rows if isinstance(row.old, NoAlert)]
        days = round(result.alert_coverage * (result.span.length / timedelta(days=1)))
        environment = f"{value(result.environment)}: " if result.environment else ""
        if before:
            text = words(
                "With this change, alerts that fired before would not have fired in the {days} "
                "days that are known: {names}",
                days=days,
                names=some(before, words, words(", ")),
            )
            yield from ("", f"⚠️ {environment}{text}")
        if new:
            text = words(
                "New alerts would not have fired in the {days} days that are known: {names}",
                days=days,
                names=some(new, words, words(", ")),
            )
            yield from ("", f"{environment}{text}")


def _is_quiet(row: OutcomeRow) -> bool:
    """Return whether an alert of the change never fires, and fired before or is new."""
    fired = isinstance(row.old, NoAlert) or (
        isinstance(row.old, AlertFirings) and bool(row.old.episodes)
    )
    return fired and isinstance(row.new, AlertFirings) and not row.new.episodes


def _name(row: OutcomeRow, words: Words) -> str:
    name = f"{row.slo}-{row.objective}".rstrip("-")
    return f"{value(name)} ({tier(row.tier, words)})"
