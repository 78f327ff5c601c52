"""A person at a terminal: waits for a text on the screen, then types a line."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.environment import environment

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Shown:
    """How the program ended, and all that was on the screen."""

    code: int
    screen: str


def at_a_terminal(
    folder: Path, arguments: Sequence[str], lines: Sequence[tuple[str, str]]
) -> Shown:
    """Run `reliability` in a terminal; each line is typed once its text was shown since the last.

    An AssertionError tells which text never came.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "reliability", *arguments],
        cwd=folder,
        env=environment(NO_COLOR="1", TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        screen = _typed(ours, lines, process)
        code = process.wait(PATIENCE)
    os.close(ours)
    return Shown(code, screen)


def _typed(ours: int, lines: Sequence[tuple[str, str]], process: subprocess.Popen[bytes]) -> str:
    screen, seen, left = "", 0, list(lines)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        part = _read(ours)
        if part is None:
            break
        screen += part
        if left and left[0][0] in screen[seen:]:
            seen = len(screen)
            os.write(ours, f"{left.pop(0)[1]}\n".encode())
    else:
        process.kill()
    assert not left, f"{left[0][0]!r} was never shown:\n{screen}"
    return screen


def _read(ours: int) -> str | None:
    """What came within a moment; None once the program has closed its side."""
    ready, _, _ = select.select([ours], [], [], 0.2)
    if not ready:
        return ""
    try:
        part = os.read(ours, 65536)
    except OSError:
        return None
    return part.decode(errors="replace") if part else None
