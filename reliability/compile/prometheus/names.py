"""Names and labels of an objective's series, those of Sloth so that its dashboards work.

Source: slok/sloth v0.16, `slo:...` recording rules and `sloth_...` labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.alert_labels import OF_SERIES
from reliability.load.catalog import EVERYWHERE, PlacementTerms
from reliability.resolve.objectives import Objective
from reliability.resource import Json
from reliability.scalars import duration_text

SHORTEST: Final = timedelta(minutes=5)
"""Window that is always recorded, and from which the period is summed."""

Rule = dict[str, Json]
Labels = dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesNames:
    """Names of one objective's series; `matchers` is the text between the braces of a selector.

    `dropped` are the labels of the series that its alerts do not have.
    `sloth_id` alone is ambiguous (`a-b` of `c`, `b` of `c-a`), so service and SLO are matched.
    """

    id: str
    service: str
    slo: str
    matchers: str
    dropped: tuple[str, ...] = OF_SERIES
    placement: PlacementTerms = EVERYWHERE

    @classmethod
    def of(cls, objective: Objective) -> SeriesNames:
        """Derive the names from service, SLO and objective."""
        service, slo = objective.service, objective.identity
        matchers = f'sloth_service="{service}", sloth_slo="{slo}"'
        # Two environments on one server record series of the same names, and a series without a
        # label has it empty.
        for label, value in objective.placement.series:
            matchers += f', {label}="{value}"'
        return cls(
            id=f"{service}-{slo}",
            service=service,
            slo=slo,
            matchers=matchers,
            dropped=() if objective.label_names.keeps_sloth else OF_SERIES,
            placement=objective.placement,
        )

    def select(self, record: str) -> str:
        """Return a selector of one of the objective's series."""
        return f"{record}{{{self.matchers}}}"

    def labels(self, window: timedelta | None = None) -> Labels:
        """Return the labels of a recording, with `sloth_window` if it is about a window."""
        labels: Labels = {
            "sloth_id": self.id,
            "sloth_service": self.service,
            "sloth_slo": self.slo,
            **self.placement.written,
        }
        if window is not None:
            labels["sloth_window"] = duration_text(window)
        return labels


TOTAL: Final = "slo:sli_total:rate5m"
ERRORS: Final = "slo:sli_errors:rate5m"
TARGET: Final = "slo:objective:ratio"
"""Series with a sample at every evaluation, with or without traffic: it shows what was recorded."""

PERIOD_BURN: Final = "slo:period_burn_rate:ratio"
BUDGET_REMAINING: Final = "slo:period_error_budget_remaining:ratio"
RECORDED: Final = "slo:period_recorded:ratio"
"""Share of the period (of its part that is over, for a calendar period) that is recorded, 0..1."""


def ratio_record(window: timedelta) -> str:
    """Return the name of the error ratio over a window, 0..1."""
    return f"slo:sli_error:ratio_rate{duration_text(window)}"


def failures_record(window: timedelta) -> str:
    """Return the name of the number of failed events within a window."""
    return f"slo:sli_errors:increase{duration_text(window)}"


def events_record(window: timedelta) -> str:
    """Return the name of events within a window; the label `events` tells failed from all."""
    return f"slo:sli_events:increase{duration_text(window)}"


def number(value: float) -> str:
    """Return the shortest text that Prometheus parses to the same double."""
    return repr(float(value)).removesuffix(".0")
