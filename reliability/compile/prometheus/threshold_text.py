"""Summary of an alert on a threshold: current value, limit, and minutes beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from reliability.compile.prometheus.figures import WindowFigures
from reliability.compile.prometheus.names import number
from reliability.compile.prometheus.samples import STEP, every_minute
from reliability.compile.prometheus.text_queries import TextScope
from reliability.compile.prometheus.text_templates import FIRST, shown, with_result
from reliability.compile.prometheus.words import escaped
from reliability.promql.sampled_query import Op
from reliability.resolve.sli import ThresholdSli

BEYOND: Final[Mapping[Op, tuple[str, str, str]]] = {
    "lt": ("max", ">=", "at or above"),
    "lte": ("max", ">", "above"),
    "gt": ("min", "<=", "at or below"),
    "gte": ("min", "<", "below"),
}
"""Aggregation of the worst series, bad operator, and its words, by the operator of good values."""
TEMPLATE_OF: Final = {"seconds": "duration", "bytes": "bytes", "ratio": "percent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdText:
    """Summary of one threshold.

    `samples` is PromQL for its values without NaN. `unit` is empty if it is not known.
    """

    sli: ThresholdSli
    samples: str
    unit: str
    windows: tuple[WindowFigures, ...]
    scope: TextScope

    @property
    def failing(self) -> str:
        """Text with the worst value now, the limit, and the minutes that a value was beyond it."""
        several = with_result(
            self.scope.query(f"{self._over_series('count')} > 1"),
            f"the worst of {shown('count')} series is ",
        )
        limit = f"limit {self._shown(repr(float(self._scaled_limit)))}"
        now = f"{several}{self._shown(FIRST)} at {shown('now', '.')} ({limit})"
        worst = self._over_series(BEYOND[self.sli.op][0])
        value = with_result(self.scope.query(f"{self._scale}{worst}"), now, limit)
        return f"{value}{self._minutes}"

    @property
    def _minutes(self) -> str:
        """Text with the minutes beyond the limit, in the longest window that is complete."""
        text = ""
        for window in reversed(self.windows):
            text = self._minutes_of(window, text)
        return text

    def _minutes_of(self, figures: WindowFigures, otherwise: str) -> str:
        worst, sign, words = BEYOND[self.sli.op]
        aggregated = f"{self._aggregation(worst)}({self.samples})"
        beyond = f"({aggregated} {sign} bool {number(float(self.sli.limit))})"
        minutes = self.scope.one(every_minute(beyond, figures.window))
        most = figures.window // STEP
        text = f"; {words} the limit for {shown('count')} of the last {most:,} minutes"
        query = self.scope.query(f"clamp_max({minutes}, {most}) {figures.known}")
        return with_result(query, text, otherwise)

    def _over_series(self, aggregation: str) -> str:
        return self.scope.one(f"{self._aggregation(aggregation)}({self.samples})")

    def _aggregation(self, name: str) -> str:
        return f"{name} by ({', '.join(self.scope.by)}) " if self.scope.by else name

    @property
    def _scale(self) -> str:
        return "100 * " if self.unit == "ratio" else ""

    @property
    def _scaled_limit(self) -> Decimal:
        return self.sli.limit * (100 if self.unit == "ratio" else 1)

    def _shown(self, value: str) -> str:
        """Return a value with its unit, in which `{{` is escaped as in all text of a document."""
        if self.unit in TEMPLATE_OF:
            return shown(TEMPLATE_OF[self.unit], value)
        unit = {"": "", "percent": "%"}.get(self.unit, f" {self.unit}")
        return shown("number", value) + escaped(unit)
