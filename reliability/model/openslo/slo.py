"""OpenSLO `SLO`: an indicator, a window and objectives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, model_validator

from reliability.message import Message
from reliability.model.kind import Model, Name, Number, Text, Zone, refuse
from reliability.model.openslo.absent import BLANK_IS_ABSENT, empty_as
from reliability.model.openslo.alerting import AlertPolicyEntry
from reliability.model.openslo.metadata import (
    ANNOTATION_PREFIX,
    OVERRIDE,
    OpenSloMetadata,
    Review,
)
from reliability.model.openslo.sli import InlineIndicator
from reliability.model.openslo.window import StartTime, Window

NO_WORD = re.compile(r"[^a-z0-9]+")
RATIO_TEXT: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
MEANT_AS_PERCENT = 50
"""Target from which a number is assumed to be a percentage."""


def below_one(target: Decimal) -> Decimal:
    """Require OpenSLO's bounds, 0 to less than 1, so that there is an error budget."""
    if target == 1:
        raise refuse(
            _no_budget(str(target)), Message("lower the target: 0.999"), rule="slo-objective-100"
        )

    if target > 1:
        help_text = Message("write a ratio such as 0.999")
        if MEANT_AS_PERCENT <= target < 100:
            help_text = Message(
                "write {ratio}, or targetPercent: {percent}",
                ratio=f"{target.scaleb(-2).normalize():f}",
                percent=target,
            )
        raise refuse(
            Message("{target} is not a ratio from 0 to less than 1", target=target), help_text
        )

    return target


def below_a_hundred(target: Decimal) -> Decimal:
    """Require a percentage from 0 to less than 100, so that there is an error budget."""
    if target == 100:
        raise refuse(
            _no_budget(f"{target}%"), Message("lower the target: 99.9"), rule="slo-objective-100"
        )
    if target > 100:
        raise refuse(
            Message("{target} is not a percentage from 0 to less than 100", target=target),
            Message("write 99.9"),
        )

    return target


def _no_budget(target: str) -> Message:
    return Message(
        "target {target} leaves no error budget: the first failure violates the SLO", target=target
    )


class Calendar(Model):
    """The start and the time zone of a calendar window."""

    start_time: StartTime
    time_zone: Zone


class TimeWindow(Model):
    """The SLO period: a rolling window, or a calendar window."""

    duration: Window
    is_rolling: Annotated[StrictBool, empty_as(False)] = False
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def is_one_form(self) -> TimeWindow:
        """Require a rolling window or a calendar, and not both."""
        if self.is_rolling == (self.calendar is not None):
            raise refuse(
                Message("a time window needs either isRolling: true or a calendar"),
                Message("write isRolling: true, or a calendar with startTime and timeZone"),
            )
        return self


class SloObjective(Model):
    """A target for the SLI."""

    display_name: str | None = None
    op: Annotated[Literal["lte", "gte", "lt", "gt"] | None, BLANK_IS_ABSENT] = None
    value: Number | None = None
    target: Annotated[Number, AfterValidator(below_one), Field(ge=0)] | None = None
    target_percent: Annotated[Number, AfterValidator(below_a_hundred), Field(ge=0)] | None = None
    time_slice_target: Annotated[Number, Field(gt=0, le=1)] | None = None
    time_slice_window: Window | None = None
    indicator: InlineIndicator | None = None
    indicator_ref: Name | None = None
    composite_weight: Annotated[Number, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def has_one_target(self) -> SloObjective:
        """Require exactly one of target and targetPercent, and at most one SLI."""
        if (self.target is None) == (self.target_percent is None):
            raise refuse(
                Message("an objective needs exactly one of target and targetPercent"),
                Message("write target: 0.99"),
            )
        if self.indicator and self.indicator_ref:
            raise refuse(Message("an objective may not have both indicator and indicatorRef"))
        return self

    @property
    def ratio(self) -> Decimal:
        """Target as a ratio from 0 to 1, exactly as written."""
        return self.target if self.target is not None else (self.target_percent or Decimal(0)) / 100

    @cached_property
    def slug(self) -> str:
        """Display name in lower-case letters, digits and dashes; empty if there is none.

        Records, alerts and alert policies name the objective by it.
        """
        return NO_WORD.sub("-", (self.display_name or "").lower()).strip("-")


class SloSpec(Model):
    """The SLI, the SLO period and the objectives of an SLO."""

    description: str | None = Field(default=None, max_length=1050)
    service: Text
    indicator: InlineIndicator | None = None
    indicator_ref: Name | None = None
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    time_window: tuple[TimeWindow, ...] = Field(min_length=1, max_length=1)
    objectives: Annotated[tuple[SloObjective, ...], empty_as(())] = ()
    alert_policies: Annotated[tuple[AlertPolicyEntry, ...], empty_as(())] = ()

    @model_validator(mode="after")
    def fits_together(self) -> SloSpec:
        """Require one SLI, and objectives that fit it and the budgeting method."""
        composite = any(
            slo_objective.indicator or slo_objective.indicator_ref
            for slo_objective in self.objectives
        )
        if composite and (self.indicator or self.indicator_ref):
            raise refuse(
                Message("both the SLO and its objectives have an indicator"),
                Message("keep it on the SLO, or on each objective of a composite SLO"),
            )

        if not composite and (self.indicator is None) == (self.indicator_ref is None):
            raise refuse(
                Message("an SLO needs exactly one of indicator and indicatorRef"),
                Message("write indicatorRef with the name of an SLI, or an indicator"),
            )

        for index, objective in enumerate(self.objectives):
            _check_objective(self, index, objective)
        return self


def _check_objective(spec: SloSpec, index: int, objective: SloObjective) -> None:
    at, method = ("objectives", index), spec.budgeting_method
    if method != "Occurrences" and objective.time_slice_window is None:
        reason = Message("budgetingMethod {method} requires timeSliceWindow", method=method)
        raise refuse(reason, Message("write timeSliceWindow: 5m"), inside=at)

    if method == "Timeslices" and objective.time_slice_target is None:
        reason = Message("budgetingMethod Timeslices requires timeSliceTarget")
        raise refuse(reason, Message("write timeSliceTarget: 0.95"), inside=at)

    inline = spec.indicator.spec if spec.indicator else None
    compared = (objective.op is not None, objective.value is not None)
    if inline and inline.ratio_metric and any(compared):
        reason = Message("op and value are for thresholds, and this SLI is a ratio")
        raise refuse(reason, Message("remove op and value"), inside=at)

    if inline and inline.threshold_metric and not all(compared):
        reason = Message("an SLI with thresholdMetric requires op and value")
        help_text = Message("write both, such as op: lte and value: 0.5")
        raise refuse(reason, help_text, inside=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SloOverride:
    """Annotation that replaces a value of the SLO, or of one objective, in one environment."""

    annotation: str
    key: str
    environment: str
    objective: str | None
    text: str


def read_ratio(text: object) -> Decimal:
    """Read a ratio from the text of an annotation, exactly as written."""
    if not isinstance(text, str) or not RATIO_TEXT.fullmatch(text):
        raise refuse(
            Message("not a valid ratio: {value}", value=repr(text)),
            Message('write a ratio such as "0.999"'),
        )
    return Decimal(text)


class TargetOverride(Model):
    """The target of an objective in one environment."""

    value: Annotated[Decimal, BeforeValidator(read_ratio), AfterValidator(below_one), Field(ge=0)]


class PeriodOverride(Model):
    """The SLO period in one environment."""

    value: Window


OVERRIDES: Final[Mapping[str, type[TargetOverride | PeriodOverride]]] = {
    "target": TargetOverride,
    "period": PeriodOverride,
}
"""What may differ between environments, by the key of its annotation."""


class Slo(Model):
    """An SLO: an SLI, a period and objectives."""

    api_version: Literal["openslo/v1"]
    kind: Literal["SLO"]
    metadata: OpenSloMetadata
    spec: SloSpec

    @cached_property
    def review(self) -> Review:
        """Review data from the annotations.

        The loader has validated them. A null annotation counts as missing.
        """
        ours = {
            key: value
            for key, value in self.metadata.annotations.items()
            if key.startswith(ANNOTATION_PREFIX) and value and not OVERRIDE.fullmatch(key)
        }
        return Review.model_validate(ours)

    @cached_property
    def overrides(self) -> tuple[SloOverride, ...]:
        """What differs in some environments, in the order of the annotations."""
        matches = ((key, OVERRIDE.fullmatch(key)) for key in self.metadata.annotations)
        return tuple(
            SloOverride(
                annotation=key,
                key=match["key"],
                environment=match["environment"],
                objective=match["objective"],
                text=self.metadata.annotations[key],
            )
            for key, match in matches
            if match is not None
        )

    @cached_property
    def is_composite(self) -> bool:
        """Whether the objectives have their own SLIs."""
        return any(
            objective.indicator or objective.indicator_ref for objective in self.spec.objectives
        )

    @property
    def period(self) -> timedelta:
        """Length of the SLO period."""
        return self.spec.time_window[0].duration

    def objective_name(self, index: int) -> str:
        """Return the name of an objective in records and alerts; empty for an unnamed first one."""
        return self.spec.objectives[index].slug or (str(index) if index else "")
