"""`Screen`: the output of the demo, and the commands that it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import chdir, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App
from reliability.cli.main import exit_code_of
from reliability.documentation import docs_page
from reliability.onboarding.demo.words import paragraph
from reliability.onboarding.shipped import DAY
from reliability.pipeline import compile_catalog, load_repository

if TYPE_CHECKING:
    from reliability.load.catalog import Catalog
    from reliability.resource import Resource


class StepFailedError(Exception):
    """A command of the demo exited with an unexpected code."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(slots=True)
class Screen:
    """The output of the demo: titles, paragraphs, lines, and real commands with their output."""

    app: App
    root: Path
    number: int = 0

    def title(self, text: str) -> None:
        """Print the title of the next step."""
        self.number += 1
        self.app.say(click.style(f"{self.number}  {text}", bold=True) + "\n")

    def words(self, text: str) -> None:
        """Print a paragraph."""
        self.app.say(paragraph(text) + "\n")

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines unchanged."""
        self.app.say("\n".join(lines) + "\n")

    def run(self, *arguments: str, ends: int = 0) -> None:
        """Run a reliability command in the demo's folder; `ends` is the expected exit code.

        Raises:
            StepFailedError: the command exits with another code.
        """
        day = ("--today", DAY.isoformat())
        shown = " ".join(("reliability", *day, *arguments))
        self.app.say(click.style(f"$ {shown}", fg="cyan"))
        color = {None: "auto", True: "always", False: "never"}[self.app.color]
        with chdir(self.root), redirect_stderr(sys.stdout):
            ended = exit_code_of(["--color", color, *day, *arguments])
        self.app.say("")
        if ended != ends:
            raise StepFailedError(ended or 3)

    def catalog(self) -> Catalog:
        """Return the current catalog of the folder."""
        return load_repository(self.root).catalog

    def compiled(self, target: str) -> Resource:
        """Return the only resource that the folder compiles to for a target."""
        resources, _ = compile_catalog(self.catalog())
        return next(resource for resource in resources if resource.id.target == target)

    def intro(self) -> None:
        """Print where everything is."""
        self.app.say(click.style("reliability demo", bold=True) + f"  in {self.root}")
        self.words(
            f"""An HR product with four services and their monitoring. The date is {DAY:%B}
            {DAY.day}, {DAY.year}; the past 90 days are generated from a seed and the incidents on
            record. Every command below is real: cd into the folder and run it again."""
        )

    def outro(self) -> None:
        """Print where the results are and how to continue."""
        self.words(
            f"""Everything is in {self.root}; nothing else was changed. cd into it, run the commands
            again, change a tier or a target. To start your own repository, see
            {docs_page("start/quickstart.md")}."""
        )
