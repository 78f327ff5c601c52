"""`Workspace`: the state of a run that layers below the command line need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The root folder, the date that counts as today, and the number of processes.

    `secret` returns the value of a named secret; `note` prints progress for the user.
    """

    root: Path
    today: date
    jobs: int
    secret: Callable[[str], str]
    note: Callable[[str], None]
