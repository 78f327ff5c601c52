"""OpenSLO `SLO`: an indicator, a window and objectives."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, model_validator

from reliability.model.kind import Model, Name, Number, Text, refuse
from reliability.model.openslo.absent import BLANK_IS_ABSENT, empty_as
from reliability.model.openslo.alerting import AlertPolicyEntry
from reliability.model.openslo.metadata import ANNOTATION_PREFIX, OpenSloMetadata, Review
from reliability.model.openslo.sli import InlineIndicator
from reliability.model.openslo.window import StartTime, TimeZone, Window

NO_WORD = re.compile(r"[^a-z0-9]+")
MEANT_AS_PERCENT = 50
NO_BUDGET = "{} leaves no error budget, and the first failure breaks the promise"


def below_one(target: Decimal) -> Decimal:
    """A ratio that leaves an error budget; OpenSLO's bounds are 0, included, to 1, excluded."""
    if target == 1:
        raise refuse(NO_BUDGET.format(target), "promise less: 0.999", rule="slo-objective-100")
    if target > 1:
        ratio = f"write {target.scaleb(-2).normalize():f}, or targetPercent: {target}"
        way_out = ratio if MEANT_AS_PERCENT <= target < 100 else "write a ratio such as 0.999"
        raise refuse(f"{target} is no ratio from 0 to less than 1", way_out)
    return target


def below_a_hundred(target: Decimal) -> Decimal:
    """A percentage that leaves an error budget: 0, included, to 100, excluded."""
    if target == 100:
        raise refuse(
            NO_BUDGET.format(f"{target} %"), "promise less: 99.9", rule="slo-objective-100"
        )
    if target > 100:
        raise refuse(f"{target} is no percentage from 0 to less than 100", "write 99.9")
    return target


class Calendar(Model):
    """When a calendar window starts, in its own time zone."""

    start_time: StartTime
    time_zone: TimeZone


class TimeWindow(Model):
    """A rolling window, or a calendar one."""

    duration: Window
    is_rolling: Annotated[StrictBool, empty_as(False)] = False
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def is_one_form(self) -> TimeWindow:
        """Rolling, or with a calendar, and not both."""
        if self.is_rolling == (self.calendar is not None):
            raise refuse(
                "a time window is either rolling or has a calendar",
                "write isRolling: true, or a calendar with startTime and timeZone",
            )
        return self


class SloObjective(Model):
    """One target on the indicator."""

    display_name: str | None = Field(default=None, strict=True)
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
        """Exactly one of target and targetPercent."""
        if (self.target is None) == (self.target_percent is None):
            raise refuse(
                "an objective needs exactly one of target and targetPercent", "write target: 0.99"
            )
        if self.indicator and self.indicator_ref:
            raise refuse("an objective has both indicator and indicatorRef")
        return self

    @property
    def ratio(self) -> Decimal:
        """The target as a ratio 0..1, exactly as written."""
        return self.target if self.target is not None else (self.target_percent or Decimal(0)) / 100

    @cached_property
    def slug(self) -> str:
        """The display name as a safe word for labels and names; empty where there is none."""
        return NO_WORD.sub("-", (self.display_name or "").lower()).strip("-")


class SloSpec(Model):
    """What is promised, over which window, counted how."""

    description: str | None = Field(default=None, max_length=1050, strict=True)
    service: Text
    indicator: InlineIndicator | None = None
    indicator_ref: Name | None = None
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    time_window: tuple[TimeWindow, ...] = Field(min_length=1, max_length=1)
    objectives: Annotated[tuple[SloObjective, ...], empty_as(())] = ()
    alert_policies: Annotated[tuple[AlertPolicyEntry, ...], empty_as(())] = ()

    @model_validator(mode="after")
    def fits_together(self) -> SloSpec:
        """One indicator, and objectives that fit it and the budgeting method."""
        composite = any(
            slo_objective.indicator or slo_objective.indicator_ref
            for slo_objective in self.objectives
        )
        if composite and (self.indicator or self.indicator_ref):
            raise refuse(
                "the indicator stands both on the SLO and on its objectives",
                "leave it on the SLO, or on each objective of a composite",
            )

        if not composite and (self.indicator is None) == (self.indicator_ref is None):
            raise refuse(
                "an SLO needs exactly one of indicator and indicatorRef",
                "write indicatorRef with the name of an SLI, or an indicator",
            )

        for index, objective in enumerate(self.objectives):
            _check_objective(self, index, objective)
        return self


def _check_objective(spec: SloSpec, index: int, objective: SloObjective) -> None:
    at, method = ("objectives", index), spec.budgeting_method
    if method != "Occurrences" and objective.time_slice_window is None:
        reason = f"timeSliceWindow is missing, as budgetingMethod is {method}"
        raise refuse(reason, "write timeSliceWindow: 5m", inside=at)

    if method == "Timeslices" and objective.time_slice_target is None:
        reason = "timeSliceTarget is missing, as budgetingMethod is Timeslices"
        raise refuse(reason, "write timeSliceTarget: 0.95", inside=at)

    inline = spec.indicator.spec if spec.indicator else None
    compared = (objective.op is not None, objective.value is not None)
    if inline and inline.ratio_metric and any(compared):
        reason = "op and value compare a threshold, and this SLI is a ratio"
        raise refuse(reason, "remove op and value", inside=at)

    if inline and inline.threshold_metric and not all(compared):
        reason = "op or value is missing, as this SLI is a threshold"
        raise refuse(reason, "write both, such as op: lte and value: 0.5", inside=at)


class Slo(Model):
    """A promise: an indicator, its window and its objectives."""

    api_version: Literal["openslo/v1"]
    kind: Literal["SLO"]
    metadata: OpenSloMetadata
    spec: SloSpec

    @cached_property
    def review(self) -> Review:
        """The review data of its annotations; the loader has checked it, and null says nothing."""
        ours = {
            key: value
            for key, value in self.metadata.annotations.items()
            if key.startswith(ANNOTATION_PREFIX) and value
        }
        return Review.model_validate(ours)

    @cached_property
    def is_composite(self) -> bool:
        """Whether its objectives have SLIs of their own."""
        return any(
            objective.indicator or objective.indicator_ref for objective in self.spec.objectives
        )

    @property
    def period(self) -> timedelta:
        """The length of its window."""
        return self.spec.time_window[0].duration

    def objective_name(self, index: int) -> str:
        """The name of one objective in records, alerts and alert policies."""
        return self.spec.objectives[index].slug or (str(index) if index else "")
