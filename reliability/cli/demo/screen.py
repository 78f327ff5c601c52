"""`Screen`: where the demo writes, and runs commands as a person would."""

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
    """A command of the demo ended with another code than 0."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(slots=True)
class Screen:
    """Where the demo writes: titles, words, lines, and real commands with what they print."""

    app: App
    root: Path
    number: int = 0

    def title(self, text: str) -> None:
        """Begin the next step."""
        self.number += 1
        self.app.say(click.style(f"{self.number}  {text}", bold=True) + "\n")

    def words(self, text: str) -> None:
        """A paragraph."""
        self.app.say(paragraph(text) + "\n")

    def lines(self, lines: Iterable[str]) -> None:
        """Lines as they are."""
        self.app.say("\n".join(lines) + "\n")

    def run(self, *arguments: str, ends: int = 0) -> None:
        """Run a command of ours in the demo's folder, as a person would type it.

        Raises:
            StepFailedError: it ended with another code than it should.
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
        """What the folder declares now."""
        return load_repository(self.root).catalog

    def compiled(self, target: str) -> Resource:
        """The one resource of a target that the folder compiles to."""
        resources, _ = compile_catalog(self.catalog())
        return next(each for each in resources if each.id.target == target)

    def intro(self) -> None:
        """Say where everything is."""
        self.app.say(click.style("reliability demo", bold=True) + f"  in {self.root}")
        self.words(
            f"""An HR product: four services and their monitoring. It is {DAY.day} {DAY:%B %Y};
            the past 90 days are made up from a seed and the incidents on record. Every command
            below is real: cd into the folder and run it again."""
        )

    def outro(self) -> None:
        """Say what is left and where to go on."""
        self.words(
            f"""All of it lies in {self.root}; nothing else was touched. cd into it, run the
            commands again, change a tier or a target. To start your own, take its services/ and
            policies/: the first steps are in {docs_page("start/quickstart.md")} of this project."""
        )
