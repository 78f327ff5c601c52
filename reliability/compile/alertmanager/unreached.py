"""What was asked for and reaches nobody, or carries nothing: said where it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reliability.compile.alertmanager.policy import NotificationSettings
from reliability.compile.alertmanager.receivers import TeamReceiver
from reliability.finding import Label, Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Ownership
from reliability.model.team import Team
from reliability.resolve.alerts import HEARTBEAT, AlertRoute, PolicyAlert, policy_alerts

CHANNELS = {
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


@dataclass(frozen=True, slots=True)
class ReceiverRequest:
    """The first alert of a service that takes a route."""

    service: str
    team: Located[Team]
    route: AlertRoute
    alert: PolicyAlert


def unreached(
    catalog: Catalog, reaches: Sequence[TeamReceiver], means: NotificationSettings
) -> Iterator[Problem]:
    """Each tier of a team that has an alert and no channel; heartbeats without a switch."""
    reached = {(reach.team, reach.tier) for reach in reaches}
    requests = [*_requests(catalog)]
    yield from (each for each in requests if isinstance(each, Problem))

    for request in (each for each in requests if isinstance(each, ReceiverRequest)):
        route = request.route
        if route.tier == HEARTBEAT and means.heartbeat is None:
            yield Problem(
                request.alert.tier_at,
                "a heartbeat goes to a dead man's switch, and there is none",
                "name spec.heartbeat.webhook in policies/notification.yaml",
            )
        if route.tier in CHANNELS and route not in reached:
            yield _no_channel(request)


def _requests(catalog: Catalog) -> Iterator[ReceiverRequest | Problem]:
    """The routes that alert policies need, each once, or why nobody can be told."""
    seen: set[AlertRoute] = set()
    owners = {owner.value.service: owner for owner in catalog.each(Ownership)}
    for policy in catalog.each(AlertPolicy):
        service = policy.value.spec.service
        owner = owners.get(service)
        if owner is None:
            yield Problem(
                policy.at("spec", "service"),
                f"{service} has no owner, so nobody can be told",
                f"add services/{service}/ownership.yaml with its team",
            )
            continue
        team = catalog.find(Team, owner.value.spec.team)
        if team is None:
            yield _unknown(owner, policy)
            continue
        for alert in policy_alerts(policy):
            route = alert.route(owner.value.spec.team)
            if route not in seen:
                seen.add(route)
                yield ReceiverRequest(service, team, route, alert)


def _unknown(owner: Located[Ownership], policy: Located[AlertPolicy]) -> Problem:
    team = owner.value.spec.team
    return Problem(
        owner.at("spec", "team"),
        f"no team is called {team}, so nobody can be told of {policy.value.spec.service}",
        f"add policies/teams/{team}.yaml",
    )


def _no_channel(request: ReceiverRequest) -> Problem:
    (name, tier), service = request.route, request.service
    route, missing, help_text = CHANNELS[tier]
    why = Label(request.alert.tier_at, f"{service} asks for it here")
    message = f"{tier} of {service} falls to {name}, and reaches nobody: {missing}"
    return Problem(request.team.at(*route), message, help_text, (why,))


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
