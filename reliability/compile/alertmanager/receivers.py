"""Receivers: one per team and tier, and those that all teams share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.compile.alertmanager.pagerduty import page
from reliability.compile.alertmanager.policy import NotificationSettings, path_of, webhook
from reliability.compile.alertmanager.slack import (
    UNROUTED_TITLE,
    alert_title,
    mention_of,
    message,
    ticket_title,
)
from reliability.load.document import Located
from reliability.model.team import Channel, Team, TeamSpec
from reliability.resource import Json

RECEIVER_PREFIX: Final = "reliability/"
NOBODY: Final = f"{RECEIVER_PREFIX}nobody"
HEARTBEAT: Final = f"{RECEIVER_PREFIX}heartbeat"
UNROUTED: Final = f"{RECEIVER_PREFIX}unrouted"

Configs = dict[str, list[Json]]


@dataclass(frozen=True, slots=True)
class TeamReceiver:
    """Integrations of one team in one tier, by their key in a receiver (`slack_configs`).

    Without integrations no one is notified: `reliability tickets` queries Alertmanager itself and
    opens issues.
    """

    team: str
    tier: str
    configs: Mapping[str, list[Json]]

    @property
    def name(self) -> str:
        """Receiver name: `reliability/<team>/<tier>`."""
        return f"{RECEIVER_PREFIX}{self.team}/{self.tier}"

    @property
    def receiver(self) -> dict[str, Json]:
        """Receiver in the format of the configuration."""
        return {"name": self.name, **self.configs}


def reaches(team: Located[Team], means: NotificationSettings) -> Iterator[TeamReceiver]:
    """Yield the receivers of a team; a tier without a channel is left out."""
    spec, name = team.value.spec, team.value.metadata.name
    alert = _alert(spec, means)
    if alert:
        yield TeamReceiver(name, "alert", alert)
    if spec.channels.ticket is not None:
        title = ticket_title(means.label_names)
        yield TeamReceiver(
            name, "ticket", _channel_configs(spec.channels.ticket, means, title, color="warning")
        )

    if spec.channels.log is not None and spec.channels.log.webhook is not None:
        collected = webhook(spec.channels.log.webhook, send_resolved=True)
        yield TeamReceiver(name, "log", {"webhook_configs": [collected]})


def _alert(spec: TeamSpec, means: NotificationSettings) -> Configs:
    may, configs = means.tiers["alert"], Configs()
    pager = spec.on_call.pagerduty if spec.on_call else None
    if pager is not None and may.page:
        configs["pagerduty_configs"] = [page(path_of(pager.routing_key), means.label_names)]
    if spec.channels.alert is not None:
        mention = spec.on_call.mention if spec.on_call and may.mention else None
        title = alert_title(means.label_names)
        configs |= _channel_configs(
            spec.channels.alert, means, title, color="danger", mention=mention
        )

    if may.ticket and spec.channels.ticket and spec.channels.ticket.webhook:
        opened = webhook(spec.channels.ticket.webhook, send_resolved=True)
        configs["webhook_configs"] = [*configs.get("webhook_configs", []), opened]

    return configs


def _channel_configs(
    channel: Channel,
    means: NotificationSettings,
    title: str,
    color: str,
    mention: str | None = None,
) -> Configs:
    channel_configs = Configs()
    if channel.slack is not None and means.slack is not None:
        config = message(channel.slack, title, color, address=means.slack)
        channel_configs["slack_configs"] = [{**config, **(mention_of(mention) if mention else {})}]

    if channel.webhook is not None:
        channel_configs["webhook_configs"] = [webhook(channel.webhook, send_resolved=True)]
    return channel_configs


def unrouted(teams: Sequence[Located[Team]], means: NotificationSettings) -> dict[str, Json]:
    """Return the receiver of alerts that no route matches: the ticket channels of all teams.

    For a team whose tickets are only issues, it uses the Slack channel of the team's alerts. The
    receiver mentions no one and calls no pager and no alert webhook, because no one is known to be
    on call.
    """
    slack: dict[str, Json] = {}
    webhooks: dict[str, Json] = {}
    for team in teams:
        tickets, alerts = team.value.spec.channels.ticket, team.value.spec.channels.alert
        hook = tickets.webhook if tickets else None
        channel = (tickets and tickets.slack) or (not hook and alerts and alerts.slack)
        if channel and means.slack is not None:
            slack[channel] = message(channel, UNROUTED_TITLE, "warning", address=means.slack)
        if hook is not None:
            # By URL and by channel: teams that share one get a message once.
            webhooks[hook.url] = webhook(hook, send_resolved=True)

    receiver: dict[str, Json] = {"name": UNROUTED}
    for key, entries in (("slack_configs", slack), ("webhook_configs", webhooks)):
        if entries:
            receiver[key] = [*entries.values()]

    return receiver


def heartbeat(means: NotificationSettings) -> Iterator[dict[str, Json]]:
    """Yield the receiver of heartbeats, if a dead man's switch is declared.

    It does not send resolved heartbeats: the switch must trigger on silence, not on a message.
    """
    if means.heartbeat is not None:
        switch = webhook(means.heartbeat.webhook, send_resolved=False)
        yield {"name": HEARTBEAT, "webhook_configs": [switch]}
