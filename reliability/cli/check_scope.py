"""What one run of `reliability check` looks at, and which of its findings it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.cli.check_asked import Asked
    from reliability.finding import Finding
    from reliability.pipeline import Repository


def checked(app: App, asked: Asked) -> tuple[Repository, list[Finding]]:
    """The repository or the documents that were asked for, and the findings to show."""
    if asked.documents_only:
        return _documents(app, asked.paths)
    return _all(app, asked)


def _all(app: App, asked: Asked) -> tuple[Repository, list[Finding]]:
    from reliability.pipeline import check, load_revision

    found = check(app.repository, app.today, load_revision(app.root, asked.base))
    return app.repository, _below(found, app.root, asked.paths)


def _documents(app: App, paths: Sequence[Path]) -> tuple[Repository, list[Finding]]:
    from reliability.load.files import documents_below
    from reliability.pipeline import check_documents, load_documents

    if not paths:
        return app.repository, check_documents(app.repository)
    repository = load_documents(app.root_or_here, documents_below(paths))
    return repository, check_documents(repository)


def _below(findings: Iterable[Finding], root: Path, paths: Sequence[Path]) -> list[Finding]:
    if not paths:
        return list(findings)
    shown = [_relative(root, path) for path in paths]
    return [
        each for each in findings if any(each.problem.at.path.is_relative_to(at) for at in shown)
    ]


def _relative(root: Path, path: Path) -> PurePosixPath:
    from reliability.load.files import physical

    whole = physical(path)
    if not whole.is_relative_to(root):
        raise click.BadParameter(
            f"{path} lies outside of {root}; pass --documents-only, or --root", param_hint="PATHS"
        )
    return PurePosixPath(whole.relative_to(root).as_posix())
