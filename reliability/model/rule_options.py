"""The options that rules take, by rule: what RulePolicy's `options` may say of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, ClassVar, Final

from pydantic import Field

from reliability.model.kind import MOST, Duration, Model, Share, Tier

Count = Annotated[int, Field(ge=1, le=MOST, strict=True)]


class RuleOptions(Model):
    """The options of one rule, named by `rule`."""

    rule: ClassVar[str]


class SloLowTrafficOptions(RuleOptions):
    """Of which tiers a single failure must not make an episode."""

    rule: ClassVar[str] = "slo-low-traffic"
    tiers: tuple[Tier, ...] = ("alert",)


class PageBudgetOptions(RuleOptions):
    """How long a shift is, and the share of shifts that may be over the budget."""

    rule: ClassVar[str] = "page-budget-exceeded"
    shift: Annotated[Duration, Field(gt=timedelta(0))] = Field(default="12h", validate_default=True)
    max_shifts_over: Share = Fraction(0)


class AlertPrecisionOptions(RuleOptions):
    """The least share of pages with an incident, below what it is broken, and of how many."""

    rule: ClassVar[str] = "alert-precision-low"
    min_precision: Share = Fraction(9, 10)
    broken_below: Share = Fraction(1, 2)
    min_episodes: Count = 3


class AlertFlappingOptions(RuleOptions):
    """How short an episode is that nobody can act on, how large their share may be, of how many."""

    rule: ClassVar[str] = "alert-flapping"
    shorter_than: Duration = Field(default="10m", validate_default=True)
    max_share: Share = Fraction(3, 10)
    min_episodes: Count = 3


class CardinalityHighOptions(RuleOptions):
    """How many series a selector of an SLI may have."""

    rule: ClassVar[str] = "cardinality-high"
    max_series: Count = 10_000


OPTIONS: Final[Mapping[str, type[RuleOptions]]] = {
    options.rule: options
    for options in (
        SloLowTrafficOptions,
        PageBudgetOptions,
        AlertPrecisionOptions,
        AlertFlappingOptions,
        CardinalityHighOptions,
    )
}
"""Every rule that takes options."""
