"""Questions on a terminal: the reason for each question, and answers checked as they are typed."""

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
    """A question, its reason, the flag that answers it without a terminal, and a default.

    `default` is None if there is nothing to propose. It may be empty for "none".
    """

    text: str
    why: str
    flag: str
    default: str | None = None


def on_terminal() -> bool:
    """Return whether a person at a terminal can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(app: App, question: Question, read: Callable[[str], T]) -> T:
    """Ask until an answer can be read; `read` raises ValueError with the reason if it cannot.

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
