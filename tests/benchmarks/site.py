"""Pages of a fleet: the first build, which sums the minutes of two years, and builds after it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Benchmark, Measured, reliability, timed
from tests.benchmarks.site_store import DENSE, SPARSE, Density, write_two_years

TODAY: Final = "2026-11-25"
SERVICES: Final = 200
BYTES: Final = 80_000
"""Limit of the bytes of a service's files, so that 10,000 services take less than 800 MB."""


def all_of() -> tuple[Benchmark, ...]:
    """A row for each density: the first build, and the next one into another folder."""
    return tuple(
        partial(build, density, is_first, limit)
        for density, is_first, limit in (
            (SPARSE, True, 40.0),
            (SPARSE, False, 8.0),
            (DENSE, False, 10.0),
        )
    )


def build(density: Density, is_first: bool, limit: float, folder: Path) -> Measured:
    """Build pages in two processes; the memory is of the process that began.

    Raises:
        RuntimeError: the pages of a sparse service are larger than its limit.
    """
    root = folder / "repository"
    root.mkdir()
    write_two_years(root, SERVICES, density)
    command = reliability("--root", root, "--today", TODAY, "site", "--jobs", "2", "--out")
    seconds, memory = timed([*command, str(folder / "first")], folder)
    if not is_first:
        seconds, memory = timed([*command, str(folder / "second")], folder)

    size = sum(
        path.stat().st_size
        for path in (folder / "first").rglob("*")
        if "services" in path.parts and path.is_file()
    )
    if density is SPARSE and size > BYTES * SERVICES:
        raise RuntimeError(f"{size / SERVICES:,.0f} bytes for a service, limit {BYTES:,}")
    when = "first" if is_first else "next"
    name = f"site, {when} build, {SERVICES} {density.name} services x 2 years, 2 processes"
    return Measured(name, seconds, limit, memory)
