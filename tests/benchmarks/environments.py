"""What three environments cost: 2,000 services, as a multiple of one environment alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.measure import Benchmark, Measured, reliability, timed
from tests.compile.environments import environment, environments, server

PROJECT: Final = Path(__file__).parents[2]
SERVICES: Final = 2000
NAMES: Final = {"production": "alert", "staging": "ticket", "development": "log"}
OPTIONS: Final = {"check": (), "build": ("--out", "out"), "plan": ("--brief",)}
LIMITS: Final = {"check": 1.5, "build": 3.3, "plan": 3.3}
"""Three environments have three times the rules; `check` reads the same documents."""


def all_of() -> list[Benchmark]:
    """One benchmark for each command."""
    return [_of(command) for command in LIMITS]


def _of(command: str) -> Callable[[Path], Measured]:
    def measured(folder: Path) -> Measured:
        one, _ = _run(command, folder / "one", 1)
        three, memory = _run(command, folder / "three", len(NAMES))
        name = f"{command}, {SERVICES:,} services x 3 environments, times one"
        return Measured(name, three / one, LIMITS[command], memory, 600)

    return measured


def _run(command: str, folder: Path, count: int) -> tuple[float, float]:
    """Seconds and peak mebibytes of a command in a company with so many environments."""
    folder.mkdir()
    write_fleet(folder, SERVICES, PROJECT / "policies")
    declared = environments(
        *(
            environment(name, highestTier=tier, servers=[server("one", "files")])
            for name, tier in list(NAMES.items())[:count]
        )
    )
    (folder / "policies/environments.yaml").write_text(json.dumps(declared))
    arguments = reliability("--root", folder, "--today", "2026-11-25", command, *OPTIONS[command])
    return timed(arguments, folder)
