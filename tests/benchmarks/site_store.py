"""The store of a fleet over two years, for pages: months of a few services, linked by the others.

Ten thousand services with months of their own would be 40 GB. A month's file says nothing about its
service if all selectors are alike, so hard links share it: the work of a reader is the same.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.fleet_history import HISTORY, PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reliability.arrays import FloatArray
    from reliability.history.definition import Definition
    from reliability.history.month import Month
    from reliability.timespan import TimeSpan

END: Final = datetime(2026, 11, 25, tzinfo=UTC)
"""The midnight of the benchmarks' `--today`."""
DAYS: Final = timedelta(days=728 + 34)
"""Two years, and what an SLO period and a calendar's margin need before."""
BUSY: Final = {"200": 600.0, "404": 8.0, "500": 0.1}
SELECTOR: Final = 'http_requests_total{job="shop"}'


@dataclass(frozen=True, slots=True)
class Density:
    """How often a service fails: one outage of an hour in so many days, of so many services."""

    name: str
    outage_every: int
    bodies: int


SPARSE: Final = Density("sparse", 75, 50)
"""An outage that pages in 75 days for each service, as a company with some five a year has."""
DENSE: Final = Density("dense", 7, 10)
"""An outage that pages each week for each service: the worst that a page has to hold."""


def write_two_years(root: Path, services: int, density: Density) -> None:
    """Write the documents and the history of a fleet."""
    from reliability.history.definition import Definition
    from reliability.history.sli import Counters, Term
    from reliability.history.store import Store
    from reliability.promql.selector import Selector

    write_fleet(root, services, PROJECT / "policies")
    (root / "policies" / "history.yaml").write_text(HISTORY)
    store = Store(root / ".reliability" / "history")
    good = SELECTOR.replace("}", ',code!~"5.."}')
    terms = [(Term(Selector.parse(text), 1),) for text in (good, SELECTOR)]
    definition = Definition.of(Counters("good", *terms))

    written: list[list[Path]] = []
    for number in range(services):
        name = f"service-{number:05}"
        slo = root / "services" / name / "slo.yaml"
        slo.write_text(slo.read_text().replace(f'job="{name}"', 'job="shop"'))
        folder = store.family(name, f"{name}-requests", definition).folder
        folder.mkdir(parents=True)
        if number < density.bodies:
            written.append([*_written(folder, number, density, definition)])
        else:
            for file in written[number % density.bodies]:
                os.link(file, folder / file.name)


def _written(folder: Path, seed: int, density: Density, definition: Definition) -> Iterator[Path]:
    from reliability.history.parquet import write_month

    for month in _months(seed, density):
        path = folder / f"{month.span.start:%Y-%m}.parquet"
        write_month(path, month, "requests", definition)
        yield path


def _months(seed: int, density: Density) -> Iterator[Month]:
    import numpy as np

    from reliability.history.month import Column, Month, month_span, months
    from reliability.timespan import TimeSpan

    random = np.random.default_rng(seed)
    for first, part in months(TimeSpan(END - DAYS, END)):
        month = Month(span=month_span(first), covered=(part,), source="a benchmark")
        here = month.part(part)
        for code, busy in BUSY.items():
            values = np.full(month.span.steps(timedelta(minutes=1)), np.nan)
            shape = _shape(part, seed, density, bad=code == "500")
            values[here] = random.poisson(busy * shape)
            labels = (("__name__", "http_requests_total"), ("code", code), ("job", "shop"))
            month.columns[Column(0, labels)] = values
        yield month


def _shape(span: TimeSpan, seed: int, density: Density, *, bad: bool) -> FloatArray:
    """Return the load of each minute: quiet nights, and an hour of failures on some days."""
    import numpy as np

    first = span.start.toordinal()
    minute = np.arange(span.steps(timedelta(minutes=1)))
    hour = minute % 1440 / 60
    day = 0.05 + 0.95 * np.exp(-(((hour - 12) / 4.5) ** 2))
    number = minute // 1440 + first + seed * 7
    outage = (number % density.outage_every == 0) & (hour.astype(int) == 11)
    shape: FloatArray = day * np.where(outage, 200.0, 1.0) if bad else day
    return shape
