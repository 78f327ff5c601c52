"""PromQL of the boards over recorded series, and the thresholds that colors come from.

Series that differ in other labels than service and SLO are groups of an SLO, or copies that several
Prometheus servers sent to one store; the worst of them is shown. Copies would also make a division
fail ("many-to-many matching not allowed"), so the right side is always aggregated.
"""

from __future__ import annotations

from typing import Final, Literal

from reliability.compile.boards.board import PanelThreshold
from reliability.compile.prometheus.names import BUDGET_REMAINING, PERIOD_BURN, TARGET

KEYS: Final = "sloth_service, sloth_slo"
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
NOT_ZERO_IS_BAD: Final = (PanelThreshold(None, "good"), PanelThreshold(1, "bad"))
NOT_ZERO_IS_A_WARNING: Final = (PanelThreshold(None, "good"), PanelThreshold(1, "warning"))


def burn_colors(factor: float | None) -> tuple[PanelThreshold, ...]:
    """Return the colors of a burn rate: from 1 the budget does not last, from `factor` one acts."""
    steps = (PanelThreshold(None, "good"), PanelThreshold(1, "warning"))
    # An alert below 1, as OpenSLO allows, would put its step before that of the warning.
    return (*steps, PanelThreshold(factor, "bad")) if factor is not None and factor > 1 else steps


def selected(record: str, matchers: str) -> str:
    """Return a selector; matchers may be empty."""
    return f"{record}{{{matchers}}}" if matchers else record


def of_each(function: Literal["max", "min"], values: str) -> str:
    """Return one value for each SLO: the worst of its groups."""
    return f"{function} by ({KEYS}) ({values})"


def over_budget(ratio: str, matchers: str) -> str:
    """Return an error ratio as a burn rate, for each series of the ratio."""
    return f"{ratio} / on ({KEYS}) group_left () {of_each('max', selected(BUDGET, matchers))}"


def attainment(matchers: str) -> str:
    """Return the attainment of each SLO over its period, 0..1.

    The name of the ratio over a period depends on its length; its burn rate has one name.
    """
    burn, budget = selected(PERIOD_BURN, matchers), selected(BUDGET, matchers)
    ratio = f"{burn} * on ({KEYS}) group_left () {of_each('max', budget)}"
    return f"1 - {of_each('max', ratio)}"


def remaining(matchers: str) -> str:
    """Return the remaining budget of each SLO; negative if it is exhausted."""
    return of_each("min", selected(BUDGET_REMAINING, matchers))


def target(matchers: str) -> str:
    """Return the target of each SLO, 0..1."""
    return of_each("max", selected(TARGET, matchers))


def burning(matchers: str) -> str:
    """Return the burn rate of each SLO over five minutes."""
    return of_each("max", selected(CURRENT_BURN, matchers))


def with_info(values: str, label: str, matchers: str) -> str:
    """Return values of each SLO with a label of its metadata, such as its team."""
    info = f"max by ({KEYS}, {label}) ({selected(INFO, matchers)})"
    return f"{values} * on ({KEYS}) group_left ({label}) {info}"


def counted(values: str) -> str:
    """Return the number of values; 0 if there is none, so that a panel is never empty."""
    return f"count({values}) or vector(0)"
