"""What an alert is scored against: recorded incidents, else intervals in which the budget went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import numpy as np

from reliability.backtest.budget import Budget
from reliability.backtest.firing import runs
from reliability.history.series import BoolArray, FloatArray, Series
from reliability.history.timespan import TimeSpan
from reliability.load.catalog import Catalog
from reliability.model.incidents import Incidents

SIGNIFICANT: Final = ((timedelta(hours=1), 0.02), (timedelta(hours=6), 0.05))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that should have woken somebody.

    `slos` are those it hurt; empty for an incident whose record names none, which is then taken
    to concern every SLO of its service.
    """

    kind: Literal["incident", "significant event"]
    service: str
    span: TimeSpan
    name: str
    slos: frozenset[str] = frozenset()

    def concerns(self, service: str, slo: str) -> bool:
        """Whether it is about this SLO."""
        return self.service == service and (not self.slos or slo in self.slos)


def recorded(catalogs: Iterable[Catalog], within: TimeSpan) -> Iterator[Event]:
    """The incidents on record in any of the catalogs that touch a span, each once."""
    seen: set[tuple[str, TimeSpan]] = set()
    for catalog in catalogs:
        for located in catalog.each(Incidents):
            service = located.value.spec.service
            for each in located.value.spec.incidents:
                span = TimeSpan(each.start, each.end)
                if (service, span) not in seen and span.overlap(within):
                    seen.add((service, span))
                    slos = frozenset(impact.slo for impact in each.impact)
                    yield Event("incident", service, span, each.name, slos)


def significant(
    series: Series, budget: Budget, period: timedelta, span: TimeSpan, least: int = 1
) -> Iterator[TimeSpan]:
    """The maximal intervals in which 2 % of the budget went within an hour, or 5 % within six.

    Every such hour or six hours is marked; what touches is one interval; and each interval is cut
    back to the first and last minute that itself burned at one of those rates. Windows with fewer
    than `least` failures do not count.
    """
    part = series.part(span)
    bad, total = series.bad[part], series.total[part]
    marked = np.zeros(len(bad), dtype=np.bool_)
    sums = np.concatenate(([0.0], np.cumsum(bad)))
    for window, share in SIGNIFICANT:
        _mark(marked, sums, window // series.step, max(share * budget.failures, least))
    slowest = min(share * (period / window) for window, share in SIGNIFICANT)
    burning = (bad > 0) & (bad >= slowest * budget.ratio * total)
    for first, last in runs(marked):
        hot = np.flatnonzero(burning[first:last])
        start, end = (first + int(hot[0]), first + int(hot[-1]) + 1) if len(hot) else (first, last)
        yield TimeSpan(span.start + start * series.step, span.start + end * series.step)


def _mark(marked: BoolArray, sums: FloatArray, steps: int, least: float) -> None:
    """Mark the steps that lie in any window of so many steps with at least so many failures."""
    within = sums[steps:] - sums[:-steps]
    for first, last in runs((within >= least) & (within > 0)):
        marked[first : last + steps - 1] = True
