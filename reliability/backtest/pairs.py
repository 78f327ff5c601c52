"""Common parts of both modes: pairs of objectives, comparison of their sides, and the result.

A mode opens the sides of a pair, and returns the outcomes of each tier on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import Final, TypeAlias

from reliability.backtest.events import Event, recorded
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    Backtest,
    Outcome,
    OutcomeRow,
    Replayed,
)
from reliability.backtest.replay import (
    ObjectiveSide,
    alert_days,
    filled,
    longest_window,
    measured,
    warm_up_of,
)
from reliability.backtest.slis import sli_history
from reliability.backtest.verdicts import merged, verdicts_of
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.resolve.datadog_nearest import windows_of
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import Objective, objectives, team_names
from reliability.resolve.zones import time_zones

TIER_ORDER: Final = (ALERT_TIER, TICKET_TIER)

Outcomes: TypeAlias = Callable[[str, ReplayTerms], tuple[Outcome, Outcome]]
"""Function that returns the outcomes of a tier's alerts, before and after."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Names of the SLOs or services to replay; empty for all."""

    names: frozenset[str]

    def has(self, objective: Objective) -> bool:
        """Return whether an objective is selected."""
        return not self.names or bool(self.names & {objective.service, objective.slo_name})


@dataclass(frozen=True, slots=True)
class ObjectivePair:
    """One objective before and after; at least one of the two is present."""

    old: Objective | None
    new: Objective | None

    @property
    def present(self) -> tuple[Objective, ...]:
        """Objectives that are present, with that of the base first, which defines the budget."""
        return tuple(objective for objective in (self.old, self.new) if objective)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayScope:
    """Input of a backtest in either mode."""

    base: Base | None
    catalogs: tuple[Catalog, ...]
    terms: ReplayTerms
    pairs: tuple[ObjectivePair, ...]
    incidents: tuple[Event, ...]

    @classmethod
    def of(
        cls, catalog: Catalog, base: Base | None, terms: ReplayTerms, chosen: Chosen
    ) -> ReplayScope:
        """Return the chosen objectives of the working tree, and of the base if there is one."""
        catalogs = (base.catalog, catalog) if base else (catalog,)
        return cls(
            base=base,
            catalogs=catalogs,
            terms=terms,
            pairs=tuple(pair for pair in pairs_of(catalog, base) if chosen.has(pair.present[0])),
            incidents=tuple(recorded(catalogs, terms.span)),
        )

    @property
    def warm_up(self) -> timedelta:
        """Time before the span for which samples are needed."""
        return warm_up_of([objective for pair in self.pairs for objective in pair.present])

    def result(
        self, replayed: Iterable[Replayed], source: str, *, is_synthetic: bool = False
    ) -> Backtest:
        """Return the result, with one verdict for each incident or significant event."""
        every = tuple(replayed)
        return Backtest(
            terms=self.terms,
            source=source,
            is_synthetic=is_synthetic,
            base=self.base.commit if self.base else "",
            objectives=every,
            verdicts=merged(verdict for one in every for verdict in one.verdicts),
            zones=time_zones(self.catalogs),
            teams={
                service: team
                for catalog in self.catalogs
                for service, team in team_names(catalog).items()
            },
            environment=self.catalogs[-1].placement.name,
        )


def pairs_of(catalog: Catalog, base: Base | None) -> Iterator[ObjectivePair]:
    """Yield every objective of either side, paired by service, SLO and objective name."""
    new = {_key(objective): objective for objective in objectives(catalog)}
    old = {_key(objective): objective for objective in objectives(base.catalog)} if base else {}
    # Deleted objectives come last, in the order of the base, so that a report does not move the
    # rest.
    for key in [*new, *(key for key in old if key not in new)]:
        yield ObjectivePair(old.get(key), new.get(key))


def _key(objective: Objective) -> tuple[str, str, str]:
    return objective.service, objective.slo_name, objective.name


def compare(
    old: ObjectiveSide | None,
    new: ObjectiveSide | None,
    outcomes: Outcomes,
    incidents: Iterable[Event],
    terms: ReplayTerms,
) -> Replayed:
    """Compare both sides of one objective: outcomes of each tier, verdicts, and history."""
    # The base's objective defines the budget for both sides: otherwise a looser target alone would
    # turn the same outage into a smaller one.
    present = [side for side in (old, new) if side]
    base, latest = present[0], present[-1]
    objective = base.objective
    alerts = chain.from_iterable(side.objective.alerts for side in present)
    longest = longest_window(alert for alert in alerts if terms.tier in ("", alert.tier))
    alert_terms = filled(present, longest, terms)
    history = measured(latest, terms, alert_terms)
    since = alert_terms.span.start if alert_terms.span != terms.span else None
    days = alert_days(latest, terms.span, alert_terms.span)
    rows = tuple(
        replace(row, known_days=days, known_since=since)
        for row in _rows(present, outcomes, alert_terms)
    )

    return Replayed(
        service=objective.service,
        slo=objective.slo_name,
        objective=objective.name,
        target=str(latest.objective.target),
        history=history,
        rows=rows,
        verdicts=tuple(verdicts_of(base, rows, incidents, terms=terms, known=alert_terms.span)),
        query_changed=len({sli_history(side.objective) for side in present}) > 1,
        digest=definition_digest(latest.objective),
        monitors=tuple(_monitors(latest.objective)),
    )


def _monitors(objective: Objective) -> Iterator[str]:
    """Yield each tier with the windows of its monitors in Datadog: `ticket 24h/2h at 3`."""
    for alert in objective.alerts if objective.metrics else ():
        yield f"{alert.tier} {' or '.join(windows.text for windows in windows_of(alert))}"


def _rows(
    sides: list[ObjectiveSide], outcomes: Outcomes, terms: ReplayTerms
) -> Iterator[OutcomeRow]:
    """Yield a row for each tier of either side: alert first, then ticket, then others."""
    # A dict and not a set: the order of the newer side decides among tiers of the same rank.
    tiers = dict.fromkeys(chain.from_iterable(side.tiers for side in reversed(sides)))
    objective = sides[0].objective

    for tier in sorted(tiers, key=tier_rank):
        old, new = outcomes(tier, terms)
        yield OutcomeRow(
            service=objective.service,
            slo=objective.slo_name,
            objective=objective.name,
            tier=tier,
            old=old,
            new=new,
        )


def tier_rank(tier: str) -> int:
    """Return the place of a tier among rows: alert first, then ticket, then others."""
    return TIER_ORDER.index(tier) if tier in TIER_ORDER else len(TIER_ORDER)
