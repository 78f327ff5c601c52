"""`NotificationPolicy`: what each tier may do to people, and what it asks for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reliability.alert_labels import AlertLabelSet
from reliability.model.kind import Amount, Duration, FileSecret, Kind, Model, Name, Url
from reliability.model.team import Webhook
from reliability.render.words import Language

Requirement = Literal["slo", "runbook", "on-call"]


class NotificationGrouping(Model):
    """How notifications of a tier are joined and repeated."""

    wait: Duration
    interval: Duration
    repeat: Duration


class TierPolicy(Model):
    """What one tier may do and what it requires."""

    mention: bool = False
    page: bool = False
    ticket: bool = False
    requires: tuple[Requirement, ...] = ()
    grouping: NotificationGrouping | None = None


class TierPolicies(Model):
    """The three tiers."""

    alert: TierPolicy
    ticket: TierPolicy
    log: TierPolicy


class PageBudget(Model):
    """How many pages a person can take."""

    per_week: Annotated[Amount, Field(gt=0)] = 2
    per_shift: Annotated[Amount, Field(gt=0)] = 2


class Slack(Model):
    """The Slack workspace, by the webhook address that Alertmanager reads from a file."""

    api_url: FileSecret


class Heartbeat(Model):
    """Who notices when the monitoring itself falls silent: a dead man's switch."""

    webhook: Webhook
    repeat: Duration = Field(default="1m", validate_default=True)


class Tickets(Model):
    """When `reliability tickets` closes an issue, and how many are open in one queue at most."""

    close_after: Duration = Field(default="24h", validate_default=True)
    max_open: Annotated[int, Field(ge=1, le=500, strict=True)] = 20


class NotificationPolicySpec(Model):
    """The rules of the game for the whole repository; `owner` is the team that answers for them.

    `alert_labels` names the labels that every alert carries: `service`, `team`, `tier`, `kind`,
    `slo` and `objective`, or the same with `reliability_` before them.
    """

    tiers: TierPolicies
    alert_labels: AlertLabelSet = "plain"
    owner: Name | None = None
    page_budget: PageBudget = Field(default_factory=PageBudget)
    approvals: Literal["team", "solo"] = "team"
    language: Language = "en"
    tickets: Tickets = Field(default_factory=Tickets)
    slack: Slack | None = None
    heartbeat: Heartbeat | None = None
    runbook_base: Url | None = None


class NotificationPolicy(Kind):
    """What may wake a human, what becomes a ticket, what is only a log."""

    api_version: Literal["reliability/v1"]
    kind: Literal["NotificationPolicy"]
    spec: NotificationPolicySpec
