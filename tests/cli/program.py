"""Runs the command as a user does, in a process of its own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.environment import environment


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str


def reliability(*arguments: str | Path, folder: Path, **variables: str) -> Ended:
    """Run `reliability` in a folder; variables are added to the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "reliability", *map(str, arguments)],
        cwd=folder,
        env=environment(NO_COLOR="1", **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
