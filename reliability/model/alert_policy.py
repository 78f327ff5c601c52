"""`AlertPolicy`: what makes a noise for a service, and how loudly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from reliability.model import shapes
from reliability.model.kind import MOST, Duration, Kind, LabelName, Model, Name, Runbook, Text, Tier


class Tiers(Model):
    """The tier of an objective's fast and slow burn."""

    fast: Tier = "alert"
    slow: Tier = "ticket"


class NoData(Model):
    """What happens when the SLI has no data at all."""

    tier: Annotated[Tier, Field()] = "ticket"
    after: Duration = Field(default="15m", validate_default=True)


class ObjectiveAlerts(Model):
    """Burn-rate alerts of one SLO (or of one of its objectives), derived, never hand-written.

    `minimum_failures` is a floor on failed events in the long window, one of the four ways out
    of low traffic.
    """

    slo: Name
    objective: Text | None = None
    windows: Name | None = None
    tiers: Tiers = Field(default_factory=Tiers)
    runbook: Runbook | None = None
    minimum_failures: Annotated[int, Field(ge=2, le=MOST, strict=True)] | None = None
    no_data: NoData = Field(default_factory=NoData)


class Signal(Model):
    """Anything else that makes a noise; a missing tier is the rule's business, not the schema's.

    `alert_name` is the label `alertname` that Prometheus gives the alert, by default `name`. Rules
    of several thresholds share one, and routes and silences may match it.
    """

    name: Annotated[str, Field(pattern=shapes.SIGNAL)]
    alert_name: Text | None = None
    kind: Literal["symptom", "cause", "heartbeat", "saturation"]
    tier: Tier | None = None
    expr: Text
    for_: Annotated[Duration, Field(alias="for")] = Field(default="0s", validate_default=True)
    keep_firing_for: Duration | None = None
    slo: Name | None = None
    labels: Mapping[LabelName, Text] = Field(default_factory=dict)
    summary: Text | None = None
    description: Text | None = None
    runbook: Runbook | None = None

    @property
    def alertname(self) -> str:
        """The label `alertname` of the alert."""
        return self.alert_name or self.name


class AlertPolicySpec(Model):
    """One service's burn-rate alerts and other signals."""

    service: Name
    objectives: tuple[ObjectiveAlerts, ...] = ()
    signals: tuple[Signal, ...] = ()


class AlertPolicy(Kind):
    """What may wake somebody for a service, what becomes a ticket, what is only a log."""

    api_version: Literal["reliability/v1"]
    kind: Literal["AlertPolicy"]
    spec: AlertPolicySpec
