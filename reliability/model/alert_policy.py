"""`AlertPolicy`: the burn-rate alerts and signals of a service, with their tiers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from reliability.model import shapes
from reliability.model.kind import (
    MAX_COUNT,
    Duration,
    Kind,
    LabelName,
    Model,
    Name,
    Runbook,
    Text,
    Tier,
)


class Tiers(Model):
    """The tiers of the fast and the slow burn alert."""

    fast: Tier = "alert"
    slow: Tier = "ticket"


class NoData(Model):
    """The alert on missing data of the SLI."""

    tier: Annotated[Tier, Field()] = "ticket"
    after: Duration = Field(default="15m", validate_default=True)


class TierOverrides(Model):
    """The tiers of the fast and the slow burn alert in one environment."""

    fast: Tier | None = None
    slow: Tier | None = None


class NoDataOverride(Model):
    """The tier of the alert on missing data in one environment."""

    tier: Tier


class AlertOverrides(Model):
    """What differs in one environment: the window set and the tiers."""

    windows: Name | None = None
    tiers: TierOverrides = Field(default_factory=TierOverrides)
    no_data: NoDataOverride | None = None


class SignalOverride(Model):
    """The tier of a signal in one environment."""

    tier: Tier


class ObjectiveAlerts(Model):
    """The burn-rate alerts of an SLO, or of one of its objectives; their rules are generated."""

    slo: Name
    objective: Text | None = None
    windows: Name | None = None
    tiers: Tiers = Field(default_factory=Tiers)
    runbook: Runbook | None = None
    minimum_failures: Annotated[int, Field(ge=2, le=MAX_COUNT, strict=True)] | None = None
    no_data: NoData = Field(default_factory=NoData)
    environments: Mapping[Name, AlertOverrides] = Field(default_factory=dict)


class Signal(Model):
    """An alerting rule that is not a burn rate."""

    # Without a tier the document is still valid: the rule `signal-tier-missing` reports it. Several
    # thresholds of one symptom share an `alert_name`, so that routes and silences match them all.

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
    environments: Mapping[Name, SignalOverride] = Field(default_factory=dict)

    @property
    def alertname(self) -> str:
        """The label `alertname` of the alert: `alertName`, or the name of the signal."""
        return self.alert_name or self.name


class AlertPolicySpec(Model):
    """The service, its burn-rate alerts and its signals."""

    service: Name
    objectives: tuple[ObjectiveAlerts, ...] = ()
    signals: tuple[Signal, ...] = ()


class AlertPolicy(Kind):
    """The alerts of a service, each with a tier: alert (page), ticket or log."""

    api_version: Literal["reliability/v1"]
    kind: Literal["AlertPolicy"]
    spec: AlertPolicySpec
