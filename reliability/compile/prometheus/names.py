"""What an objective's series are called: Sloth's names and labels, so that its dashboards work.

Source: slok/sloth v0.16, `slo:...` recording rules and `sloth_...` labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.resolve.objectives import Objective
from reliability.resource import Json
from reliability.scalars import duration_text

SHORTEST: Final = timedelta(minutes=5)
"""The window that is always recorded; the period is summed from it."""

Rule = dict[str, Json]
Labels = dict[str, Json]


@dataclass(frozen=True, slots=True)
class SeriesNames:
    """The names of one objective's series; `matchers` stand between the braces of a selector.

    `sloth_id` alone is ambiguous (`a-b` of `c`, `b` of `c-a`), so service and SLO are matched.
    """

    id: str
    service: str
    slo: str
    matchers: str

    @classmethod
    def of(cls, objective: Objective) -> SeriesNames:
        """The names that follow from service, SLO and objective."""
        service, slo = objective.service, objective.identity
        matchers = f'sloth_service="{service}", sloth_slo="{slo}"'
        return cls(f"{service}-{slo}", service, slo, matchers)

    def select(self, record: str) -> str:
        """A selector of one of the objective's series."""
        return f"{record}{{{self.matchers}}}"

    def labels(self, window: timedelta | None = None) -> Labels:
        """The labels of a recording; `sloth_window` where it is about a window."""
        labels: Labels = {
            "sloth_id": self.id,
            "sloth_service": self.service,
            "sloth_slo": self.slo,
        }
        if window is not None:
            labels["sloth_window"] = duration_text(window)
        return labels


TOTAL: Final = "slo:sli_total:rate5m"
ERRORS: Final = "slo:sli_errors:rate5m"
TARGET: Final = "slo:objective:ratio"
"""Recorded with every evaluation, with or without traffic: its samples say what is known."""

PERIOD_BURN: Final = "slo:period_burn_rate:ratio"
BUDGET_LEFT: Final = "slo:period_error_budget_remaining:ratio"


def ratio_record(window: timedelta) -> str:
    """The error ratio over a window, 0..1."""
    return f"slo:sli_error:ratio_rate{duration_text(window)}"


def failures_record(window: timedelta) -> str:
    """How many events failed within a window."""
    return f"slo:sli_errors:increase{duration_text(window)}"


def number(value: float) -> str:
    """A number that Prometheus reads as the very same double: the shortest such text."""
    return repr(float(value)).removesuffix(".0")
