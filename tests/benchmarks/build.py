"""What it costs to build: ten thousand SLOs, and one that has five thousand objectives."""

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.measure import Measured, memory_together, reliability, timed

PROJECT: Final = Path(__file__).parents[2]
TODAY: Final = "2026-11-25"
OBJECTIVES: Final = 5000
OBJECTIVE: Final = "    - {displayName: succeeded, target: 0.999}\n"


def ten_thousand_slos(folder: Path) -> Measured:
    """`build` of 10,000 SLOs in two processes: rules, manifests, routes; the memory is of both."""
    write_fleet(folder, 10_000, PROJECT / "policies")
    command = reliability("--root", folder, "--today", TODAY, "build", "--jobs", "2", "--out")
    seconds, memory = written_anew(command, folder), memory_together([*command, "seen"], folder)
    return Measured("build, 10,000 SLOs, two processes", seconds, 8.0, memory, 600)


def five_thousand_objectives(folder: Path) -> Measured:
    """`build` of one SLO with 5,000 objectives, in one process."""
    write_fleet(folder, 1, PROJECT / "policies")
    slo = folder / "services" / "service-00000" / "slo.yaml"
    objectives = (OBJECTIVE.replace("succeeded", f"part-{each}") for each in range(OBJECTIVES))
    slo.write_text(slo.read_text().replace(OBJECTIVE, "".join(objectives)))
    command = reliability("--root", folder, "--today", TODAY, "build", "--out")
    seconds, memory = written_anew(command, folder), memory_together([*command, "seen"], folder)
    return Measured(f"build, one SLO of {OBJECTIVES:,} objectives", seconds, 5.0, memory, 500)


def written_anew(command: Sequence[str], folder: Path, runs: int = 3) -> float:
    """The middle of the seconds of several runs after one to warm up; each writes all files.

    Nothing is removed between them: some disks are slow to write for a while after that.
    """
    commands = ([*command, f"out-{number}"] for number in range(runs + 1))
    seen = [timed(each, folder)[0] for each in commands]
    return statistics.median(seen[1:])
