"""`NotificationPolicy`: how each tier notifies, and what an alert needs to be in it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reliability.alert_labels import AlertLabelSet
from reliability.model.kind import Amount, Duration, FileSecret, Kind, Model, Name, Url
from reliability.model.team import Webhook
from reliability.render.words import Language

Requirement = Literal["slo", "runbook", "on-call"]


class NotificationGrouping(Model):
    """How Alertmanager groups and repeats the notifications of a tier."""

    wait: Duration
    interval: Duration
    repeat: Duration


class TierPolicy(Model):
    """How a tier notifies, and what its alerts need."""

    mention: bool = False
    page: bool = False
    ticket: bool = False
    requires: tuple[Requirement, ...] = ()
    grouping: NotificationGrouping | None = None


class TierPolicies(Model):
    """The three alert tiers."""

    alert: TierPolicy
    ticket: TierPolicy
    log: TierPolicy


class PageBudget(Model):
    """The number of pages above which on-call is unsustainable (SRE book, chapter 11)."""

    per_week: Annotated[Amount, Field(gt=0)] = 2
    per_shift: Annotated[Amount, Field(gt=0)] = 2


class Slack(Model):
    """The Slack workspace. Alertmanager reads the URL of its webhook from a file."""

    api_url: FileSecret


class Heartbeat(Model):
    """A dead man's switch: an alert that always fires, so that its absence is noticed."""

    webhook: Webhook
    repeat: Duration = Field(default="1m", validate_default=True)


class Tickets(Model):
    """When `reliability tickets` closes an issue, and how many may be open."""

    close_after: Duration = Field(default="24h", validate_default=True)
    max_open: Annotated[int, Field(ge=1, le=500, strict=True)] = 20


class NotificationPolicySpec(Model):
    """How alerts of the whole repository notify people."""

    tiers: TierPolicies
    alert_labels: AlertLabelSet = "plain"
    keep_sloth_labels: bool = False
    owner: Name | None = None
    page_budget: PageBudget = Field(default_factory=PageBudget)
    approvals: Literal["team", "solo"] = "team"
    language: Language = "en"
    tickets: Tickets = Field(default_factory=Tickets)
    slack: Slack | None = None
    heartbeat: Heartbeat | None = None
    runbook_base: Url | None = None
    pages_base: Url | None = None
    on_call_names: bool = False


class NotificationPolicy(Kind):
    """How each tier notifies: alert pages, ticket waits for working hours, log is only recorded."""

    api_version: Literal["reliability/v1"]
    kind: Literal["NotificationPolicy"]
    spec: NotificationPolicySpec
