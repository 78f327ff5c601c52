"""Page with the days of a service that had an alert, or spent much of a budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings
from reliability.history.series import MINUTE
from reliability.site.charts import columns
from reliability.site.day_details import HOURS, DayDetail
from reliability.site.figures import SiteFigures
from reliability.site.merged import MergedCommit, MergedDays
from reliability.site.pages.rows import SloRow
from reliability.timespan import DAY, TimeSpan

FULL: Final = DAY // MINUTE // HOURS


@dataclass(frozen=True, slots=True)
class DayFiring:
    """An episode that touches a day, and its tier."""

    tier: str
    episode: Episode


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DayEntry:
    """One day of one objective; `spent` and `most` are shares of a period's budget.

    `most` is the largest share of five minutes, `hours` are the hours with failures or gaps.
    """

    row: SloRow
    detail: DayDetail
    spent: float
    most: float
    path: str
    hours: tuple[int, ...]
    firings: tuple[DayFiring, ...]
    merged: Sequence[MergedCommit]

    @property
    def anchor(self) -> str:
        """Anchor of the day on its page."""
        return f"{self.row.anchor}-{self.detail.day}"


@dataclass(frozen=True, slots=True, eq=False)
class DaysPage:
    """The days of a service in detail, the latest first, and the time zone of its team."""

    service: str
    days: tuple[DayEntry, ...]


def days_page(site: SiteFigures, service: str, merged: MergedDays) -> DaysPage:
    """Return the page with the days of a service."""
    entries = _entries(site, service, merged)
    return DaysPage(service, tuple(sorted(entries, key=lambda one: one.detail.day, reverse=True)))


def _entries(site: SiteFigures, service: str, merged: MergedDays) -> Iterator[DayEntry]:
    for figures in site.measured[service]:
        row = SloRow.of(site, figures)
        for detail in figures.details:
            spent = detail.spent.tolist()
            yield DayEntry(
                row=row,
                detail=detail,
                spent=sum(spent),
                most=max(spent),
                path=columns(spent),
                hours=tuple(
                    hour
                    for hour in range(HOURS)
                    if detail.failed[hour] > 0 or detail.known[hour] < FULL
                ),
                firings=tuple(_firings(row, detail)),
                merged=merged.get((service, detail.day), ()),
            )


def _firings(row: SloRow, detail: DayDetail) -> Iterator[DayFiring]:
    start = datetime.combine(detail.day, time(), tzinfo=UTC)
    day = TimeSpan(start, start + DAY)
    for outcome in row.figures.replayed.rows:
        if isinstance(outcome.new, AlertFirings):
            for episode in outcome.new.episodes:
                if episode.span.overlap(day) is not None:
                    yield DayFiring(outcome.tier, episode)
