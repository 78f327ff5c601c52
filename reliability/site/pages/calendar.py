"""Budget calendar: a row for each SLO, with its worst day and its days over 2 %."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from reliability.site.day_details import LARGE_DAY
from reliability.site.figures import SiteFigures
from reliability.site.pages.rows import SloRow

LISTED: Final = 200
"""Largest number of rows on the page; pages of teams have all of theirs."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CalendarRow:
    """One SLO: its days over 2 % of a budget, days without data, and its worst day."""

    row: SloRow
    large: int
    unknown: int
    worst: date | None
    most: float | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CalendarPage:
    """The rows of all SLOs, those with the most days over 2 % first; `more` are not listed."""

    rows: tuple[CalendarRow, ...]
    more: int
    first: date
    last: date


def calendar_page(site: SiteFigures) -> CalendarPage:
    """Return the calendar of all services."""
    rows = sorted(_rows(site), key=lambda one: (-one.large, -(one.most or 0), one.row.figures.key))
    return CalendarPage(
        rows=tuple(rows[:LISTED]),
        more=max(len(rows) - LISTED, 0),
        first=site.inputs.shown.start.date(),
        last=site.today - timedelta(days=1),
    )


def _rows(site: SiteFigures) -> Iterator[CalendarRow]:
    for figures in site.every:
        days = figures.days
        if days is None:
            continue
        is_known = bool(np.isfinite(days.spent).any())
        index = int(np.nanargmax(days.spent)) if is_known else 0
        yield CalendarRow(
            row=SloRow.of(site, figures),
            large=int(np.count_nonzero(days.spent > LARGE_DAY)),
            unknown=int(np.count_nonzero(np.isnan(days.spent))),
            worst=days.first + timedelta(days=index) if is_known else None,
            most=float(days.spent[index]) if is_known else None,
        )
