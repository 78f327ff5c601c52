"""Page with the days of a service that had an alert, or spent much of a budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import numpy as np

from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings
from reliability.load.past import MergedCommit
from reliability.site.charts import columns
from reliability.site.day_details import HOURS, DayDetail
from reliability.site.declared import DeclaredPast, DeclaredThen, Missing
from reliability.site.figures import SiteDeclarations
from reliability.site.measuring import ObjectiveFigures
from reliability.site.pages.rows import SloRow
from reliability.timespan import DAY, MINUTE, TimeSpan

FULL: Final = DAY // MINUTE // HOURS
HEIGHT: Final = 40
"""Height of the bars in steps: each is two pixels, and finer ones would make a page longer."""
NOTABLE: Final = 0.01
"""Share of a day's failures from which an hour has a row of its own."""


@dataclass(frozen=True, slots=True)
class DayFiring:
    """An episode that touches a day, and its tier."""

    tier: str
    episode: Episode


@dataclass(frozen=True, slots=True)
class OtherHours:
    """Events, failures and minutes with data of several hours together."""

    events: float
    failed: float
    known: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DayEntry:
    """One day of one objective; `spent` and `most` are shares of a period's budget.

    `most` is the largest share of five minutes. `hours` are the hours with a gap or with at least
    1 % of the day's failures, and `others` the sums of all other hours.
    `then` is what was declared at the end of the day, and `now` what is declared today.
    """

    row: SloRow
    detail: DayDetail
    spent: float
    most: float
    path: str
    hours: tuple[int, ...]
    others: OtherHours | None
    firings: tuple[DayFiring, ...]
    merged: Sequence[MergedCommit]
    then: DeclaredThen | Missing
    now: DeclaredThen

    @property
    def has_changed(self) -> bool:
        """Whether the SLO is declared otherwise today."""
        return isinstance(self.then, DeclaredThen) and self.then.differs(self.now)

    @property
    def anchor(self) -> str:
        """Anchor of the day on its page."""
        return f"{self.row.short_anchor}-{self.detail.day}"


@dataclass(frozen=True, slots=True, eq=False)
class DaysPage:
    """The days of a service in detail, the latest first.

    `has_history` is false if the service has SLOs, and none of them has history.
    """

    service: str
    days: tuple[DayEntry, ...]
    has_history: bool


def days_page(
    site: SiteDeclarations,
    service: str,
    objectives: Sequence[ObjectiveFigures],
    past: DeclaredPast,
) -> DaysPage:
    """Return the page with the days of a service."""
    entries = _entries(site, objectives, past)
    return DaysPage(
        service,
        tuple(sorted(entries, key=lambda one: one.detail.day, reverse=True)),
        not objectives or any(figures.days is not None for figures in objectives),
    )


def _entries(
    site: SiteDeclarations, objectives: Sequence[ObjectiveFigures], past: DeclaredPast
) -> Iterator[DayEntry]:
    for figures in objectives:
        row = SloRow.of(site, figures)
        for detail in figures.details:
            spent = detail.spent.tolist()
            hours = _hours(detail)
            yield DayEntry(
                row=row,
                detail=detail,
                spent=sum(spent),
                most=max(spent),
                # A single failure beside an outage is not drawn: 288 bars a day are half of a page.
                path=columns(spent, HEIGHT, lowest=0),
                hours=hours,
                others=_others(detail, hours),
                firings=tuple(_firings(row, detail)),
                merged=past.past.merged.get(figures.service, {}).get(detail.day, ()),
                then=past.at(row.objective, _midnight(detail.day) + DAY),
                now=DeclaredThen.of(row.objective, None),
            )


def _hours(detail: DayDetail) -> tuple[int, ...]:
    least = NOTABLE * float(detail.failed.sum())
    shown = ((detail.failed > 0) & (detail.failed >= least)) | (detail.known < FULL)
    return tuple(np.flatnonzero(shown).tolist())


def _others(detail: DayDetail, hours: Sequence[int]) -> OtherHours | None:
    others = [hour for hour in range(HOURS) if hour not in hours]
    if not others:
        return None
    columns_of = (detail.events, detail.failed, detail.known)
    return OtherHours(*(float(values[others].sum()) for values in columns_of))


def _firings(row: SloRow, detail: DayDetail) -> Iterator[DayFiring]:
    start = _midnight(detail.day)
    day = TimeSpan(start, start + DAY)
    for outcome in row.figures.replayed.rows:
        if isinstance(outcome.new, AlertFirings):
            for episode in outcome.new.episodes:
                if episode.span.overlap(day) is not None:
                    yield DayFiring(outcome.tier, episode)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
