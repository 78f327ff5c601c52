"""Pages of a fleet: the first build, which sums the minutes of two years, and builds after it.

Rows are multiples of the CPU time of `check` on the same fleet, which is measured in the same run:
the machine and its other work then count for both.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Benchmark, Measured, cpu, reliability
from tests.benchmarks.site_store import DENSE, SPARSE, Density, write_two_years

TODAY: Final = "2026-11-25"
SERVICES: Final = 200
BYTES: Final = 80_000
"""Limit of the bytes of a service's files, so that 10,000 services take less than 800 MB."""
FIRST: Final = 42.0
NEXT: Final = {SPARSE: 7.0, DENSE: 10.5}
"""Limits in CPU times of `check`; 27.7, 6.6 and 8.3 were measured at a load of 3."""


def all_of() -> tuple[Benchmark, ...]:
    """The first build, and the next into another folder, for each density."""
    return partial(first, SPARSE), partial(following, SPARSE), partial(following, DENSE)


def first(density: Density, folder: Path) -> Measured:
    """Build pages when nothing is summed."""
    root = repository(density, folder)
    seconds = built(root, folder, "first")
    return measured("first build", density, seconds / of_check(root, folder), FIRST)


def following(density: Density, folder: Path) -> Measured:
    """Build pages into another folder, from stored sums.

    Raises:
        RuntimeError: the pages of a sparse service are larger than its limit.
    """
    root = repository(density, folder)
    built(root, folder, "first")
    seconds = built(root, folder, "second")
    size = sum(
        path.stat().st_size
        for path in (folder / "first").rglob("*")
        if "services" in path.parts and path.is_file()
    )
    if density is SPARSE and size > BYTES * SERVICES:
        raise RuntimeError(f"{size / SERVICES:,.0f} bytes for a service, limit {BYTES:,}")
    return measured("next build", density, seconds / of_check(root, folder), NEXT[density])


def repository(density: Density, folder: Path) -> Path:
    """Write a fleet and its history."""
    root = folder / "repository"
    root.mkdir()
    write_two_years(root, SERVICES, density)
    return root


def built(root: Path, folder: Path, out: str) -> float:
    """Build pages in one process; return CPU seconds."""
    command = reliability("--root", root, "--today", TODAY, "site", "--jobs", "1", "--out")
    return cpu([*command, str(folder / out)], folder)


def of_check(root: Path, folder: Path) -> float:
    """Return the CPU seconds of `check`, the least of three runs."""
    command = reliability("--root", root, "--today", TODAY, "check", "--jobs", "1")
    return min(cpu(command, folder, codes=(0, 1)) for _ in range(3))


def measured(what: str, density: Density, times: float, limit: float) -> Measured:
    """Return a row."""
    name = f"site, {what}, {SERVICES} {density.name} services, times check"
    return Measured(name, times, limit)
