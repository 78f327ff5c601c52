"""Objectives with their SLI, their owner and the burn-rate alerts of their policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from reliability.alert_labels import PLAIN, AlertLabelNames
from reliability.burnrate import BurnRateAlert, WindowPair, by_tier
from reliability.load.catalog import EVERYWHERE, Catalog, PlacementTerms
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy, NoData, ObjectiveAlerts
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.slo_policy import BurnRateWindows, SloPolicy
from reliability.periods import CalendarPeriods
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.corrections import Corrected, corrected, corrections_of
from reliability.resolve.datadog_nearest import datadog_alerts
from reliability.resolve.indicator import Indicator, indicator_of
from reliability.resolve.openslo_alerts import OpenSloAlert, openslo_alerts
from reliability.resolve.sli import AnySli, sli_of
from reliability.resolve.window import calendar_of

Speed = Literal["fast", "slow"]


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """Entry of an alert policy for an objective: document, index and value."""

    policy: Located[AlertPolicy]
    index: int
    entry: ObjectiveAlerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One objective with its references resolved.

    `indicator` is None if the SLI does not exist; `alerts` is empty if no alert policy mentions the
    objective or its window set does not exist. They are as they are evaluated, and
    `declared_alerts` as they are written: Datadog cannot express all of them.
    """

    slo: Located[Slo]
    index: int
    team: str
    indicator: Indicator | None
    source: AlertEntry | None
    alerts: tuple[BurnRateAlert, ...]
    declared_alerts: tuple[BurnRateAlert, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    openslo: tuple[OpenSloAlert, ...] = ()
    label_names: AlertLabelNames = PLAIN
    placement: PlacementTerms = EVERYWHERE

    @property
    def sli(self) -> AnySli | None:
        """SLI with parsed queries, or None if it cannot be read."""
        if self.indicator is None:
            return None
        return sli_of(self.slo.value, self.index, self.indicator)

    @property
    def metrics(self) -> tuple[tuple[str, str], ...]:
        """Queries by role that only Datadog can answer."""
        return self.indicator.for_datadog if self.indicator else ()

    @property
    def service(self) -> str:
        """Service that the SLO is about."""
        return self.slo.value.spec.service

    @property
    def slo_name(self) -> str:
        """`metadata.name` of the SLO."""
        return self.slo.value.metadata.name

    @property
    def name(self) -> str:
        """Slug of the objective; empty for a single objective without a display name."""
        return self.slo.value.objective_name(self.index)

    @property
    def identity(self) -> str:
        """`<slo>` or `<slo>-<objective>`, which identifies the objective within its service."""
        return f"{self.slo_name}-{self.name}" if self.name else self.slo_name

    @property
    def target(self) -> Decimal:
        """Target, a ratio 0..1, exactly as written."""
        return self.slo.value.spec.objectives[self.index].ratio

    @property
    def period(self) -> timedelta:
        """Length of the SLO period; for a calendar period as OpenSLO counts it, 1M = 30 days."""
        return self.slo.value.period

    @property
    def calendar(self) -> CalendarPeriods | None:
        """Calendar periods, or None for a rolling period."""
        return calendar_of(self.slo.value)

    @property
    def runbook(self) -> str | None:
        """Runbook for the person who is on call, or None."""
        if self.source is not None and self.source.entry.runbook is not None:
            return self.source.entry.runbook
        return next((alert.runbook for alert in self.openslo if alert.runbook), None)

    @property
    def no_data(self) -> NoData:
        """Settings of the alert on missing data."""
        if self.source is not None:
            return self.source.entry.no_data
        return NoData(tier=self.placement.capped("ticket"))

    @property
    def alerts_on_no_data(self) -> bool:
        """Whether missing data of the SLI is an alert."""
        return self.source is not None or any(
            alert.spec.alert_when_no_data for alert in self.openslo
        )

    @property
    def group_by(self) -> tuple[str, ...]:
        """Labels whose value combinations are groups, each with an error budget of its own.

        Datadog alerts on the overall SLO, whatever it is grouped by
        (https://docs.datadoghq.com/service_level_objectives/burn_rate/).
        """
        return () if self.metrics else self.slo.value.review.group_labels


def objectives(catalog: Catalog) -> Iterator[Objective]:
    """Yield every objective of every SLO, in the order of their files."""
    entries = _entries(catalog)
    teams = team_names(catalog)
    corrections, label_names = corrections_of(catalog), alert_label_names(catalog)

    for slo in catalog.documents(Slo):
        service = slo.value.spec.service
        left_out = corrected(slo.value, corrections)
        openslo = tuple(openslo_alerts(slo, catalog))
        indicator = indicator_of(slo, catalog)
        for index in range(len(slo.value.spec.objectives)):
            entry = _entry_for(
                entries.get((service, slo.value.metadata.name), []), slo.value, index
            )
            ours = tuple(alerts_of(slo.value, index, entry, catalog=catalog)) if entry else ()
            theirs = tuple(
                alert.burn_alert(slo.value, index)
                for alert in openslo
                if alert.can_be_compiled and alert.alerts_on_burn
            )
            declared = ours + theirs
            team = teams.get(service, "")
            yield Objective(
                slo=slo,
                index=index,
                team=team,
                indicator=indicator,
                source=entry,
                alerts=evaluated(declared, indicator),
                declared_alerts=declared,
                corrections=left_out,
                openslo=openslo,
                label_names=label_names,
                placement=catalog.placement,
            )


def alerts_of(
    slo: Slo, index: int, source: AlertEntry, catalog: Catalog
) -> Iterator[BurnRateAlert]:
    """Yield one alert per tier of the entry, or nothing if the window set is unknown."""
    windows = window_set(source.entry, catalog)
    if windows is not None:
        yield from alerts_of_set(slo, index, source.entry, windows=windows.value)


def alerts_of_set(
    slo: Slo, index: int, entry: ObjectiveAlerts, windows: BurnRateWindows
) -> Iterator[BurnRateAlert]:
    """Yield the alerts of an entry for a given window set."""
    for tier, pairs in by_tier((tier, pairs) for _, tier, pairs in speeds(entry, windows)):
        if pairs:
            yield BurnRateAlert(
                service=slo.spec.service,
                slo=slo.metadata.name,
                objective=slo.objective_name(index),
                tier=tier,
                target=slo.spec.objectives[index].ratio,
                period=slo.period,
                pairs=pairs,
                minimum_failures=entry.minimum_failures or 0,
            )


def evaluated(
    declared: Iterable[BurnRateAlert], indicator: Indicator | None
) -> tuple[BurnRateAlert, ...]:
    """Return alerts as the system evaluates them that can answer the queries of the indicator."""
    is_for_datadog = indicator is not None and indicator.for_datadog
    return tuple(datadog_alerts(declared) if is_for_datadog else declared)


def speeds(
    entry: ObjectiveAlerts, windows: BurnRateWindows
) -> tuple[tuple[Speed, str, tuple[WindowPair, ...]], ...]:
    """Return each speed with its tier in an entry, and its window pairs."""
    spec, tiers = windows.spec, entry.tiers
    return (
        ("fast", tiers.fast, tuple(window.pair for window in spec.fast)),
        ("slow", tiers.slow, tuple(window.pair for window in spec.slow)),
    )


def window_set(entry: ObjectiveAlerts, catalog: Catalog) -> Located[BurnRateWindows] | None:
    """Return the window set that an entry names, or the default one; None if it does not exist."""
    return catalog.find(BurnRateWindows, entry.windows or default_windows(catalog))


def default_windows(catalog: Catalog) -> str:
    """Return the name of the window set for alert policies that name none."""
    policy = catalog.only(SloPolicy)
    return policy.value.spec.default_windows if policy else "google-30d"


def team_names(catalog: Catalog) -> dict[str, str]:
    """Return the team of each service, by its ownership."""
    return {
        ownership.value.service: ownership.value.spec.team
        for ownership in catalog.documents(Ownership)
    }


def _entries(catalog: Catalog) -> dict[tuple[str, str], list[AlertEntry]]:
    entries: dict[tuple[str, str], list[AlertEntry]] = {}
    for policy in catalog.documents(AlertPolicy):
        for index, entry in enumerate(policy.value.spec.objectives):
            key = (policy.value.spec.service, entry.slo)
            entries.setdefault(key, []).append(AlertEntry(policy, index, entry))
    return entries


def _entry_for(entries: list[AlertEntry], slo: Slo, index: int) -> AlertEntry | None:
    """Return the entry for this objective, or else the one for the whole SLO, or None."""
    name = slo.objective_name(index)
    exact = [entry for entry in entries if entry.entry.objective == name]
    whole = [entry for entry in entries if entry.entry.objective is None]
    return next(iter(exact or whole), None)
