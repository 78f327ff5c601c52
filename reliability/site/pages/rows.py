"""Rows about SLOs that several pages show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from reliability.resolve.objectives import Objective
from reliability.site.charts import LevelPath, strip
from reliability.site.days import BudgetDays
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.measuring import ObjectiveFigures
from reliability.site.summaries import SloSummary


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SloRow:
    """One objective in a table: its declaration, its figures and its next review.

    `exhausted_in` is the time until the budget is exhausted at the current burn rate, if it is.
    """

    objective: Objective
    figures: ObjectiveFigures
    team: str
    review: date | None
    is_due: bool
    exhausted_in: timedelta | None

    @classmethod
    def of(cls, site: SiteDeclarations, figures: ObjectiveFigures) -> SloRow:
        """Return the row of an objective."""
        review = site.reviews[figures.service, figures.slo]
        return cls(
            objective=site.objectives[figures.key],
            figures=figures,
            team=site.team(figures.service),
            review=review.due,
            is_due=review.is_due(site.today),
            exhausted_in=_exhausted_in(site, figures),
        )

    @property
    def title(self) -> str:
        """Display name of the SLO, or its name; with the objective if it has several."""
        slo = self.objective.slo.value
        name = slo.metadata.display_name or slo.metadata.name
        several = len(slo.spec.objectives) > 1
        return f"{name} · {self.figures.name}" if several and self.figures.name else name

    @property
    def anchor(self) -> str:
        """Anchor of the objective on the page of its service."""
        return self.objective.identity

    @property
    def short_anchor(self) -> str:
        """The anchor without the name of the service, which most names of SLOs begin with."""
        return self.anchor.removeprefix(f"{self.figures.service}-")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DaysRow:
    """One objective with its calendar in one row, which is `width` days; empty without history.

    `unknown` is the number of these days without data.
    """

    slo: SloSummary
    width: int = 0
    unknown: int = 0
    strip: tuple[LevelPath, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DaysRows:
    """The rows of several objectives, from the first day on which one of them has data."""

    rows: tuple[DaysRow, ...]
    first: date

    @classmethod
    def of(cls, site: SiteFigures, slos: Iterable[SloSummary]) -> DaysRows:
        """Return a row for each objective, in order."""
        of_slos = [(slo, site.days(slo)) for slo in slos]
        lead = min((days.lead for _, days in of_slos if days is not None), default=0)
        rows = [_days_row(slo, days, lead) for slo, days in of_slos]
        return cls(tuple(rows), site.inputs.shown.start.date() + timedelta(days=lead))


def _days_row(slo: SloSummary, days: BudgetDays | None, lead: int) -> DaysRow:
    if days is None or slo.days is None:
        return DaysRow(slo=slo)
    width, unknown = len(days.spent) - lead, slo.days.unknown - lead
    return DaysRow(slo=slo, width=width, unknown=unknown, strip=strip(days, lead))


def _exhausted_in(site: SiteDeclarations, figures: ObjectiveFigures) -> timedelta | None:
    return figures.exhausted - site.inputs.at if figures.exhausted is not None else None
