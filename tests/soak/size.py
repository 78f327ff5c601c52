"""Calls, seconds and memory of a first sync and of a plan without changes, in whole processes."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import MEBIBYTE
from tests.environment import environment
from tests.providers.served import served
from tests.soak.gate import Gate
from tests.soak.repository import write_repository
from tests.soak.sweep import PLAN, SYNC, TODAY
from tests.soak.targets import SoakTarget

MEASURE: Final = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=sys.stderr)
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - start
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps([seconds, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""
"""Program that runs another one; prints its seconds, CPU seconds, memory and exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRun:
    """One process: requests to the server, and its seconds, CPU seconds and peak mebibytes."""

    reads: int
    writes: int
    seconds: float
    cpu: float
    memory: float
    code: int
    said: str

    @property
    def is_fine(self) -> bool:
        """Whether it exited with 0."""
        return self.code == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTarget:
    """A target after its first sync, with the number of its objects."""

    objects: int
    sync: MeasuredRun
    plan: MeasuredRun

    @property
    def is_fine(self) -> bool:
        """Whether the sync succeeded, and there is nothing to do afterwards."""
        return self.sync.is_fine and self.plan.is_fine and self.plan.writes == 0


def measured(target: SoakTarget, root: Path, objects: int) -> MeasuredTarget:
    """Sync a repository with at least `objects` objects to an empty target, then plan."""
    with ExitStack() as closing:
        server = closing.enter_context(target.open(root))
        gate = Gate(server.answer) if server.answer else None
        url = closing.enter_context(served(gate)) if gate else ""
        services = ceil(objects / target.objects)
        write_repository(root, services, target.source, server.entry(url), target.a_team)
        sync = _run((*SYNC, *target.options), root, gate, variables=server.variables)
        plan = _run(PLAN, root, gate, variables=server.variables)
        return MeasuredTarget(objects=server.count(), sync=sync, plan=plan)


def _run(
    arguments: Sequence[str], root: Path, gate: Gate | None, variables: Mapping[str, str]
) -> MeasuredRun:
    if gate is not None:
        gate.begin()
    log = root / "said.txt"
    with log.open("wb") as out:
        # A process starts with the peak memory of the one that started it, which here has the
        # server. So a small one is in between.
        done = subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, "-m", "reliability", *TODAY, *arguments],
            cwd=root,
            env=environment(NO_COLOR="1", **variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=out,
            check=True,
        )
    seconds, cpu, kibibytes, code = json.loads(done.stdout)
    return MeasuredRun(
        reads=gate.reads if gate else 0,
        writes=gate.writes if gate else 0,
        seconds=seconds,
        cpu=cpu,
        memory=kibibytes / MEBIBYTE,
        code=code,
        said=log.read_text(errors="replace")[-1000:],
    )
