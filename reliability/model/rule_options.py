"""Options of rules in a RulePolicy, by rule id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, ClassVar, Final

from pydantic import Field

from reliability.model.kind import MAX_COUNT, Duration, Model, Share, Tier

Count = Annotated[int, Field(ge=1, le=MAX_COUNT, strict=True)]


class RuleOptions(Model):
    """The options of the rule whose id is `rule`."""

    rule: ClassVar[str]


class SloLowTrafficOptions(RuleOptions):
    """The alert tiers that a single failed event must not trigger."""

    rule: ClassVar[str] = "slo-low-traffic"
    tiers: tuple[Tier, ...] = ("alert",)


class PageBudgetOptions(RuleOptions):
    """The length of an on-call shift, and the share of shifts that may exceed the page budget."""

    rule: ClassVar[str] = "page-budget-exceeded"
    shift: Annotated[Duration, Field(gt=timedelta(0))] = Field(default="12h", validate_default=True)
    max_shifts_over: Share = Fraction(0)


class AlertPrecisionOptions(RuleOptions):
    """The minimum precision, the precision below which it is an error, and the minimum episodes."""

    rule: ClassVar[str] = "alert-precision-low"
    min_precision: Share = Fraction(9, 10)
    broken_below: Share = Fraction(1, 2)
    min_episodes: Count = 3


class AlertFlappingOptions(RuleOptions):
    """The length of a short episode, the maximum share of them, and the minimum episodes."""

    rule: ClassVar[str] = "alert-flapping"
    shorter_than: Duration = Field(default="10m", validate_default=True)
    max_share: Share = Fraction(3, 10)
    min_episodes: Count = 3


class CardinalityHighOptions(RuleOptions):
    """The maximum number of series of an SLI's selector."""

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
"""Options of every rule that has any."""
