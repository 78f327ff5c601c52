"""The data of rules: one world per service and one for the catalog, and where subjects are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reliability.check.context import Context
from reliability.check.custom.data import (
    Data,
    entry_data,
    join_neighbours,
    objective_data,
    ownership_data,
    query_texts,
    signal_data,
    slo_data,
    team_data,
    with_names,
)
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.alert_policy import AlertPolicy
from reliability.model.openslo.service import Service
from reliability.model.openslo.slo import Slo
from reliability.model.team import Team
from reliability.resolve.objectives import Objective
from reliability.resolve.signals import SignalAlert, signals


@dataclass(frozen=True, slots=True)
class SubjectLocation:
    """The document of a subject, the route to it, and the default location of findings."""

    located: Located[Any]
    route: Pointer = ()
    default: Pointer = ("metadata", "name")

    def at(self, written: str | None) -> Location:
        """Return the location of a key such as `spec.criticality`, or the default location."""
        steps: Pointer = tuple(map(_step, written.split("."))) if written else self.default
        return self.located.at(*self.route, *steps)


def _step(word: str) -> str | int:
    return int(word) if word.isascii() and word.isdigit() else word


@dataclass(frozen=True, slots=True)
class World:
    """The data that rules on one service or on the catalog see, and the locations of subjects."""

    data: Data
    locations: Mapping[str, tuple[SubjectLocation, ...]]


@dataclass(slots=True)
class Documents:
    """The documents of one service."""

    slos: list[Located[Slo]] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    signals: list[SignalAlert] = field(default_factory=list)
    others: list[Located[Any]] = field(default_factory=list)


class Worlds:
    """The worlds of a context, without services that have an unreadable file.

    The catalog is left out as well then: rules would report unreadable parts as missing.
    """

    def __init__(self, context: Context) -> None:
        """Start without building anything."""
        self.context = context

    def of_services(self) -> list[World]:
        """Build each service that has a document, sorted by name, with its neighbors."""
        worlds = [
            self._service(name, self._documents[name])
            for name in sorted(self._documents)
            if self.context.is_whole(f"services/{name}")
        ]
        join_neighbours([world.data["service"] for world in worlds])
        return worlds

    def of_catalog(self, services: Iterable[World]) -> World | None:
        """Build the catalog from the worlds of services."""
        if not self.context.is_whole():
            return None
        entries = [entry_data(world.data["service"]) for world in services]
        owned: dict[str, list[str]] = {}
        for entry in entries:
            owned.setdefault(entry.get("team", ""), []).append(entry["name"])
        teams = {
            team.value.metadata.name: team.value for team in self.context.catalog.documents(Team)
        }
        listed = [
            {"name": name, "members": list(team.spec.members), "services": owned.get(name, [])}
            for name, team in sorted(teams.items())
        ]

        return World({"catalog": with_names({"services": entries, "teams": listed})}, {})

    @cached_property
    def _documents(self) -> dict[str, Documents]:
        by_service: dict[str, Documents] = {}

        def of(service: str) -> Documents:
            return by_service.setdefault(service, Documents())

        catalog = self.context.catalog
        for name, owner in self.context.ownerships.items():
            of(name).others.append(owner)
        for service in catalog.documents(Service):
            of(service.value.metadata.name).others.append(service)
        for slo in catalog.documents(Slo):
            of(slo.value.spec.service).slos.append(slo)
        for policy in catalog.documents(AlertPolicy):
            of(policy.value.spec.service).others.append(policy)
        for objective in self.context.objectives:
            of(objective.service).objectives.append(objective)
        for signal in signals(catalog):
            of(signal.service).signals.append(signal)
        return by_service

    def _service(self, name: str, of: Documents) -> World:
        context = self.context
        owner, team = context.ownerships.get(name), context.team_of(name)
        documents = [*of.others, *of.slos]
        data: Data = {
            "name": name,
            "slos": [slo_data(slo.value) for slo in of.slos],
            "objectives": [
                objective_data(objective, query_texts(objective, context.catalog))
                for objective in of.objectives
            ],
            "signals": [signal_data(signal) for signal in of.signals],
            "files": list(dict.fromkeys(str(located.document.path) for located in documents)),
        }

        if owner is not None:
            data["ownership"] = ownership_data(owner.value.spec)
        if team is not None:
            data["team"] = team_data(team.value)

        return World({"service": data}, _locations(documents[0], of))


def _locations(first: Located[Any], of: Documents) -> dict[str, tuple[SubjectLocation, ...]]:
    return {
        "service": (SubjectLocation(first),),
        "slo": tuple(map(SubjectLocation, of.slos)),
        "objective": tuple(
            SubjectLocation(objective.slo, ("spec", "objectives", objective.index), ("target",))
            for objective in of.objectives
        ),
        "signal": tuple(
            SubjectLocation(signal.policy, signal.route, ("name",)) for signal in of.signals
        ),
    }
