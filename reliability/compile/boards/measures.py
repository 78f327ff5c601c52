"""Measures that dashboards and static pages show: one name, meaning and unit for all of them.

Grafana and Perses query them from Prometheus, and `reliability site` computes them from the stored
history; what they are called, what they mean and their unit is defined here alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reliability.compile.boards.board import PanelQuery, PanelThreshold, PanelUnit, ValueColumn
from reliability.render.words import worded


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMeasure:
    """A figure of an SLO; `name` and `meaning` are templates of messages.

    `decimals` is the number in tables of dashboards, in percent if the unit is a ratio; None leaves
    it to the tool.
    """

    name: str
    meaning: str
    unit: PanelUnit
    decimals: int | None = None

    @property
    def title(self) -> str:
        """The name as dashboards write it, which have no languages."""
        return f"{self.name[0].upper()}{self.name[1:]}"

    def titled(self, window: str) -> str:
        """Return the title of the measure over a window."""
        return f"{self.title}, {window}"

    def column(
        self, query: str, thresholds: tuple[PanelThreshold, ...] = (), window: str = ""
    ) -> ValueColumn:
        """Return the column of a table of a dashboard."""
        return ValueColumn(
            title=self.titled(window) if window else self.title,
            query=PanelQuery(query),
            unit=self.unit,
            decimals=self.decimals,
            thresholds=thresholds,
        )


TARGET: Final = BoardMeasure(
    name=worded("target"),
    meaning=worded("Share of events that have to be good over the SLO period."),
    unit="ratio",
)
ATTAINMENT: Final = BoardMeasure(
    name=worded("attainment"),
    meaning=worded("Share of events that were good in the SLO period so far."),
    unit="ratio",
    decimals=3,
)
REMAINING: Final = BoardMeasure(
    name=worded("budget remaining"),
    meaning=worded(
        "Share of the error budget of the SLO period that is left. Below 0 the budget is "
        "exhausted. It rises in a rolling period when old failures leave the period."
    ),
    unit="ratio",
    decimals=1,
)
BURN_RATE: Final = BoardMeasure(
    name=worded("burn rate"),
    meaning=worded(
        "How fast the error budget is spent: at 1 it lasts exactly as long as the SLO period."
    ),
    unit="burn",
    decimals=2,
)
RECORDED: Final = BoardMeasure(
    name="recorded",
    meaning=(
        "Share of the SLO period so far that is recorded. Below 98 %, attainment and budget are "
        "those so far, and alerts state no budget. It is empty if something failed in the last "
        "hours and they are not all recorded."
    ),
    unit="ratio",
    decimals=1,
)
"""Only dashboards have it; pages state the part of a period that they know beside each figure."""
MEASURES: Final = (TARGET, ATTAINMENT, REMAINING, BURN_RATE)
