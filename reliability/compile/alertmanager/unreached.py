"""Problems of notifications that would reach no one, at the locations that ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.compile.alertmanager.policy import NotificationSettings
from reliability.compile.alertmanager.receivers import TeamReceiver
from reliability.finding import Label, Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Ownership
from reliability.model.team import Team
from reliability.resolve.alerts import HEARTBEAT, AlertRoute, PolicyAlert, policy_alerts
from reliability.resolve.environments.derived import catalogs_in
from reliability.resolve.monitors import is_monitor, monitored_slos

CHANNELS: Final = ("alert", "ticket")
"""Tiers for which the team needs a channel; the log tier notifies no one by design."""


@dataclass(frozen=True, slots=True)
class ReceiverRequest:
    """First alert of a service on a route."""

    service: str
    team: Located[Team]
    route: AlertRoute
    alert: PolicyAlert


def unreached(
    catalog: Catalog, reaches: Sequence[TeamReceiver], means: NotificationSettings
) -> Iterator[Problem]:
    """Yield problems of alerts without a channel of their team, and heartbeats without a switch."""
    reached = {(reach.team, reach.tier) for reach in reaches}
    requests = [*_requests(catalog)]
    # A missing owner or team is the same problem in every environment.
    yield from dict.fromkeys(request for request in requests if isinstance(request, Problem))
    unknown: dict[str, dict[str, Located[Ownership]]] = {}
    for request in requests:
        if isinstance(request, Located):
            of_team = unknown.setdefault(request.value.spec.team, {})
            of_team.setdefault(request.value.service, request)
    yield from (_unknown(team, [*owners.values()]) for team, owners in unknown.items())

    for request in requests:
        if not isinstance(request, ReceiverRequest):
            continue
        route = request.route
        if route.tier == HEARTBEAT and means.heartbeat is None:
            yield Problem(
                request.alert.tier_at,
                Message("the heartbeat reaches no one: no dead man's switch is set"),
                Message("set spec.heartbeat.webhook in policies/notification.yaml"),
            )
        if route.tier in CHANNELS and route not in reached:
            yield _no_channel(request)


def _requests(catalog: Catalog) -> Iterator[ReceiverRequest | Problem | Located[Ownership]]:
    """Yield each route of alert policies once, missing owners, and owners of unknown teams."""
    seen: set[AlertRoute] = set()
    for each in catalogs_in(catalog):
        yield from _requests_in(each, seen)


def _requests_in(
    catalog: Catalog, seen: set[AlertRoute]
) -> Iterator[ReceiverRequest | Problem | Located[Ownership]]:
    """Yield the requests of one environment that are not in `seen`, and add them."""
    owners = {owner.value.service: owner for owner in catalog.documents(Ownership)}
    monitored = monitored_slos(catalog)
    for policy in catalog.documents(AlertPolicy):
        service = policy.value.spec.service
        owner = owners.get(service)
        if owner is None:
            yield Problem(
                policy.at("spec", "service"),
                Message("{service} has no owner, so no one can be notified", service=service),
                Message("add services/{service}/ownership.yaml with its team", service=service),
            )
            continue
        team = catalog.find(Team, owner.value.spec.team)
        if team is None:
            yield owner
            continue
        for alert in policy_alerts(policy):
            route = alert.route(owner.value.spec.team)
            if route not in seen and not is_monitor(alert, monitored):
                seen.add(route)
                yield ReceiverRequest(service, team, route, alert=alert)


def _unknown(team: str, owners: Sequence[Located[Ownership]]) -> Problem:
    """Return one problem for all services of a team, at the first: import may leave hundreds."""
    return Problem(
        owners[0].at("spec", "team"),
        Message.plural(
            "unknown team {team}, so no one can be notified about {service}",
            "unknown team {team}, so no one can be notified about its {count} services",
            len(owners),
            team=team,
            service=owners[0].value.service,
        ),
        Message("add policies/teams/{team}.yaml", team=team),
    )


def _no_channel(request: ReceiverRequest) -> Problem:
    (name, tier), service = request.route, request.service
    if tier == "alert":
        message = Message(
            "alerts of {service} reach no one: team {team} has no pager that may page, no Slack "
            "channel and no webhook",
            service=service,
            team=name,
        )
        help_text = Message("set onCall.pagerduty, or channels.alert with slack or webhook")
    else:
        message = Message(
            "tickets of {service} reach no one: team {team} has no Slack channel, no webhook and "
            "no issue tracker",
            service=service,
            team=name,
        )
        help_text = Message("set channels.ticket with slack, webhook or issues")

    why = Label(request.alert.tier_at, Message("{service} uses the tier", service=service))
    return Problem(request.team.at("spec", "channels", tier), message, help_text, related=(why,))


def slack_problems(team: Located[Team], means: NotificationSettings) -> Iterator[Problem]:
    """Yield problems of Slack channels of a team if no Slack URL is set."""
    channels = team.value.spec.channels
    if means.slack is None:
        for tier, channel in (("alert", channels.alert), ("ticket", channels.ticket)):
            if channel is not None and channel.slack is not None:
                yield Problem(
                    team.at("spec", "channels", tier, "slack"),
                    Message(
                        "{channel} is a Slack channel, but no Slack URL is set",
                        channel=channel.slack,
                    ),
                    Message("set spec.slack.apiUrl in policies/notification.yaml"),
                )


def log_problems(team: Located[Team]) -> Iterator[Problem]:
    """Yield a problem of a channel for the log tier, which no one should have to read."""
    channels = team.value.spec.channels
    if channels.log is not None and channels.log.slack is not None:
        yield Problem(
            team.at("spec", "channels", "log", "slack"),
            Message(
                "logs would be posted to {channel}, but no one should have to read the log tier",
                channel=channels.log.slack,
            ),
            Message("remove the channel, or move what must be read to the ticket tier"),
        )


def mention_problems(team: Located[Team], means: NotificationSettings) -> Iterator[Problem]:
    """Yield a problem of a mention without a Slack message that could contain it."""
    spec = team.value.spec
    mention = spec.on_call.mention if spec.on_call else None
    in_slack = spec.channels.alert is not None and spec.channels.alert.slack is not None

    if mention is not None and means.tiers["alert"].mention and not in_slack:
        yield Problem(
            team.at("spec", "onCall", "mention"),
            Message(
                "{mention} is a Slack mention, but alerts of this team go to no Slack channel",
                mention=mention,
            ),
            Message("set channels.alert.slack, or remove the mention"),
        )
