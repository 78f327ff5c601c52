"""Every alert of ours as Alertmanager will get it: its labels, and which are unknown till then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.check.index.declarations import Declarations
from reliability.compile.prometheus.alerts import (
    BURN,
    NO_DATA,
    burn_labels,
    objective_labels,
    signal_labels,
)
from reliability.compile.prometheus.names import SeriesNames
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.resolve.objectives import AlertEntry, Objective
from reliability.resolve.signals import SignalAlert, signals
from reliability.resolve.told import HEARTBEAT

EXTERNAL: Final = frozenset(("cluster", "environment"))
"""Labels that Prometheus sets on all it sends (`external_labels`); their values are its own."""


@dataclass(frozen=True, slots=True)
class SentAlert:
    """One alert: its name for people, who asks for it, where its tier stands, and its labels.

    `unknown` are further labels it may have, or None where it may have any: what the expression
    of a signal leaves on it is known when it fires.
    """

    what: str
    tier: str
    service: str
    team: str
    labels: Mapping[str, str]
    kind: str | None
    unknown: frozenset[str] | None
    located: Located[Any]
    route: Pointer

    @property
    def is_heartbeat(self) -> bool:
        """Whether it always fires, and goes to the dead man's switch."""
        return self.kind == HEARTBEAT

    @property
    def at(self) -> Location:
        """Where its tier stands; that parses the file again."""
        return self.located.at(*self.route)


def sent(context: Declarations) -> Iterator[SentAlert]:
    """Every alert, in the order of the files: of objectives first, of signals then."""
    for objective in context.objectives:
        if objective.source is not None:
            yield from _of_objective(objective, objective.source)
        yield from _of_openslo(objective)
    for signal in signals(context.catalog):
        if signal.tier is not None:
            yield _of_signal(signal, signal.tier)


def _of_objective(objective: Objective, source: AlertEntry) -> Iterator[SentAlert]:
    """Labels and names of a promise are the same in each of its alerts but for the tier."""
    names, tiers = SeriesNames.of(objective), source.entry.tiers
    promise = _texts(names.labels() | objective_labels(objective, ""))
    unknown = EXTERNAL.union(objective.group_by)

    def of(alert: str, tier: str, what: str, *inner: str) -> SentAlert:
        return SentAlert(
            what=f"{what} of {names.slo}",
            tier=tier,
            service=objective.service,
            team=objective.team,
            labels={**promise, objective.label_names.tier: tier, "alertname": alert},
            kind=None,
            unknown=unknown,
            located=source.policy,
            route=("spec", "objectives", source.index, *inner),
        )

    for alert in objective.alerts:
        if alert.policy:
            continue
        speed = "fast" if tiers.fast == alert.tier else "slow"
        yield of(BURN, alert.tier, f"the {speed} burn", "tiers", speed)
    yield of(NO_DATA, objective.no_data.tier, "missing data", "noData", "tier")


def _of_openslo(objective: Objective) -> Iterator[SentAlert]:
    """The alerts that the SLO's own alert policies ask for, spoken of where it names them."""
    names = SeriesNames.of(objective)
    for alert in objective.alerts:
        if alert.policy:
            labels = names.labels() | burn_labels(objective, alert)
            yield SentAlert(
                what=f"{alert.policy} of {names.slo}",
                tier=alert.tier,
                service=objective.service,
                team=objective.team,
                labels={**_texts(labels), "alertname": BURN},
                kind=None,
                unknown=EXTERNAL.union(objective.group_by),
                located=objective.slo,
                route=("spec", "alertPolicies"),
            )


def _of_signal(signal: SignalAlert, tier: str) -> SentAlert:
    name = signal.signal.name
    return SentAlert(
        what=name,
        tier=tier,
        service=signal.service,
        team=signal.team,
        labels={"alertname": signal.signal.alertname, **_texts(signal_labels(signal, tier))},
        kind=signal.signal.kind,
        unknown=None,
        located=signal.policy,
        route=(*signal.route, "tier"),
    )


def _texts(labels: Mapping[str, object]) -> Mapping[str, str]:
    return {name: str(value) for name, value in labels.items()}
