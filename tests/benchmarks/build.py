"""What it costs to build: ten thousand SLOs, and one that has five thousand objectives."""

import shutil
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.measure import Measured, memory_together, reliability, timed

PROJECT: Final = Path(__file__).parents[2]
TODAY: Final = "2026-11-25"
SHARED_MEMORY: Final = Path("/dev/shm")
ROOM: Final = 1_000_000_000
OBJECTIVES: Final = 5000
OBJECTIVE: Final = "    - {displayName: succeeded, target: 0.999}\n"


def ten_thousand_slos(folder: Path) -> Measured:
    """`build` of 10,000 SLOs in two processes: rules, manifests, routes; the memory is of both."""
    write_fleet(folder, 10_000, PROJECT / "policies")
    command = reliability("--root", folder, "--today", TODAY, "build", "--jobs", "2")
    name = f"build, 10,000 SLOs, two processes, to {place()}"
    seconds, memory = built(command, folder)
    return Measured(name, seconds, 8.0, memory, 600)


def five_thousand_objectives(folder: Path) -> Measured:
    """`build` of one SLO with 5,000 objectives, in one process."""
    write_fleet(folder, 1, PROJECT / "policies")
    slo = folder / "services" / "service-00000" / "slo.yaml"
    objectives = (OBJECTIVE.replace("succeeded", f"part-{each}") for each in range(OBJECTIVES))
    slo.write_text(slo.read_text().replace(OBJECTIVE, "".join(objectives)))
    command = reliability("--root", folder, "--today", TODAY, "build")
    name = f"build, one SLO of {OBJECTIVES:,} objectives, to {place()}"
    seconds, memory = built(command, folder)
    return Measured(name, seconds, 5.0, memory, 500)


def built(command: Sequence[str], folder: Path, runs: int = 3) -> tuple[float, float]:
    """The middle of the seconds of several runs after one to warm up, and the most memory held.

    Each writes all files, to memory where there is room: a disk that has just removed many files
    may take ten times as long to write some, which says nothing of us.
    """
    with TemporaryDirectory(dir=SHARED_MEMORY if place() == "memory" else None) as out:
        seen = [timed([*command, "--out", out], folder)[0] for _ in emptied(out, runs + 1)]
        memory = [memory_together([*command, "--out", out], folder) for _ in emptied(out, 1)]
    return statistics.median(seen[1:]), memory[0]


def emptied(folder: str, times: int) -> Iterator[None]:
    """So many times an empty folder."""
    for _ in range(times):
        shutil.rmtree(folder)
        Path(folder).mkdir()
        yield


def place() -> str:
    """Where what is built goes: memory, or a disk where memory has no room for it."""
    has_room = SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free > ROOM
    return "memory" if has_room else "disk"
