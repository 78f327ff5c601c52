"""Runs the program git in one way only: nothing is fetched, nothing else is started."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from reliability.errors import RevisionError
from reliability.settings import Settings

OPTIONS: Final = (
    *("--no-pager", "--no-replace-objects", "--literal-pathspecs"),
    # gitconfig: only honored from the command line and the user's own files, not a repository's
    *("-c", "safe.bareRepository=explicit"),
    # commands that a configuration can name, and that reading could start
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"),
    *("-c", "protocol.allow=never", "-c", "protocol.ext.allow=never"),
    *("-c", "diff.suppressBlankEmpty=false"),
)
VARIABLES: Final[Mapping[str, str]] = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",  # since git 2.45; older ones are stopped by the protocol
    "GIT_ALLOW_PROTOCOL": "none",  # git(1): only the listed are allowed, and none has this name
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
KEPT: Final = ("GIT_CONFIG", "GIT_EXEC_PATH")
"""Prefixes of git's variables that are kept: the user's configuration.

It may set `safe.directory`. All others are removed: a calling hook sets GIT_DIR and GIT_INDEX_FILE
for itself.
"""
NOT_FOUND: Final = "git is not on the PATH; install it"

Ended = subprocess.CompletedProcess[bytes]


def run_git(
    arguments: Iterable[str], where: Mapping[str, str], given: bytes | None = None
) -> Ended:
    """Run a git command with additional variables (`where`) and optional input.

    Raises:
        RevisionError: git is not installed.
    """
    inherited = Settings.from_process().environment
    own = {
        name: value
        for name, value in inherited.items()
        if not name.startswith("GIT_") or name.startswith(KEPT)
    }
    # an empty or relative entry would be looked up in the folder of the pull request
    folders = own.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())
    if not path:  # execvp looks up an empty PATH in the current folder
        raise RevisionError(NOT_FOUND)
    environment = {**own, **VARIABLES, **where, "PATH": path}
    command = ("git", *OPTIONS, *arguments)

    try:
        # without input an empty one: git must never wait for a terminal
        return subprocess.run(
            command, input=given or b"", capture_output=True, env=environment, check=False
        )
    except FileNotFoundError as error:
        raise RevisionError(NOT_FOUND) from error


def printed(ended: Ended, folder: Path) -> bytes:
    """Return the output of a command; RevisionError with its first error line if it failed."""
    if ended.returncode:
        raise RevisionError(f"git failed in {folder}: {complaint(ended)}")
    return ended.stdout


def errors(ended: Ended) -> list[str]:
    """Return the lines in which git reports errors, without hints."""
    lines = ended.stderr.decode("utf-8", "replace").splitlines()
    return [line for line in lines if line.startswith(("fatal:", "error:"))]


def complaint(ended: Ended) -> str:
    """Return the first line in which git reports an error, or else the exit code."""
    line = next(iter(errors(ended)), f"it exited with {ended.returncode}")
    return "".join(letter for letter in line if letter.isprintable())
