"""`Team`: members, who is on call, and one channel for each tier."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from reliability.model import shapes
from reliability.model.kind import FileSecret, Handle, Kind, Model, Text, Url, refuse

SlackChannel = Annotated[str, Field(pattern=shapes.CHANNEL)]
Mention = Annotated[str, Field(pattern=shapes.MENTION)]


def check_zone_name(name: str) -> str:
    """The name looks like an IANA zone: `UTC` or `Area/City`."""
    if name != "UTC" and "/" not in name:
        raise refuse(f"{name!r} is no IANA time zone", "write one such as Asia/Tokyo or UTC")
    return name


class PagerDuty(Model):
    """A PagerDuty service, by the routing key that Alertmanager reads from a file."""

    routing_key: FileSecret


class OnCall(Model):
    """Who is woken: a pager, and the group that an alert mentions in Slack."""

    pagerduty: PagerDuty | None = None
    mention: Mention | None = None

    @model_validator(mode="after")
    def names_somebody(self) -> OnCall:
        """At least one of a pager and a mention."""
        if self.pagerduty is None and self.mention is None:
            raise refuse("onCall names neither a pager nor a mention")
        return self


class Webhook(Model):
    """An HTTP receiver, such as a bridge that opens tickets."""

    url: Url | FileSecret


class Channel(Model):
    """Where a tier is told: a Slack channel, a webhook, a queue of issues."""

    slack: SlackChannel | None = None
    webhook: Webhook | None = None
    issues: Annotated[str, Field(pattern=shapes.REPOSITORY)] | None = None

    @model_validator(mode="after")
    def leads_somewhere(self) -> Channel:
        """At least one way."""
        if self.slack is None and self.webhook is None and self.issues is None:
            raise refuse("a channel names none of slack, webhook and issues")
        return self


class Channels(Model):
    """One channel for each tier; log needs none."""

    alert: Channel | None = None
    ticket: Channel | None = None
    log: Channel | None = None


class TeamSpec(Model):
    """A team and how it is reached."""

    display_name: Text | None = None
    members: tuple[Handle, ...] = Field(min_length=1)
    code_host: Handle | None = None
    time_zone: Annotated[Text, AfterValidator(check_zone_name)] = "UTC"
    on_call: OnCall | None = None
    channels: Channels = Field(default_factory=Channels)


class Team(Kind):
    """Those who answer."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Team"]
    spec: TeamSpec
