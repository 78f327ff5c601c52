"""Durations, periods, shares and names as people say them, safe inside a template."""

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
    """What users want to get done, and the SLO's own name unless it says the same."""
    slo = objective.slo.value
    name = slo.metadata.display_name or slo.metadata.name
    target = slo.spec.objectives[objective.index].display_name
    name = f"{name}, {target}" if target and len(slo.spec.objectives) > 1 else name
    return _joined(slo.review.journey, name).replace("{{", '{{ "{{" }}')


def _joined(journey: str | None, name: str) -> str:
    """Two names as one; the longer one if it holds the other."""
    if journey is None or _plain(journey) in _plain(name):
        return name
    return journey if _plain(name) in _plain(journey) else f"{journey} ({name})"


def _plain(text: str) -> str:
    return f" {NO_WORD.sub(' ', text.casefold()).strip()} "


def period_words(objective: Objective) -> str:
    """The SLO period: 30 days, this month, these 2 weeks."""
    calendar = objective.calendar
    if calendar is None:
        return words(objective.period)
    unit = CALENDAR_UNITS[calendar.unit]
    return f"this {unit}" if calendar.amount == 1 else f"these {calendar.amount} {unit}s"


def percent(ratio: Decimal) -> str:
    """A ratio 0..1 as a percentage: 0.1%."""
    return f"{(ratio * 100).normalize():f}%"


def words(duration: timedelta) -> str:
    """30 days, 1 hour."""
    text = duration_text(duration)
    amount = int(text[:-1])
    return f"{amount} {UNITS[text[-1]]}{'' if amount == 1 else 's'}"


def in_the_last(duration: timedelta) -> str:
    """What stands before the time of the evaluation: in the hour to."""
    return f"in the {words(duration).removeprefix('1 ')} to"
