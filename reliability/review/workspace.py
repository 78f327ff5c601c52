"""`Workspace`: where a command runs, for what is done below the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A working tree, the day, and in how many processes to work.

    `secret` gives what a server needs to be asked; `note` takes what a person is told meanwhile.
    """

    root: Path
    today: date
    jobs: int
    secret: Callable[[str], str]
    note: Callable[[str], None]
