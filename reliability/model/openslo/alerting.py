"""OpenSLO `AlertPolicy`, `AlertCondition` and `AlertNotificationTarget`.

Policies of an SLO with a compilable condition become burn-rate alerts (`resolve.openslo_alerts`);
notification targets are only validated.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator

from reliability.message import Message
from reliability.model.kind import Model, Name, Number, refuse
from reliability.model.openslo.absent import BLANK_IS_ABSENT, empty_as
from reliability.model.openslo.metadata import OpenSloMetadata
from reliability.model.openslo.window import Window

Description = Annotated[str, StringConstraints(max_length=1050)]
Written = Annotated[str, StringConstraints(min_length=1)]


class BurnCondition(Model):
    """A threshold on the burn rate of one window."""

    kind: Literal["burnrate"]
    op: Literal["lte", "gte", "lt", "gt"]
    threshold: Number
    lookback_window: Window
    alert_after: Annotated[Window | None, BLANK_IS_ABSENT] = None


class AlertConditionSpec(Model):
    """The severity and the condition of an alert."""

    description: Description | None = None
    severity: Written
    condition: BurnCondition


class AlertCondition(Model):
    """An alert condition, to which `conditionRef` refers."""

    api_version: Literal["openslo/v1"]
    kind: Literal["AlertCondition"]
    metadata: OpenSloMetadata
    spec: AlertConditionSpec


class AlertNotificationTargetSpec(Model):
    """Where notifications go, in free text."""

    description: Description | None = None
    target: Written


class AlertNotificationTarget(Model):
    """A receiver of notifications, to which `targetRef` refers."""

    api_version: Literal["openslo/v1"]
    kind: Literal["AlertNotificationTarget"]
    metadata: OpenSloMetadata
    spec: AlertNotificationTargetSpec


class OneForm(Model):
    """A reference by name, or an inline object with kind, metadata and spec."""

    reference: Name | None = None
    kind: str | None = None
    metadata: OpenSloMetadata | None = None
    spec: Any = None

    @model_validator(mode="after")
    def is_one_form(self) -> Self:
        """Require either the reference alone, or all of kind, metadata and spec."""
        inline = [part for part in (self.kind, self.metadata, self.spec) if part is not None]
        if len(inline) == (3 if self.reference is None else 0):
            return self

        alias = type(self).model_fields["reference"].alias
        raise refuse(Message("expected either {key}, or kind, metadata and spec", key=alias))


class ConditionEntry(OneForm):
    """The condition of an alert policy, by name or inline."""

    reference: Annotated[Name | None, Field(alias="conditionRef")] = None
    kind: Literal["AlertCondition"] | None = None
    spec: AlertConditionSpec | None = None


class TargetEntry(OneForm):
    """A receiver of an alert policy, by name or inline."""

    reference: Annotated[Name | None, Field(alias="targetRef")] = None
    kind: Literal["AlertNotificationTarget"] | None = None
    spec: AlertNotificationTargetSpec | None = None


class OpenSloAlertPolicySpec(Model):
    """When the alert policy notifies, its one condition, and its receivers."""

    description: Description | None = None
    alert_when_no_data: Annotated[StrictBool, empty_as(False)] = False
    alert_when_resolved: Annotated[StrictBool, empty_as(False)] = False
    alert_when_breaching: Annotated[StrictBool, empty_as(False)] = False
    conditions: tuple[ConditionEntry, ...] = Field(min_length=1, max_length=1)
    notification_targets: tuple[TargetEntry, ...] = Field(min_length=1)


class OpenSloAlertPolicy(Model):
    """An OpenSLO alert policy, which has a single window."""

    api_version: Literal["openslo/v1"]
    kind: Literal["AlertPolicy"]
    metadata: OpenSloMetadata
    spec: OpenSloAlertPolicySpec


class AlertPolicyEntry(OneForm):
    """An alert policy of the SLO, by name or inline."""

    reference: Annotated[Name | None, Field(alias="alertPolicyRef")] = None
    kind: Literal["AlertPolicy"] | None = None
    spec: OpenSloAlertPolicySpec | None = None
