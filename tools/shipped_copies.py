"""Copies of the shipped repository, each with a change, in which generators run commands."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.load.catalog import Catalog
from reliability.onboarding.demo.change import Change, paging_cause, propose, write
from reliability.onboarding.shipped import copy_shipped
from reliability.pipeline import load_repository

STATES: Final[dict[str, Callable[[Catalog], tuple[Change, ...]]]] = {
    "shipped": lambda _catalog: (),
    "louder": paging_cause,
    "changed": propose,
    "loosened": lambda catalog: propose(catalog)[:1],
}
"""What is changed in the copy, by the name of its state."""


@dataclass(frozen=True, slots=True)
class ShippedCopy:
    """A copy of the shipped repository: one commit on `main`, and changes in the working tree."""

    root: Path
    changes: tuple[Change, ...]

    def output(self, arguments: Sequence[str]) -> str:
        """Run a Python module in the copy; return what it prints, errors included.

        The exit code does not matter: a check or a review that finds something exits with 1.
        """
        return run_module(self.root, arguments)


WITHOUT_PROGRESS = """\
import runpy, sys
from reliability.progress import without_progress
del sys.argv[0]
with without_progress():
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""Runs a module; what it prints is the same on a machine that is slow."""


def run_module(folder: Path, arguments: Sequence[str]) -> str:
    """Run a Python module in a folder; return what it prints, errors included."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PROGRESS, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


@contextmanager
def shipped_copy(state: str) -> Iterator[ShippedCopy]:
    """Make a fresh copy in a state of STATES, and remove it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_shipped(Path(folder) / "copy")
        changes = STATES[state](load_repository(root).catalog)
        write(root, changes)
        yield ShippedCopy(root, changes)
