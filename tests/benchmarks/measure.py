"""Measures whole processes: wall time, the middle of several runs, and the most memory held."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.environment import environment_of_a_user

BETWEEN_LOOKS = 0.05
MEBIBYTE = 1024.0  # in the unit that wait4 counts in, which is kibibytes on Linux


@dataclass(frozen=True, slots=True)
class Measured:
    """One row: what was measured, seconds, the limit in seconds, and mebibytes where they count."""

    name: str
    seconds: float
    limit: float
    memory: float | None = None
    memory_limit: float | None = None

    @property
    def is_within(self) -> bool:
        """Whether both limits hold."""
        if self.memory is not None and self.memory_limit is not None:
            return self.seconds <= self.limit and self.memory <= self.memory_limit
        return self.seconds <= self.limit


Benchmark = Callable[[Path], Measured]
"""Measures one thing; the folder is its own and empty."""


def reliability(*arguments: str | Path) -> list[str]:
    """The command line of our own command, as this Python would run it."""
    return [str(Path(sys.executable).parent / "reliability"), *map(str, arguments)]


def timed(command: Sequence[str], folder: Path, codes: Sequence[int] = (0,)) -> tuple[float, float]:
    """Seconds and peak mebibytes of one run; any other exit code than these raises."""
    start = time.perf_counter()
    usage = _usage(command, folder, codes)
    return time.perf_counter() - start, usage.ru_maxrss / MEBIBYTE


def cpu(command: Sequence[str], folder: Path, codes: Sequence[int] = (0,)) -> float:
    """CPU seconds of one run and of all processes that it waited for."""
    usage = _usage(command, folder, codes)
    return usage.ru_utime + usage.ru_stime


def _usage(command: Sequence[str], folder: Path, codes: Sequence[int]) -> resource.struct_rusage:
    """What one run used; any other exit code than these raises."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment_of_a_user(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return usage


def whole_process(
    command: Sequence[str], folder: Path, *, runs: int = 7, codes: Sequence[int] = (0,)
) -> tuple[float, float]:
    """The middle of the seconds of several runs after one to warm up, and the most memory."""
    timed(command, folder, codes)
    seen = [timed(command, folder, codes) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in seen), max(memory for _, memory in seen)


def memory_together(command: Sequence[str], folder: Path) -> float:
    """The most mebibytes that a command and the processes it starts hold at once, seen in a run.

    Pages that several share count once: each process is charged its part of them.
    """
    most = 0.0
    process = subprocess.Popen(
        command, cwd=folder, env=environment_of_a_user(), stdout=subprocess.DEVNULL
    )
    while process.poll() is None:
        most = max(most, sum(map(_held, _family(process.pid))))
        time.sleep(BETWEEN_LOOKS)
    return most


def _family(process: int) -> Iterator[int]:
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in _text(children).split():
            yield from _family(int(child))


def _held(process: int) -> float:
    for line in _text(Path(f"/proc/{process}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / MEBIBYTE
    return 0.0


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""  # a process that has ended meanwhile


def row(measured: Measured) -> str:
    """One line of the table."""
    memory = "" if measured.memory is None else f"{measured.memory:.0f} MiB"
    if measured.memory_limit is not None:
        memory += f" (limit {measured.memory_limit:.0f})"
    verdict = "within" if measured.is_within else "OVER"
    return (
        f"{measured.name:<52}{measured.seconds:>10.3f} s{measured.limit:>10.3f} s  "
        f"{verdict:<8}{memory}"
    )
