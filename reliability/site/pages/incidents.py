"""Incidents: cost in budget, detection, notified receivers and follow-up; missed ones first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

from reliability.backtest.notified_sides import UnknownNotifications
from reliability.site.figures import SiteFigures
from reliability.site.summaries import IncidentResult, IncidentRow, IncidentSummary

ORDER: Final[tuple[IncidentResult, ...]] = get_args(IncidentResult)
LISTED: Final = 300
"""Largest number of incidents on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsPage:
    """All incidents, the missed ones first, each result with the latest first."""

    rows: tuple[IncidentRow, ...]
    more: int
    recorded: int
    counts: dict[IncidentResult, int]


def incidents_page(site: SiteFigures, others: Sequence[IncidentRow] = ()) -> IncidentsPage:
    """Return the incidents within the calendar, and the significant events of the replay.

    `others` are those of services without a page.
    """
    summaries = [*_summaries(site, others)]
    summaries.sort(key=lambda one: one.start, reverse=True)
    summaries.sort(key=lambda one: ORDER.index(one.result))
    results = [one.result for one in summaries]
    return IncidentsPage(
        rows=tuple(_row(site, one, others) for one in summaries[:LISTED]),
        more=max(len(summaries) - LISTED, 0),
        recorded=sum(one.is_recorded for one in summaries),
        counts={result: results.count(result) for result in ORDER},
    )


def _summaries(site: SiteFigures, others: Sequence[IncidentRow]) -> Iterator[IncidentSummary]:
    for service in site.services.values():
        yield from service.incidents
    for number, row in enumerate(others):
        start = row.event.span.start
        yield IncidentSummary(row.event.service, number, row.result, start, row.is_recorded)


def _row(site: SiteFigures, one: IncidentSummary, others: Sequence[IncidentRow]) -> IncidentRow:
    if one.service not in site.services:
        return others[one.number]
    row = site.details[one.service].incidents[one.number]
    if isinstance(site.sent, UnknownNotifications) or site.sent.index is None:
        return row
    return replace(row, receivers=site.sent.index.receivers(one.service, row.event.span))
