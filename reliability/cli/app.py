"""The composition root: builds what commands use from options and settings."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from reliability.cli.jobs import processes
from reliability.errors import RootNotFoundError
from reliability.load.files import find_root
from reliability.progress import hide_progress
from reliability.real_path import real_path
from reliability.render.tables import TextView
from reliability.review.workspace import Workspace
from reliability.settings import Settings

if TYPE_CHECKING:
    from reliability.load.catalog import Catalog
    from reliability.pipeline import Repository


@dataclass(frozen=True, kw_only=True)
class App:
    """The global options and the repository that they select.

    `given_root` is None if --root was not passed. `color` is None if the stream decides. With
    `verbose`, reports say how they were computed. `jobs` is the number of processes. `derived` is
    the repository as an environment has it.
    """

    given_root: Path | None
    today: date
    quiet: bool
    color: bool | None
    settings: Settings
    verbose: bool = False
    jobs: int = 1
    derived: Repository | None = None

    @classmethod
    def build(
        cls,
        root: Path | None,
        today: date,
        quiet: bool,
        color: str,
        settings: Settings,
        *,
        verbose: bool = False,
    ) -> App:
        """Return the app of the global options; the environment may turn colors off."""
        chosen = {"always": True, "never": False}.get(color)
        if chosen is None and settings.color_is_off:
            chosen = False
        return cls(
            given_root=root,
            today=today,
            quiet=quiet,
            color=chosen,
            settings=settings,
            verbose=verbose,
        )

    def with_jobs(self, jobs: int) -> App:
        """Return a copy with this many processes, or with one if processes cannot be forked."""
        return replace(self, jobs=processes(jobs))

    @cached_property
    def root(self) -> Path:
        """The repository's root: --root, or the nearest folder upwards with `services/`.

        Raises:
            RootNotFoundError: no root exists, or --root has no `services/`.
        """
        if self.given_root is None:
            return find_root(Path.cwd())
        if not (self.given_root / "services").is_dir():
            raise RootNotFoundError(f"--root: no services/ in {self.given_root}")
        return real_path(self.given_root)

    @property
    def root_or_here(self) -> Path:
        """The repository's root, or the current folder if there is no repository."""
        try:
            return self.root
        except RootNotFoundError:
            return Path.cwd()

    @cached_property
    def repository(self) -> Repository:
        """The loaded repository, with findings for what could not be read."""
        if self.derived is not None:
            return self.derived
        from reliability.pipeline import load_repository

        return load_repository(self.root, jobs=self.jobs)

    @property
    def committed(self) -> Path | None:
        """The folder in which writes follow no links: the Git working tree, else the root.

        None if neither exists.
        """
        from reliability.git import top_of
        from reliability.writing import repository_of

        try:
            return repository_of(self.root)
        except RootNotFoundError:
            return top_of(Path.cwd())

    @property
    def workspace(self) -> Workspace:
        """The part of the state that layers below the command line use."""
        return Workspace(
            root=self.root,
            today=self.today,
            jobs=self.jobs,
            secret=self.settings.secret,
            note=self.note,
        )

    def write(self, path: Path, text: str, *, append: bool = False) -> None:
        """Write a file that an option names; invalid characters are escaped.

        Raises:
            OSError: it cannot be written, or a symbolic link of the repository leads there.
        """
        from reliability.writing import write_file

        content = text.encode("utf-8", "backslashreplace")
        write_file(path, content, self.committed, append=append)

    def catalog(self) -> Catalog:
        """Return what the repository declares."""
        return self.repository.catalog

    @property
    def view(self) -> TextView:
        """What stdout shows: a terminal has a width, and colors if --color allows them."""
        is_terminal = sys.stdout.isatty()
        width = get_terminal_size().columns if is_terminal else None
        return TextView(width, is_terminal if self.color is None else self.color)

    def say(self, text: str) -> None:
        """Print a result to stdout."""
        hide_progress()
        click.echo(text, color=self.color)

    def note(self, text: str) -> None:
        """Print anything else to stderr, unless --quiet is set."""
        if not self.quiet:
            hide_progress()
            click.echo(text, err=True, color=self.color)
