"""Questions on a terminal: why each is asked, and answers that are looked at as they are typed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from reliability.cli.app import App

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, why, by which flag it is answered without a terminal, and a first answer.

    `default` is None where there is none to propose, and may be empty for "none".
    """

    text: str
    why: str
    flag: str
    default: str | None = None


def on_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(app: App, question: Question, read: Callable[[str], T]) -> T:
    """Ask until an answer can be read; `read` raises ValueError with what is wrong with it.

    Questions are on stderr: stdout is for results.
    """
    click.echo("", err=True)
    click.secho(question.text, bold=True, err=True, color=app.color)
    click.echo(f"  {question.why}  ({question.flag})", err=True)

    def value(text: str) -> T:
        try:
            return read(text.strip())
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    answer: T = click.prompt(
        ">", default=question.default, value_proc=value, err=True, prompt_suffix=" "
    )
    return answer
