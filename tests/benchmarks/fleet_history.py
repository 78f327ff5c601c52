"""The store of a fleet: for each service three codes of requests, a row a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.measure import Benchmark, Measured, reliability, whole_process

if TYPE_CHECKING:
    from reliability.arrays import FloatArray
    from reliability.history.definition import Definition
    from reliability.history.month import Month
    from reliability.timespan import TimeSpan

END: Final = datetime(2026, 11, 25, tzinfo=UTC)
"""The midnight of the benchmarks' `--today`."""

PROJECT: Final = Path(__file__).parents[2]
TODAY: Final = "2026-11-25"
DAYS: Final = timedelta(days=94)
BODIES: Final = 10
"""So many services differ in their counts; the others repeat them under their own labels."""

BUSY: Final = {"200": 600.0, "404": 8.0, "500": 0.1}

HISTORY: Final = """\
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: store}
"""


def write_store(root: Path, services: int) -> int:
    """Write the history of `services` services; how many bytes that is."""
    from reliability.history.definition import Definition
    from reliability.history.sli import Counters, Term
    from reliability.history.store import Store
    from reliability.promql.selector import Selector

    (root / "policies" / "history.yaml").write_text(HISTORY)
    store = Store(root / ".reliability" / "history")
    bodies = [list(_months(seed)) for seed in range(min(BODIES, services))]
    for number in range(services):
        name = f"service-{number:05}"
        total = f'http_requests_total{{job="{name}"}}'
        good = total.replace("}", ',code!~"5.."}')
        terms = [(Term(Selector.parse(each), 1),) for each in (good, total)]
        definition = Definition.of(Counters("good", *terms))
        family = store.family(name, f"{name}-requests", definition)
        for month in bodies[number % len(bodies)]:
            _write(family.path(month.span.start.date()), _labeled(month, name), definition)
    return sum(path.stat().st_size for path in store.folder.rglob("*.parquet"))


def _write(path: Path, month: Month, definition: Definition) -> None:
    from reliability.history.parquet import write_month

    write_month(path, month, path.parent.parent.name, definition)


def _labeled(month: Month, job: str) -> Month:
    from reliability.history.month import Column, Month

    columns = {
        Column(0, (("__name__", "http_requests_total"), *column.labels, ("job", job))): values
        for column, values in month.columns.items()
    }
    return Month(span=month.span, columns=columns, covered=month.covered, source="a benchmark")


def _months(seed: int) -> list[Month]:
    """A bad hour on some days, nights that are quiet, and nothing missing."""
    import numpy as np

    from reliability.history.month import Column, Month, month_span, months
    from reliability.timespan import MINUTE, TimeSpan

    random = np.random.default_rng(seed)
    found = []
    for first, part in months(TimeSpan(END - DAYS, END)):
        month = Month(span=month_span(first), covered=(part,))
        here = month.part(part)
        for code, busy in BUSY.items():
            values = np.full(month.span.steps(MINUTE), np.nan)
            values[here] = random.poisson(busy * _shape(part, bad=code == "500", seed=seed))
            month.columns[Column(0, (("code", code),))] = values
        found.append(month)
    return found


def _shape(span: TimeSpan, bad: bool, seed: int) -> FloatArray:
    import numpy as np

    from reliability.timespan import MINUTE

    minute = np.arange(span.steps(MINUTE))
    day = 0.05 + 0.95 * np.exp(-((((minute % 1440) / 60 - 12) / 4.5) ** 2))
    trouble = (minute // 1440 % 7 == seed % 7) & (minute % 1440 // 60 == 11)
    shape: FloatArray = day * np.where(trouble, 200.0, 1.0) if bad else day
    return shape


def replays() -> tuple[Benchmark, ...]:
    """A row for each number of services, in one process, and the largest in two."""
    sizes = ((10, 1, 1.0), (100, 1, 3.0), (1000, 1, 16.0), (1000, 2, 8.0))
    return tuple(partial(replay, *size) for size in sizes)


def replay(services: int, jobs: int, limit: float, folder: Path) -> Measured:
    """`backtest --all` over 90 days of every service; the memory is of the process that began."""
    write_fleet(folder, services, PROJECT / "policies")
    size = write_store(folder, services)
    command = reliability("--root", folder, "--today", TODAY, "backtest", "--all")
    seconds, memory = whole_process([*command, "--jobs", str(jobs)], folder, runs=3)
    name = f"backtest, {services:,} SLOs x 90 days, {size / 1e6:.0f} MB, {jobs} processes"
    return Measured(name.replace(" 1 processes", " one process"), seconds, limit, memory)
