"""OpenSLO `SLI`: a ratio of events, or a threshold on a metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, model_validator

from reliability.message import Message
from reliability.model.kind import Model, Name, refuse
from reliability.model.openslo.absent import BLANK_IS_ABSENT, empty_as
from reliability.model.openslo.metadata import OpenSloMetadata


class MetricSource(Model):
    """Where a metric comes from: the name or type of a data source, and a query."""

    metric_source_ref: Annotated[Name | None, BLANK_IS_ABSENT] = None
    type: str | None = None
    spec: Mapping[str, Any] = Field(min_length=1)


class Metric(Model):
    """A metric."""

    metric_source: MetricSource


class RatioMetric(Model):
    """Good or bad events divided by all events, or a raw ratio."""

    counter: Annotated[StrictBool, empty_as(False)] = False
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    raw_type: Annotated[Literal["success", "failure"] | None, BLANK_IS_ABSENT] = None
    raw: Metric | None = None

    @model_validator(mode="after")
    def is_one_form(self) -> RatioMetric:
        """Require either total with exactly one of good and bad, or raw with rawType."""
        counted = self.total is not None and (self.good is None) != (self.bad is None)
        raw = self.raw is not None and self.raw_type is not None
        events = any(part is not None for part in (self.total, self.good, self.bad))
        if (counted and self.raw is None) or (raw and not events):
            return self

        raise refuse(
            Message("a ratio needs total and exactly one of good and bad, or raw and rawType"),
            Message("write good and total"),
        )


class SliSpec(Model):
    """Either a threshold or a ratio."""

    description: str | None = Field(default=None, max_length=1050)
    threshold_metric: Metric | None = None
    ratio_metric: RatioMetric | None = None

    @model_validator(mode="after")
    def is_one_form(self) -> SliSpec:
        """Require exactly one of thresholdMetric and ratioMetric."""
        if (self.threshold_metric is None) == (self.ratio_metric is None):
            raise refuse(Message("an SLI needs exactly one of thresholdMetric and ratioMetric"))
        return self


class Sli(Model):
    """An SLI, to which `indicatorRef` refers."""

    api_version: Literal["openslo/v1"]
    kind: Literal["SLI"]
    metadata: OpenSloMetadata
    spec: SliSpec


class InlineIndicator(Model):
    """An SLI inside an SLO."""

    metadata: OpenSloMetadata
    spec: SliSpec
