"""`Team`: members, on-call and a channel for each tier."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from reliability.message import Message
from reliability.model import shapes
from reliability.model.kind import FileSecret, Handle, Kind, Model, Text, Url, refuse

SlackChannel = Annotated[str, Field(pattern=shapes.CHANNEL)]
Mention = Annotated[str, Field(pattern=shapes.MENTION)]
PagerDutyId = Annotated[str, Field(pattern=shapes.PAGERDUTY_ID)]
DatadogHandle = Annotated[str, Field(pattern=shapes.DATADOG_HANDLE)]


def check_zone_name(name: str) -> str:
    """Require the form of an IANA time zone: `UTC` or `Area/City`."""
    if name != "UTC" and "/" not in name:
        raise refuse(
            Message("not an IANA time zone: {value}", value=repr(name)),
            Message("write a time zone such as Asia/Tokyo or UTC"),
        )
    return name


class PagerDuty(Model):
    """A PagerDuty service. Alertmanager reads its routing key from a file."""

    routing_key: FileSecret
    escalation_policy: PagerDutyId | None = None


class OnCall(Model):
    """The on-call engineer: a pager, a group that alerts mention in Slack, or both."""

    pagerduty: PagerDuty | None = None
    mention: Mention | None = None

    @model_validator(mode="after")
    def names_somebody(self) -> OnCall:
        """Require at least one of pagerduty and mention."""
        if self.pagerduty is None and self.mention is None:
            raise refuse(Message("onCall needs pagerduty, mention or both"))
        return self


class Webhook(Model):
    """A URL that Alertmanager posts notifications to, such as a bridge that opens tickets."""

    url: Url | FileSecret


class Channel(Model):
    """Where notifications of a tier go: a Slack channel, a webhook or issues of a repository."""

    slack: SlackChannel | None = None
    webhook: Webhook | None = None
    issues: Annotated[str, Field(pattern=shapes.REPOSITORY)] | None = None

    @model_validator(mode="after")
    def leads_somewhere(self) -> Channel:
        """Require at least one of slack, webhook and issues."""
        if self.slack is None and self.webhook is None and self.issues is None:
            raise refuse(Message("a channel needs at least one of slack, webhook and issues"))
        return self


class Channels(Model):
    """A channel for each tier; log needs none."""

    alert: Channel | None = None
    ticket: Channel | None = None
    log: Channel | None = None


class DatadogHandles(Model):
    """The handles that Datadog monitors of each tier notify."""

    alert: tuple[DatadogHandle, ...] = ()
    ticket: tuple[DatadogHandle, ...] = ()
    log: tuple[DatadogHandle, ...] = ()


class TeamSpec(Model):
    """The members of the team, and how they are notified."""

    display_name: Text | None = None
    members: tuple[Handle, ...] = Field(min_length=1)
    code_host: Handle | None = None
    time_zone: Annotated[Text, AfterValidator(check_zone_name)] = "UTC"
    on_call: OnCall | None = None
    channels: Channels = Field(default_factory=Channels)
    datadog: DatadogHandles = Field(default_factory=DatadogHandles)


class Team(Kind):
    """A team that owns services: its members, on-call and channels."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Team"]
    spec: TeamSpec
