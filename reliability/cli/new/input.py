"""The inputs of an interview: options, defaults from the repository, and a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from reliability.cli.app import App
from reliability.cli.asking import Question, ask, on_terminal
from reliability.onboarding.new.known import InterviewDefaults
from reliability.onboarding.new.server_view import ServerView

T = TypeVar("T")
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One interview: the values of flags, the repository's defaults and the server's data."""

    app: App
    view: ServerView
    given: Answers
    known: InterviewDefaults
    service: str

    def settle(self, question: Question, read: Callable[[str], T]) -> T:
        """Return the value of the option, an answer, or the default.

        Raises:
            click.UsageError: none of them exists, or the value is invalid.
        """
        flag = question.flag
        value = self.given[flag.removeprefix("--").replace("-", "_")]
        if value is None and on_terminal():
            return ask(self.app, question, read)

        value = question.default if value is None else value
        if value is None:
            raise click.UsageError(
                f"{flag} is required without a terminal: {question.text.lower()}"
            )

        try:
            return read(value)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=flag) from None
