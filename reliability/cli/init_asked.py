"""What `reliability init` was told, saw, and asks for: flags first, then what is there, then us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.asking import Question, ask, on_terminal
from reliability.start import answers
from reliability.start.beginning import Wanted
from reliability.start.people import People, as_handle, as_name
from reliability.start.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Asked:
    """The beginning that is wanted, and whether GitHub's files belong to it."""

    wanted: Wanted
    writes_workflows: bool


def asked_of(app: App, root: Path, around: Surroundings, given: Mapping[str, Any]) -> Asked:
    """Settle every question; without a terminal by what was seen, else by a default.

    Raises:
        click.BadParameter: a flag's value cannot be taken.
    """
    repository = around.value("github")
    team = _settled(app, _team(root, repository, given), answers.name, given["team"])
    member = _settled(app, _member(app, repository), answers.handle, given["member"])
    channel = _settled(app, _channel(around, team), answers.channel, given["slack"])
    prometheus = _settled(app, _prometheus(around), answers.address, given["prometheus"])
    pager = given["pagerduty"]
    has_pager = around.has("pagerduty") if pager is None else pager
    people = People(team, member, channel, repository, has_pager)
    github = given["github"]
    return Asked(
        Wanted(people, prometheus, given["solo"]),
        bool(repository) if github is None else github,
    )


def _team(root: Path, repository: str, given: Mapping[str, Any]) -> Question:
    owner = repository.partition("/")[0]
    otherwise = "me" if given["solo"] else as_name(owner or root.name, "sre")
    why = "every signal belongs to somebody; a file of policies/teams says how they are reached"
    return Question("Which team answers?", why, "--team", otherwise)


def _member(app: App, repository: str) -> Question:
    user = app.settings.environment.get("USER", "")
    default = as_handle(repository.partition("/")[0] or user)
    why = "a team has members; approvals are looked for by these handles"
    return Question("Who is in it, as @name?", why, "--member", default)


def _channel(around: Surroundings, team: str) -> Question:
    default = around.value("slack")
    default = default if default.startswith("#") else f"#{team}-alerts"
    why = "the alert tier speaks here, and only it may mention people"
    return Question("Which Slack channel gets alerts?", why, "--slack", default)


def _prometheus(around: Surroundings) -> Question:
    why = "targets are measured, not guessed, where the past can be read; empty for none yet"
    default = around.value("prometheus")
    return Question("Where is your Prometheus?", why, "--prometheus", default)


def _settled(app: App, question: Question, read: Callable[[str], str], given: str | None) -> str:
    """The flag's value, else an answer, else the default."""
    if given is not None:
        try:
            return read(given)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=question.flag) from None
    return ask(app, question, read) if on_terminal() else (question.default or "")
