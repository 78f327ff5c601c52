"""Rule groups of each service, and problems of what cannot be compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath

from reliability.burnrate import FAST_EVERY
from reliability.compile.prometheus.alerts import signal_rules
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.groups import group, objective_groups
from reliability.compile.prometheus.names import Rule
from reliability.compile.prometheus.refusals import (
    duplicate_objective,
    why_not_objective,
    why_not_signal,
)
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resolve.objectives import Objective, objectives
from reliability.resolve.signals import SignalAlert, signals
from reliability.resource import Json
from reliability.tuning import SharedList

ObjectiveRules = Callable[
    [Iterable[Objective], Directory, Catalog], Iterator[dict[str, Json] | Problem]
]
"""Function that yields the groups of a service's objectives, and problems of those without any."""


@dataclass(slots=True)
class ServiceDeclarations:
    """Objectives and signals of one service, in the order of its files."""

    objectives: list[Objective] = field(default_factory=list)
    signals: list[SignalAlert] = field(default_factory=list)

    @property
    def path(self) -> PurePosixPath:
        """File of the first objective, or else of the first signal."""
        if self.objectives:
            return self.objectives[0].slo.document.path
        return self.signals[0].policy.document.path


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """Rule groups of one service, and the file that the first of them comes from.

    `name` is that of the service, followed by the environment if it is labeled.
    """

    service: str
    name: str
    groups: SharedList[Json]
    path: PurePosixPath


def declared(catalog: Catalog) -> dict[str, ServiceDeclarations]:
    """Return what each service declares, sorted by service name."""
    by_service: dict[str, ServiceDeclarations] = {}
    for objective in objectives(catalog):
        by_service.setdefault(objective.service, ServiceDeclarations()).objectives.append(objective)
    for signal in signals(catalog):
        by_service.setdefault(signal.service, ServiceDeclarations()).signals.append(signal)
    return dict(sorted(by_service.items()))


def of_objectives(
    of_service: Iterable[Objective], directory: Directory, catalog: Catalog
) -> Iterator[dict[str, Json] | Problem]:
    """Yield the groups of a service's objectives, and problems of those without any."""
    seen: dict[str, Objective] = {}
    for objective in of_service:
        twin = seen.setdefault(objective.identity, objective)
        refusal = why_not_objective(objective, catalog)
        if twin is not objective:
            yield duplicate_objective(objective, twin)
        elif refusal is not None:
            yield refusal
        elif (sli := objective.sli) is not None:
            yield from objective_groups(objective, sli, directory)


def service_rules(
    catalog: Catalog, rules_of: ObjectiveRules = of_objectives
) -> Iterator[ServiceRules | Problem]:
    """Yield the rules of every service that has any, and problems."""
    directory = Directory.of(catalog)
    for service, of_service in declared(catalog).items():
        groups = SharedList[Json]()
        of = rules_of(of_service.objectives, directory, catalog)
        for made in chain(of, _of_signals(service, of_service.signals, directory)):
            if isinstance(made, Problem):
                yield made
            else:
                groups.append(made)

        if groups:
            yield ServiceRules(
                service, f"{service}{catalog.placement.suffix}", groups, path=of_service.path
            )


def _of_signals(
    service: str, alerts: Iterable[SignalAlert], directory: Directory
) -> Iterator[dict[str, Json] | Problem]:
    rules: list[Rule] = []
    for signal in alerts:
        refusal = why_not_signal(signal)
        if refusal is not None:
            yield refusal
        else:
            rules.extend(signal_rules(signal, directory))

    if rules:
        yield group(f"{service}-signals", FAST_EVERY, rules)
