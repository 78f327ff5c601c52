"""What it costs to check: the shipped repository, three changed files, a thousand services."""

from pathlib import Path
from typing import Final

from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.measure import Measured, memory_together, reliability, whole_process

PROJECT: Final = Path(__file__).parents[2]
TODAY: Final = "2026-11-25"


def shipped(folder: Path) -> Measured:
    """`check` of the shipped repository."""
    command = reliability("--root", PROJECT, "--today", TODAY, "--quiet", "check")
    seconds, memory = whole_process(command, folder, runs=11)
    return Measured("check, the shipped repository", seconds, 0.25, memory)


def three_files(folder: Path) -> Measured:
    """The hook over the three files of one service: documents only."""
    write_fleet(folder, 1, PROJECT / "policies")
    files = sorted((folder / "services" / "service-00000").iterdir())
    command = reliability("--quiet", "check", "--documents-only", *files)
    seconds, memory = whole_process(command, folder, runs=11)
    return Measured("check --documents-only, 3 changed files", seconds, 0.25, memory)


def a_thousand_services(folder: Path) -> Measured:
    """`check` of 1,000 services, three files each, in one process."""
    write_fleet(folder, 1000, PROJECT / "policies")
    command = reliability("--root", folder, "--today", TODAY, "--quiet", "check")
    seconds, memory = whole_process(command, folder, runs=5, codes=(0,))
    return Measured("check, 1,000 services, one process", seconds, 1.0, memory, 150)


def ten_thousand_services(folder: Path) -> Measured:
    """`check` of 10,000 services, three files each, in two processes; the memory is of both."""
    write_fleet(folder, 10_000, PROJECT / "policies")
    command = reliability("--root", folder, "--today", TODAY, "--quiet", "check", "--jobs", "2")
    seconds, _ = whole_process(command, folder, runs=3)
    memory = memory_together(command, folder)
    return Measured("check, 10,000 services, two processes", seconds, 5.0, memory, 600)
