"""Catalog -> the rule groups of each service, and what cannot be compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from reliability.burnrate import FAST_EVERY
from reliability.compile.prometheus.alerts import signal_rule
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.groups import group, objective_groups
from reliability.compile.prometheus.names import Rule
from reliability.finding import Label, Problem
from reliability.load.catalog import Catalog
from reliability.model.kind import NAME_PATTERN
from reliability.resolve.objectives import Objective, objectives
from reliability.resolve.signals import SignalAlert, signals
from reliability.resource import Json


@dataclass(slots=True)
class Declared:
    """What one service declares, in the order of its files."""

    objectives: list[Objective] = field(default_factory=list)
    signals: list[SignalAlert] = field(default_factory=list)

    @property
    def path(self) -> PurePosixPath:
        """The file of the first of them."""
        if self.objectives:
            return self.objectives[0].slo.document.path
        return self.signals[0].policy.document.path


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """The rule groups of one service, and the file that asks for the first of them."""

    service: str
    groups: list[Json]
    path: PurePosixPath


def declared(catalog: Catalog) -> dict[str, Declared]:
    """What each service declares, by its name, sorted."""
    found: dict[str, Declared] = {}
    for objective in objectives(catalog):
        found.setdefault(objective.service, Declared()).objectives.append(objective)
    for signal in signals(catalog):
        found.setdefault(signal.service, Declared()).signals.append(signal)
    return dict(sorted(found.items()))


def service_rules(catalog: Catalog) -> Iterator[ServiceRules | Problem]:
    """The rules of every service that has any."""
    directory = Directory.of(catalog)
    for service, of_service in declared(catalog).items():
        groups: list[Json] = []
        for each in _groups(service, of_service, directory):
            if isinstance(each, Problem):
                yield each
            else:
                groups.append(each)
        if groups:
            yield ServiceRules(service, groups, of_service.path)


def _groups(
    service: str, of_service: Declared, directory: Directory
) -> Iterator[dict[str, Json] | Problem]:
    seen: dict[str, Objective] = {}
    for objective in of_service.objectives:
        twin = seen.setdefault(objective.identity, objective)
        if twin is not objective:
            yield _stands_twice(objective, twin)
        elif not re.fullmatch(NAME_PATTERN, service):
            yield _unsafe_name(objective)
        elif objective.sli is not None:
            yield from objective_groups(objective, objective.sli, directory)
    rules: list[Rule] = [
        signal_rule(signal, signal.tier, directory)
        for signal in of_service.signals
        if signal.tier is not None
    ]
    if rules:
        yield group(f"{service}-signals", FAST_EVERY, rules)


def _stands_twice(objective: Objective, twin: Objective) -> Problem:
    return Problem(
        objective.slo.at("spec", "objectives", objective.index),
        f"its series would be called {objective.identity}, and so are those of another objective",
        "rename the SLO or the objective's displayName",
        (Label(twin.slo.at("spec", "objectives", twin.index), "the other"),),
    )


def _unsafe_name(objective: Objective) -> Problem:
    return Problem(
        objective.slo.at("spec", "service"),
        f"{objective.service!r} is no name for a file, and rules are written to one a service",
        "write lower-case letters, digits and dashes",
    )


def problems_of(parts: Iterable[ServiceRules | Problem]) -> Iterator[Problem]:
    """What cannot be compiled."""
    return (each for each in parts if isinstance(each, Problem))
