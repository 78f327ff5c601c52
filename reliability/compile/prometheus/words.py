"""Durations, periods, ratios and names for alert texts, escaped for Go templates."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

UNITS: Final = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
CALENDAR_UNITS: Final = {"d": "day", "w": "week", "M": "month", "Q": "quarter", "Y": "year"}
NO_WORD: Final = re.compile(r"\W+")


def title_of(objective: Objective) -> str:
    """Return the title of an objective, escaped for Go templates."""
    return escaped(plain_title_of(objective))


def escaped(text: str) -> str:
    """Return a text of a document, escaped for Go templates."""
    return text.replace("{{", '{{ "{{" }}')


def plain_title_of(objective: Objective) -> str:
    """Return the user journey and the SLO's display name, or the one that contains the other."""
    slo = objective.slo.value
    name = slo.metadata.display_name or slo.metadata.name
    target = slo.spec.objectives[objective.index].display_name
    name = f"{name}, {target}" if target and len(slo.spec.objectives) > 1 else name
    return _joined(slo.review.journey, name)


def _joined(journey: str | None, name: str) -> str:
    """Join two names, or return the longer one if it contains the other."""
    if journey is None or _plain(journey) in _plain(name):
        return name
    return journey if _plain(name) in _plain(journey) else f"{journey} ({name})"


def _plain(text: str) -> str:
    return f" {NO_WORD.sub(' ', text.casefold()).strip()} "


def budget_words(objective: Objective) -> str:
    """Return the words for the error budget of a period.

    Examples: 30-day error budget, error budget for this month.
    """
    calendar = objective.calendar
    if calendar is None:
        return f"{adjective(objective.period)} error budget"
    unit = CALENDAR_UNITS[calendar.unit]
    if calendar.amount == 1:
        return f"error budget for this {unit}"
    return f"error budget for these {calendar.amount} {unit}s"


def percent(ratio: Decimal) -> str:
    """Format a ratio 0..1 as a percentage: 0.1%."""
    return f"{(ratio * 100).normalize():f}%"


def words(duration: timedelta) -> str:
    """Format a duration in its largest whole unit: 30 days, 1 hour."""
    text = duration_text(duration)
    amount = int(text[:-1])
    return f"{amount} {UNITS[text[-1]]}{'' if amount == 1 else 's'}"


def adjective(duration: timedelta) -> str:
    """Format a duration as an adjective: 30-day, 6-hour."""
    text = duration_text(duration)
    return f"{text[:-1]}-{UNITS[text[-1]]}"


def window_words(duration: timedelta) -> str:
    """Format a duration to follow `in the`: hour, 5 minutes."""
    return words(duration).removeprefix("1 ")
