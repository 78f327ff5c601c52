"""What was asked for and reaches nobody, or carries nothing: said where it was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reliability.compile.alertmanager.asked import ReceiverRequest
from reliability.compile.alertmanager.policy import NotificationSettings
from reliability.compile.alertmanager.receivers import TeamReceiver
from reliability.finding import Label, Problem
from reliability.load.document import Located
from reliability.model.team import Team
from reliability.resolve.told import HEARTBEAT

WAYS = {
    "alert": (
        ("spec", "channels", "alert"),
        "no pager that may page, no Slack channel, no webhook",
        "name onCall.pagerduty, or channels.alert with slack or webhook",
    ),
    "ticket": (
        ("spec", "channels", "ticket"),
        "no Slack channel, no webhook, no queue of issues",
        "name channels.ticket with slack, webhook or issues",
    ),
}


def unreached(
    wanted: Iterable[ReceiverRequest],
    teams: Sequence[Located[Team]],
    reaches: Sequence[TeamReceiver],
    means: NotificationSettings,
) -> Iterator[Problem]:
    """Each tier of a team that is asked for and has no way; heartbeats without a switch."""
    by_name = {team.value.metadata.name: team for team in teams}
    reached = {(reach.team, reach.tier) for reach in reaches}
    for each in wanted:
        if each.tier == HEARTBEAT and means.heartbeat is None:
            yield Problem(
                each.at,
                "a heartbeat goes to a dead man's switch, and there is none",
                "name spec.heartbeat.webhook in policies/notification.yaml",
            )
        if each.tier in WAYS and (each.team, each.tier) not in reached:
            yield _no_way(by_name[each.team], each)


def _no_way(team: Located[Team], asked: ReceiverRequest) -> Problem:
    route, missing, help_text = WAYS[asked.tier]
    why = Label(asked.at, f"{asked.service} asks for it here")
    message = (
        f"{asked.tier} of {asked.service} falls to {asked.team}, and reaches nobody: {missing}"
    )
    return Problem(team.at(*route), message, help_text, (why,))


def slack_problems(team: Located[Team], means: NotificationSettings) -> Iterator[Problem]:
    """Slack channels of a team, where Slack has no address."""
    channels = team.value.spec.channels
    if means.slack is None:
        for tier, channel in (("alert", channels.alert), ("ticket", channels.ticket)):
            if channel is not None and channel.slack is not None:
                yield Problem(
                    team.at("spec", "channels", tier, "slack"),
                    f"{channel.slack} is a Slack channel, and Slack has no address",
                    "name spec.slack.apiUrl in policies/notification.yaml",
                )


def log_problems(team: Located[Team]) -> Iterator[Problem]:
    """A channel in which people would read what is for nobody to read."""
    channels = team.value.spec.channels
    if channels.log is not None and channels.log.slack is not None:
        yield Problem(
            team.at("spec", "channels", "log", "slack"),
            f"log would be read in {channels.log.slack}, and log is for nobody to read",
            "leave the channel out, or make what must be read a ticket",
        )


def mention_problems(team: Located[Team], means: NotificationSettings) -> Iterator[Problem]:
    """A mention that has no message to stand in."""
    spec = team.value.spec
    mention = spec.on_call.mention if spec.on_call else None
    in_slack = spec.channels.alert is not None and spec.channels.alert.slack is not None
    if mention is not None and means.tiers["alert"].mention and not in_slack:
        yield Problem(
            team.at("spec", "onCall", "mention"),
            f"{mention} is mentioned in Slack, and alerts of this team go to no Slack channel",
            "name channels.alert.slack, or leave the mention out",
        )
