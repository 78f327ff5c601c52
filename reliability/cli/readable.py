"""Commands that must not take a document that cannot be read for one that is not there."""

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
    """A problem with its place, on one line."""
    at = problem.at
    return f"{at.path}:{at.span.line}:{at.span.column}: {problem.message}"


def ensure_readable(app: App, consequence: str, *below: str) -> None:
    """Stop if documents cannot be read; with `below`, only those in these folders count.

    Raises:
        ReliabilityError: some cannot, with the consequence and a line for each.
    """
    lost = "\n".join(_unreadable(app, below))
    if lost:
        raise ReliabilityError(f"{consequence}:\n{lost}")


def note_unreadable(app: App, consequence: str) -> None:
    """Name the documents that cannot be read, and go on with the others."""
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
