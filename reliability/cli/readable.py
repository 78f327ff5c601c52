"""Stops or warns if documents cannot be read, because they would look like deleted ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reliability.cli.app import App
from reliability.errors import ReliabilityError
from reliability.load.loader import unreadable_parts

if TYPE_CHECKING:
    from reliability.finding import Problem


def problem_line(problem: Problem) -> str:
    """Return a problem with its location, on one line."""
    at = problem.at
    return f"{at.path}:{at.span.line}:{at.span.column}: {problem.message}"


def ensure_readable(app: App, consequence: str, *below: str) -> None:
    """Refuse to go on if documents cannot be read.

    With `below`, only those in these folders count.

    Raises:
        ReliabilityError: some cannot be read; the message has the consequence and a line for each.
    """
    lost = "\n".join(_unreadable(app, below))
    if lost:
        raise ReliabilityError(f"{consequence}:\n{lost}")


def note_unreadable(app: App, consequence: str) -> None:
    """Print a note that names the documents that cannot be read, if there are any."""
    lost = "\n".join(_unreadable(app, ()))
    if lost:
        app.note(f"{consequence}:\n{lost}")


def _unreadable(app: App, below: Sequence[str]) -> list[str]:
    problems = unreadable_parts(app.repository.findings)
    return [
        problem_line(problem)
        for problem in problems
        if not below or _is_below(problem.at.path, below)
    ]


def _is_below(path: PurePosixPath, folders: Sequence[str]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
