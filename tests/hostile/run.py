"""Runs `reliability check` on a hostile repository, and measures what it takes."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.environment import environment
from tests.hostile.texts import PROMQL, TEXTS
from tests.hostile.trees import SERVICE, TREES

SECONDS: Final = 5.0
MEBIBYTES: Final = 300.0
"""What a hostile repository may cost."""
HANGS: Final = 60.0
"""Seconds of work after which a run counts as hung."""
WAITS: Final = 10 * HANGS
"""Seconds by the clock after which it is ended: the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended, in seconds (of the clock, and of work), mebibytes at most and words."""

    code: int
    seconds: float
    work: float
    memory: float
    out: str
    err: str

    @property
    def findings(self) -> int:
        """How many findings are shown."""
        return self.out.count(": error[") + self.out.count(": warning[")


def cases() -> dict[str, Callable[[Path], None]]:
    """Every case by name: what is done to a repository that is without fault."""
    return {**{name: _replacing(make) for name, make in (TEXTS | PROMQL).items()}, **TREES}


def _replacing(make: Callable[[], bytes]) -> Callable[[Path], None]:
    """The text in place of the document that it is, or beside the others."""

    def done(root: Path) -> None:
        content = make()
        kind = "slo" if b"kind: SLO" in content[:200] else "alert-policy"
        known = content.startswith(b"apiVersion: ")
        (root / SERVICE / (f"{kind}.yaml" if known else "x.yaml")).write_bytes(content)

    return done


def run(make: Callable[[Path], None], arguments: tuple[str, ...] = ("check",)) -> Ran:
    """Make the repository, run the command in it, and take the repository away."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        make(write(minimal_files(), folder / "repository"))
        folder.chmod(0o755)
        return _measured(folder, arguments)
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", str(folder)], check=False, capture_output=True)
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def _as_a_user() -> list[str]:
    """What takes from root the right to read what is closed; nothing for anybody else."""
    setpriv = shutil.which("setpriv")
    if os.getuid() != 0 or setpriv is None:
        return []
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"]


def _measured(folder: Path, arguments: tuple[str, ...]) -> Ran:
    command = [
        *_as_a_user(),
        sys.executable,
        "-m",
        "reliability",
        "--today",
        "2026-11-25",
        *arguments,
    ]
    with (folder / "out").open("w+b") as out, (folder / "err").open("w+b") as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder / "repository",
            env=environment(NO_COLOR="1"),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        hung = threading.Timer(WAITS, process.kill)
        hung.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        hung.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        return Ran(
            process.returncode,
            seconds,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024,
            out.read().decode("utf-8", "replace"),
            err.read().decode("utf-8", "replace"),
        )
