"""Runs the command as a user does, in a process of its own or, faster, in this one."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from reliability.cli.main import exit_code_of
from reliability.progress import without_progress
from tests.environment import alone_in_environment, environment


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


def in_process(*arguments: str | Path, folder: Path, **variables: str) -> Ended:
    """Run `reliability` in a folder, in this process, with no other variables than these."""
    out, err = StringIO(), StringIO()
    around = alone_in_environment(**variables)
    with around, without_progress(), chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = exit_code_of(["--color", "never", *map(str, arguments)])
    return Ended(code, out.getvalue(), err.getvalue())


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def answered(*arguments: str | Path, folder: Path, typed: Sequence[str]) -> Ended:
    """Run `reliability` in this process at a terminal, on which a person types these lines."""
    out, err = StringIO(), Terminal()
    before, sys.stdin = sys.stdin, Terminal("".join(f"{line}\n" for line in typed))
    try:
        with (
            alone_in_environment(),
            without_progress(),
            chdir(folder),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = exit_code_of(["--color", "never", *map(str, arguments)])
    finally:
        sys.stdin = before
    return Ended(code, out.getvalue(), err.getvalue())


def transcript(folder: Path, *commands: Sequence[str | Path], **names: str) -> str:
    """Commands run one after the other, each with all that it prints and its exit code.

    The folder reads as `FOLDER`; each text of `names` reads as its name.
    """
    parts = []
    for command in commands:
        ended = in_process(*command, folder=folder)
        streams = (("", ended.out), ("! ", ended.err))
        lines = [f"{mark}{line}" for mark, text in streams for line in text.splitlines()]
        parts.append("\n".join((f"$ {' '.join(map(str, command))}", *lines, f"= {ended.code}")))
    text = "\n\n".join(parts) + "\n"
    for name, value in {"FOLDER": str(folder), **names}.items():
        text = text.replace(value, name)
    return text
