"""`BurnRateWindows` and `SloPolicy`: window pairs of alerts, and the limits of SLOs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reliability.burnrate import WindowPair
from reliability.message import Message
from reliability.model.kind import MAX_COUNT, Duration, Kind, Model, Name, Number, Share, refuse


class BurnWindow(Model):
    """A long and a short window, and the share of the error budget spent in the long one."""

    long: Duration
    short: Duration
    budget: Share
    factor: Number | None = None

    @model_validator(mode="after")
    def is_ordered(self) -> BurnWindow:
        """Require a short window that is shorter than the long one, and longer than zero."""
        if not timedelta(0) < self.short < self.long:
            raise refuse(Message("the short window must be shorter than the long one"))
        return self

    @cached_property
    def pair(self) -> WindowPair:
        """Window pair for check, compile and backtest."""
        return WindowPair(self.long, self.short, self.budget)


class BurnRateWindowsSpec(Model):
    """Window pairs for one SLO period."""

    period: Duration
    fast: tuple[BurnWindow, ...] = Field(min_length=1)
    slow: tuple[BurnWindow, ...] = ()


class BurnRateWindows(Kind):
    """Window pairs of burn-rate alerts, to which alert policies refer by name."""

    api_version: Literal["reliability/v1"]
    kind: Literal["BurnRateWindows"]
    spec: BurnRateWindowsSpec


class TargetBounds(Model):
    """The lowest and the highest target of an SLO."""

    min: Number = Field(default=Decimal("0.9"))
    max: Number = Field(default=Decimal("0.9999"))

    @model_validator(mode="after")
    def is_range_of_targets(self) -> TargetBounds:
        """Require bounds that a target can keep."""
        if not 0 < self.min <= self.max <= 1:
            raise refuse(Message("targets are ratios: 0 < min <= max <= 1"))
        return self


class ReviewCadence(Model):
    """How often SLOs are reviewed."""

    provisional: Duration = Field(default="30d", validate_default=True)
    established: Duration = Field(default="90d", validate_default=True)
    max_provisional: Duration = Field(default="90d", validate_default=True)


class SloPolicySpec(Model):
    """The limits that all SLOs of the repository keep."""

    periods: tuple[Duration, ...] = Field(
        default=("30d", "28d", "7d"), validate_default=True, min_length=1
    )
    targets: TargetBounds = Field(default_factory=TargetBounds)
    review: ReviewCadence = Field(default_factory=ReviewCadence)
    default_windows: Name = "google-30d"
    minimum_events: Annotated[int, Field(ge=0, le=MAX_COUNT, strict=True)] = 1000
    loosening_requires: tuple[Literal["product", "technical"], ...] = ("product", "technical")


class SloPolicy(Kind):
    """The limits of SLOs: periods, targets, reviews and approvals."""

    api_version: Literal["reliability/v1"]
    kind: Literal["SloPolicy"]
    spec: SloPolicySpec
