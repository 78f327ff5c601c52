"""Budget calendar: a row for each SLO, with its worst day and its days over 2 %."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reliability.site.figures import SiteFigures
from reliability.site.pages.rows import DaysRow, DaysRows
from reliability.site.summaries import DaysSummary, SloSummary

LISTED: Final = 200
"""Largest number of rows on the page; pages of teams have all of theirs."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CalendarPage:
    """The rows of all SLOs, those with the most days over 2 % first; `more` are not listed."""

    rows: tuple[DaysRow, ...]
    more: int
    first: date
    last: date


def calendar_page(site: SiteFigures) -> CalendarPage:
    """Return the calendar of all services."""
    known = [(slo, slo.days) for slo in site.slos if slo.days is not None]
    known.sort(key=_most_large_days_first)
    shown = DaysRows.of(site, (slo for slo, _ in known[:LISTED]))
    return CalendarPage(
        rows=shown.rows,
        more=max(len(known) - LISTED, 0),
        first=shown.first,
        last=site.today - timedelta(days=1),
    )


def _most_large_days_first(
    row: tuple[SloSummary, DaysSummary],
) -> tuple[int, float, tuple[str, str, str]]:
    slo, days = row
    return -days.large, -(days.most or 0), slo.key
