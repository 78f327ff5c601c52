"""PromQL of the boards over recorded series, and the thresholds that colors come from.

Series that differ in other labels than service and SLO are groups of an SLO, or copies that several
Prometheus servers sent to one store; the worst of them is shown. Copies would also make a division
fail ("many-to-many matching not allowed"), so the right side is always aggregated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from reliability.compile.boards.board import PanelThreshold
from reliability.compile.prometheus.burn_text import COMPLETE
from reliability.compile.prometheus.names import BUDGET_REMAINING, PERIOD_BURN, RECORDED, TARGET

BUDGET: Final = "slo:error_budget:ratio"
CURRENT_BURN: Final = "slo:current_burn_rate:ratio"
PERIOD_DAYS: Final = "slo:time_period:days"
INFO: Final = "sloth_slo_info"

BUDGET_COLORS: Final = (
    PanelThreshold(None, "bad"),
    PanelThreshold(0, "warning"),
    PanelThreshold(0.25, "good"),
)
"""Colors of a remaining budget: exhausted below 0, low below a quarter."""
RECORDED_COLORS: Final = (PanelThreshold(None, "warning"), PanelThreshold(COMPLETE, "good"))
PART: Final = "part"
"""Label of a budget whose period is recorded in part; its value is `so far`."""
NOT_ZERO_IS_BAD: Final = (PanelThreshold(None, "good"), PanelThreshold(1, "bad"))
NOT_ZERO_IS_A_WARNING: Final = (PanelThreshold(None, "good"), PanelThreshold(1, "warning"))


def burn_colors(factor: float | None) -> tuple[PanelThreshold, ...]:
    """Return the colors of a burn rate: from 1 the budget does not last, from `factor` one acts."""
    steps = (PanelThreshold(None, "good"), PanelThreshold(1, "warning"))
    # An alert below 1, as OpenSLO allows, would put its step before that of the warning.
    return (*steps, PanelThreshold(factor, "bad")) if factor is not None and factor > 1 else steps


@dataclass(frozen=True, slots=True)
class SloQueries:
    """Queries of the series that `matchers` select, one value for each SLO.

    `places` are the labels of the environment and its server, if the repository declares any: an
    SLO has another target in each.
    """

    matchers: str
    places: tuple[str, ...] = ()

    @property
    def keys(self) -> str:
        """Labels that identify an SLO."""
        return ", ".join(("sloth_service", "sloth_slo", *self.places))

    def select(self, record: str, *more: str) -> str:
        """Return a selector of a recorded series."""
        matchers = ", ".join(filter(None, (self.matchers, *more)))
        return f"{record}{{{matchers}}}" if matchers else record

    def of_each(self, function: Literal["max", "min"], values: str) -> str:
        """Return one value for each SLO: the worst of its groups."""
        return f"{function} by ({self.keys}) ({values})"

    def over_budget(self, ratio: str) -> str:
        """Return an error ratio as a burn rate, for each series of the ratio."""
        return f"{ratio} / on ({self.keys}) group_left () {self.allowed}"

    @property
    def allowed(self) -> str:
        """Error budget of each SLO as a ratio of all events."""
        return self.of_each("max", self.select(BUDGET))

    @property
    def attainment(self) -> str:
        """Attainment of each SLO over its period, 0..1.

        The name of the ratio over a period depends on its length; its burn rate has one name.
        """
        ratio = f"{self.select(PERIOD_BURN)} * on ({self.keys}) group_left () {self.allowed}"
        return f"1 - {self.of_each('max', ratio)}"

    @property
    def remaining(self) -> str:
        """Remaining budget of each SLO; negative if it is exhausted."""
        return self.of_each("min", self.select(BUDGET_REMAINING))

    @property
    def recorded(self) -> str:
        """Recorded share of each SLO's period so far, 0..1."""
        return self.of_each("min", self.select(RECORDED))

    @property
    def marked_remaining(self) -> str:
        """Remaining budget of each group; marked `so far` while too little is recorded."""
        budget, known = self.select(BUDGET_REMAINING), f"{self.recorded} >= {COMPLETE}"
        partial = f"{budget} unless on ({self.keys}) ({known})"
        return (
            f"{budget} and on ({self.keys}) ({known}) "
            f'or label_replace({partial}, "{PART}", "so far", "", "")'
        )

    @property
    def target(self) -> str:
        """Target of each SLO, 0..1."""
        return self.of_each("max", self.select(TARGET))

    @property
    def burning(self) -> str:
        """Burn rate of each SLO over five minutes."""
        return self.of_each("max", self.select(CURRENT_BURN))

    def among(self, values: str, info: str) -> str:
        """Return those of the values of SLOs whose metadata have a matcher."""
        return f"({values} and on ({self.keys}) {self.select(INFO, info)})"

    def with_info(self, values: str, label: str, info: str) -> str:
        """Return values of SLOs with a label of their metadata, such as the team."""
        metadata = f"max by ({self.keys}, {label}) ({self.select(INFO, info)})"
        return f"{values} * on ({self.keys}) group_left ({label}) {metadata}"


def counted(values: str) -> str:
    """Return the number of values; 0 if there is none, so that a panel is never empty."""
    return f"count({values}) or vector(0)"
