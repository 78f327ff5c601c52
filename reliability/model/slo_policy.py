"""`BurnRateWindows` and `SloPolicy`: the arithmetic and the bounds of promises, as data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reliability.burnrate import WindowPair
from reliability.model.kind import MOST, Duration, Kind, Model, Name, Number, Share, refuse


class BurnWindow(Model):
    """A pair of windows and the budget share that the long one may spend."""

    long: Duration
    short: Duration
    budget: Share
    factor: Number | None = None

    @model_validator(mode="after")
    def is_ordered(self) -> BurnWindow:
        """The short window is shorter than the long one, and neither is empty."""
        if not timedelta(0) < self.short < self.long:
            raise refuse("the short window is not shorter than the long one")
        return self

    @cached_property
    def pair(self) -> WindowPair:
        """The value that check, compile and backtest share."""
        return WindowPair(self.long, self.short, self.budget)


class BurnRateWindowsSpec(Model):
    """A set of window pairs for one period."""

    period: Duration
    fast: tuple[BurnWindow, ...] = Field(min_length=1)
    slow: tuple[BurnWindow, ...] = ()


class BurnRateWindows(Kind):
    """A named set that alert policies refer to."""

    api_version: Literal["reliability/v1"]
    kind: Literal["BurnRateWindows"]
    spec: BurnRateWindowsSpec


class TargetBounds(Model):
    """The lowest and the highest target that an SLO may have."""

    min: Number = Field(default=Decimal("0.5"))
    max: Number = Field(default=Decimal("0.9999"))


class ReviewCadence(Model):
    """How long a promise stands before it is looked at again."""

    provisional: Duration = Field(default="30d", validate_default=True)
    established: Duration = Field(default="90d", validate_default=True)
    max_provisional: Duration = Field(default="90d", validate_default=True)


class SloPolicySpec(Model):
    """What a promise may look like here."""

    periods: tuple[Duration, ...] = Field(
        default=("30d", "28d", "7d"), validate_default=True, min_length=1
    )
    targets: TargetBounds = Field(default_factory=TargetBounds)
    review: ReviewCadence = Field(default_factory=ReviewCadence)
    default_windows: Name = "google-30d"
    minimum_events: Annotated[int, Field(ge=0, le=MOST, strict=True)] = 1000
    loosening_requires: tuple[Literal["product", "technical"], ...] = ("product", "technical")


class SloPolicy(Kind):
    """Allowed windows, bounds, cadences and approvals."""

    api_version: Literal["reliability/v1"]
    kind: Literal["SloPolicy"]
    spec: SloPolicySpec
