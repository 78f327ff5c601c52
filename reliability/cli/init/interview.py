"""The values of `reliability init`: from options, from detected tools, or from answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.asking import Question, ask, on_terminal
from reliability.git import top_of
from reliability.onboarding import answers
from reliability.onboarding.environment_labels import chosen, environments_text
from reliability.onboarding.init.beginning import (
    SECRETS,
    RepositoryStart,
    declared_in,
    owner_id_in,
)
from reliability.onboarding.init.browsing import browsing_base
from reliability.onboarding.init.datadog_start import DatadogStart
from reliability.onboarding.init.github_files import AnySource, declared_source
from reliability.onboarding.init.joining import marked_owner, monitoring_service
from reliability.onboarding.init.live_targets import LiveTargets
from reliability.onboarding.init.released import read_released, released_source
from reliability.onboarding.init.surroundings import Surroundings
from reliability.onboarding.init.takeover import TakeOver, take_over
from reliability.onboarding.init.tool_source import (
    UnknownSource,
    installed_source,
    read_source,
)
from reliability.onboarding.people import People, as_handle, as_name
from reliability.plan.held import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class InitRequest:
    """The values of the first files.

    `taken` is the live Alertmanager configuration to take over; `joins` is the other repository
    that owns it. `source` is where workflows install the tool from; None if no workflow is
    requested.
    """

    wanted: RepositoryStart
    taken: TakeOver | None
    joins: Owner | None
    source: AnySource | None


def request_of(app: App, root: Path, around: Surroundings, given: Mapping[str, Any]) -> InitRequest:
    """Answer every question; without a terminal from detected tools or defaults.

    Raises:
        click.BadParameter: the value of an option is not valid.
        ReliabilityError: the live configuration cannot be taken over.
    """
    repository = around.value("github")
    team = _settled(app, _team(root, repository, given), answers.name, given=given["team"])
    member = _settled(
        app, _member(app, repository), answers.or_empty(answers.handle), given=given["member"]
    )
    folder, live = _secrets_folder(given), given["alertmanager"]
    own_id = owner_id_in(declared_in(root)[0])
    # A file with a mark is written by a repository: another one's routes are not copied, and one's
    # own are not a base.
    marked = marked_owner(live) if live else None
    joins = marked if marked is not None and marked.id != own_id else None
    taken = take_over(live.resolve(), folder, git_top(root)) if live and not marked else None
    channel = _settled(app, _channel(around, team, taken), answers.channel, given=given["slack"])
    prometheus = _settled(app, _prometheus(around), answers.address, given=given["prometheus"])
    pager_key = _pager_key(around, given, taken, team=team)
    people = People(
        team=team, member=member, channel=channel, repository=repository, pager_key=pager_key
    )
    wanted = RepositoryStart(
        people=people,
        prometheus=prometheus,
        is_solo=given["solo"],
        secrets=str(folder),
        slack_file=taken.slack_file if taken else "",
        base=taken.text if taken else "",
        runbook_base=_checked(answers.address, given, "runbook_base") or browsing_base(root),
        live=_live_targets(around, given, prometheus, joins=joins),
        monitoring=monitoring_service(team, given["rules_folder"], own_id, joins=joins is not None),
        environments=_environments(app, around, given),
        datadog=_datadog(app, around, prometheus, is_taken=live is not None),
    )

    is_wanted = bool(repository) if given["github"] is None else given["github"]
    source = _source(git_top(root), given) if is_wanted else None
    return InitRequest(wanted=wanted, taken=taken, joins=joins, source=source)


def _datadog(
    app: App, around: Surroundings, prometheus: str, *, is_taken: bool
) -> DatadogStart | None:
    """Return the site of a team whose only monitoring seems to be Datadog."""
    others = bool(around.rule_files) or any(map(around.has, ("prometheus", "alertmanager")))
    if prometheus or is_taken or others or not around.has("datadog"):
        return None
    return DatadogStart.of(app.settings.environment)


def _environments(app: App, around: Surroundings, given: Mapping[str, Any]) -> str:
    """Return the document of the environments; empty without a label that names them."""
    seen, label = around.environment_labels, given["environment_label"]
    if not seen and label is None:
        return ""
    why = f"in rule files, {'; '.join(each.text for each in seen)}; leave empty for none"
    question = Question(
        "Which label names the environment?", why, "--environment-label", default=""
    )

    def read(text: str) -> str:
        label_names = chosen(text, seen)
        return environments_text(label_names) if label_names is not None else ""

    return _settled(app, question, read, given=label)


def git_top(root: Path) -> Path:
    """Return the root of the surrounding Git repository, or the folder itself."""
    return top_of(root) or root


def _secrets_folder(given: Mapping[str, Any]) -> Path:
    """Return the folder of `--secrets`, or `secrets` next to the live configuration."""
    live: Path | None = given["alertmanager"]
    beside = live.resolve().parent / "secrets" if live else Path(SECRETS)
    return (given["secrets"] or beside).resolve()


def _pager_key(
    around: Surroundings, given: Mapping[str, Any], taken: TakeOver | None, team: str
) -> str:
    """Return the file of the team's PagerDuty key; empty without PagerDuty."""
    if given["pagerduty"] is False:
        return ""
    known = taken.pager_key(team) if taken else ""
    if known or not (given["pagerduty"] or (taken is None and around.has("pagerduty"))):
        return known
    return str(_secrets_folder(given) / f"{team}-pagerduty-key")


def _live_targets(
    around: Surroundings, given: Mapping[str, Any], prometheus: str, joins: Owner | None
) -> LiveTargets:
    """Return the servers that sync can write to: those with the paths of their files."""
    rules_folder, file = given["rules_folder"], given["alertmanager"]
    if rules_folder and not prometheus:
        raise click.BadParameter(
            "the URL of Prometheus is unknown; pass --prometheus URL",
            param_hint="--rules-folder",
        )

    url = _checked(answers.address, given, "alertmanager_url") or around.value("alertmanager")
    return LiveTargets(
        prometheus=prometheus,
        rules_folder=str(rules_folder.resolve()) if rules_folder else "",
        alertmanager=url,
        config_file=str(file.resolve()) if file else "",
        config_owner=str(joins) if joins else "",
    )


def _source(top: Path, given: Mapping[str, Any]) -> AnySource:
    """Return the source of `--install-from`, of the repository, or of the installation."""
    if given["install_from"] is not None:
        try:
            return read_released(given["install_from"]) or read_source(given["install_from"])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--install-from") from None
    if (declared := declared_source(top)) is not None:
        return declared
    installed = installed_source()
    if isinstance(installed, UnknownSource):
        released = released_source()
        return installed if isinstance(released, UnknownSource) else released
    return installed


def _checked(read: Callable[[str], str], given: Mapping[str, Any], name: str) -> str:
    """Return the value of an option without a question; empty if it is not given."""
    try:
        return read(given[name] or "")
    except ValueError as error:
        flag = f"--{name.replace('_', '-')}"
        raise click.BadParameter(str(error), param_hint=flag) from None


def _team(root: Path, repository: str, given: Mapping[str, Any]) -> Question:
    owner = repository.partition("/")[0]
    otherwise = "me" if given["solo"] else as_name(owner or root.name, "sre")
    why = "the team owns the first services and gets notified; declared in policies/teams"
    return Question("Which team?", why, "--team", default=otherwise)


def _member(app: App, repository: str) -> Question:
    """Ask for a member; a guess needs somebody who confirms it."""
    user = app.settings.environment.get("USER", "")
    default = as_handle(repository.partition("/")[0] or user) if on_terminal() else ""
    why = "handles on the code host, used for approvals; leave empty if it is not decided"
    return Question("Who is in the team, as @name?", why, "--member", default=default)


def _channel(around: Surroundings, team: str, taken: TakeOver | None) -> Question:
    seen = taken.teams.get(team) if taken else None
    channels = dict(seen.channels) if seen else {}
    default = channels.get("alert") or channels.get("ticket") or around.value("slack")
    default = default if default.startswith("#") else f"#{team}-alerts"
    why = "the alert tier posts here, and only that tier may mention people"
    return Question("Which Slack channel gets alerts?", why, "--slack", default=default)


def _prometheus(around: Surroundings) -> Question:
    why = "targets are proposed from its history; leave empty if you have none yet"
    default = around.value("prometheus")
    return Question("What is the URL of your Prometheus?", why, "--prometheus", default=default)


def _settled(app: App, question: Question, read: Callable[[str], str], given: str | None) -> str:
    """Return the value of the option, an answer, or the default."""
    if given is not None:
        try:
            return read(given)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=question.flag) from None
    return ask(app, question, read) if on_terminal() else (question.default or "")
