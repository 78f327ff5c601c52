"""Declared environments with their routes, and where each is read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.environments import Environment, Environments, RuleServer
from reliability.resolve.environments.placements import Running, placements


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredEnvironment:
    """An environment and the item of `policies/environments.yaml` that declares it."""

    value: Environment
    located: Located[Environments]
    index: int

    @property
    def route(self) -> Pointer:
        """Route of the environment in its document."""
        return ("spec", "environments", self.index)

    def at(self, *route: str | int) -> Location:
        """Return the location of a part of the environment."""
        return self.located.at(*self.route, *route)

    def servers(self) -> Iterator[tuple[str, RuleServer, Pointer]]:
        """Yield the name, the server and the route of each server, and of the ruler."""
        for index, shard in enumerate(self.value.servers):
            yield shard.name, shard, ("servers", index)
        if self.value.ruler is not None:
            yield "ruler", self.value.ruler, ("ruler",)


def written_environments(catalog: Catalog) -> Iterator[DeclaredEnvironment]:
    """Yield every environment of the document that is read, also a second one with a name."""
    document = catalog.only(Environments)
    if document is not None:
        for index, environment in enumerate(document.value.spec.environments):
            yield DeclaredEnvironment(value=environment, located=document, index=index)


def declared_environments(catalog: Catalog) -> Mapping[str, DeclaredEnvironment]:
    """Return the environments by name; of two with one name, the first."""
    declared: dict[str, DeclaredEnvironment] = {}
    for environment in written_environments(catalog):
        declared.setdefault(environment.value.name, environment)
    return declared


def runs_in(service: str, environment: Environment, running: Running) -> bool:
    """Return whether a service runs in an environment; without an owner, it runs in all."""
    owner = running.get(service)
    written = owner.value.spec.environments if owner else None
    return written is None or environment.name in written


def environment_labels(catalog: Catalog) -> Mapping[str, bool]:
    """Return the labels about environments that some rules set.

    The value is whether series can have another value: the selector labels of an environment allow
    only one value of each label that they contain.
    """
    labels: dict[str, bool] = {}
    for placement in placements(catalog):
        for name in placement.terms.written:
            is_fixed = name in placement.environment.selector_labels
            labels[name] = labels.get(name, False) or not is_fixed
    return labels
