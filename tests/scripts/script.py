"""Whole-program cases: commands with what they must print, and the files they find, in one text.

`$ command` runs a command in the folder of the case. Below it stands its output, then what it says
on stderr (lines with `! `), then `(exit N)` where it does not end with 0. `-- path --` begins a
file. The files of `tests/check/minimal` are there as well, unless the first line says `alone`.
"""

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import run
from typing import Final

from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.environment import environment

FILE: Final = re.compile(r"^-- (\S+) --\n", re.MULTILINE)
PROGRAMS: Final = {"reliability": [sys.executable, "-m", "reliability"], "git": ["git"]}
WHO: Final = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "a"), ("EMAIL", "a@example.com"))
}


@dataclass(frozen=True, slots=True)
class Script:
    """The first lines, the commands in their order, and the files."""

    title: str
    commands: tuple[str, ...]
    files: dict[str, str]

    @classmethod
    def read(cls, text: str) -> "Script":
        """Read a script without what it expects."""
        head, *parts = FILE.split(text)
        title = head.partition("\n$ ")[0].strip()
        commands = tuple(line[2:] for line in head.splitlines() if line.startswith("$ "))
        own = dict(zip(parts[::2], parts[1::2], strict=True))
        return cls(title, commands, own if title.startswith("alone") else minimal_files() | own)


def transcript(text: str, folder: Path) -> str:
    """A script with what its commands print now in place of what it expects."""
    script = Script.read(text)
    write(script.files, folder)
    said = "".join(f"\n$ {command}\n{_ended(command, folder)}" for command in script.commands)
    files = FILE.search(text)
    return f"{script.title}\n{said}" + ("\n" + text[files.start() :] if files else "")


def _ended(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    done = run(
        [*PROGRAMS[program], *arguments],
        cwd=folder,
        env=environment(NO_COLOR="1", **WHO),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    lines = [*done.stdout.splitlines(), *(f"! {line}" for line in done.stderr.splitlines())]
    lines += [f"(exit {done.returncode})"] if done.returncode else []
    return "".join(f"{line}\n".replace(str(folder), "FOLDER") for line in lines)
