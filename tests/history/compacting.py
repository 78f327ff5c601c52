"""A program that stores hours of a month and compacts after each, until somebody ends it.

`python -m tests.history.compacting FOLDER FIRST`: writes the hours from number FIRST on, and says
each number once it is stored and its compaction begins.
"""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np

from reliability.history.family import Family
from reliability.history.month import Column, Month
from reliability.history.store import Store
from reliability.timespan import TimeSpan
from tests.history.fakes import SHOP, START, counters

HOURS: Final = 40
"""What fits between `START` and the end of its month."""

COLUMNS: Final = 24
OVERLAP: Final = timedelta(minutes=10)


def family_in(folder: Path) -> Family:
    """The family that is written to."""
    of = counters("requests_total", "requests_total")
    found, _ = Store(folder).family_for(SHOP, of, ("pod",))
    return found


def part(hour: int) -> Month:
    """One hour with ten minutes of the one before, as a pull fetches late samples again."""
    start, end = START + timedelta(hours=hour) - OVERLAP, START + timedelta(hours=hour + 1)
    span = TimeSpan(max(start, START), end)
    minutes = span.length // timedelta(minutes=1)
    columns = {Column(0, (("pod", f"{number}"),)): np.ones(minutes) for number in range(COLUMNS)}
    return Month(span=span, columns=columns, covered=(span,), source="a test")


def main(folder: Path, first: int) -> None:
    """Store and compact."""
    with Store(folder).writing():
        family = family_in(folder)
        for hour in range(first, HOURS):
            family.add(part(hour))
            sys.stdout.write(f"{hour}\n")
            sys.stdout.flush()
            family.compact()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
