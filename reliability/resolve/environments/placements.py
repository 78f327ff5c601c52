"""Placements: each server, or global ruler, of each environment that evaluates rules.

An environment with one server has one placement. With several servers, each has a part of the
series (a shard), and an SLO about series on more than one of them needs the global ruler.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reliability.alert_labels import AlertLabelNames
from reliability.load.catalog import Catalog, PlacementTerms
from reliability.load.document import Located
from reliability.model.environments import Environment, Environments, RuleServer, Shard
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.resolve.alert_labels import alert_label_names

Running = Mapping[str, Located[Ownership]]
"""Owner of each service."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One server, or the global ruler, of an environment.

    `shard` is None for the global ruler, and for an environment without servers.
    """

    environment: Environment
    shard: Shard | None
    label_names: AlertLabelNames

    @cached_property
    def is_sharded(self) -> bool:
        """Whether each series of the environment is on one of several servers."""
        return len(self.environment.servers) > 1

    @property
    def is_labeled(self) -> bool:
        """Whether recorded series and alerts have the label of the environment."""
        return self.environment.series == "labeled"

    @property
    def is_global(self) -> bool:
        """Whether the rules see the series of all shards."""
        return self.shard is None or not self.is_sharded

    @property
    def name(self) -> str:
        """Name in reports: the environment, and the server if there are several."""
        name = self.environment.name
        return f"{name}/{self.shard.name}" if self.shard and self.is_sharded else name

    @property
    def suffix(self) -> str:
        """End of the names of compiled objects; empty for unlabeled series."""
        if not self.is_labeled and self.is_global:
            return ""
        return f".{self.name.replace('/', '.')}"

    @property
    def server(self) -> RuleServer | None:
        """Server that evaluates the rules, if one is declared."""
        return self.shard or self.environment.ruler

    @property
    def targets(self) -> tuple[str, ...]:
        """Sync targets that get the rules."""
        return self.server.targets if self.server else ()

    @cached_property
    def terms(self) -> PlacementTerms:
        """Labels of series and alerts, and the highest tier."""
        names, environment = self.label_names, self.environment
        series = [(names.environment, environment.name if self.is_labeled else "")]
        if self.is_sharded:
            series.append((names.shard, self.shard.name if self.shard else ""))
        external = dict(environment.external_labels)
        if self.shard is not None:
            external |= self.shard.external_labels
        return PlacementTerms(
            name=self.name,
            series=tuple(series),
            external=tuple(sorted(external.items())),
            highest_tier=environment.highest_tier,
            suffix=self.suffix,
        )

    @property
    def selector_labels(self) -> tuple[tuple[str, str], ...]:
        """Labels that are added to every selector of a rule."""
        return tuple(sorted(self.environment.selector_labels.items()))

    def runs(self, owner: Located[Ownership] | None) -> bool:
        """Return whether a service with this owner runs in the environment."""
        written = owner.value.spec.environments if owner else None
        return written is None or self.environment.name in written

    def has_series(self, owner: Located[Ownership] | None) -> bool:
        """Return whether the series of a service are on this server, or seen by the ruler."""
        if not self.runs(owner):
            return False
        servers = servers_of(owner, self.environment)
        return self.shard is None or self.shard in servers

    def evaluates(self, slo: Slo, owner: Located[Ownership] | None) -> bool:
        """Return whether the SLO is evaluated here.

        An SLO is evaluated where all of its series are: on its only server, or else by the global
        ruler. With `reliability/per-shard`, each shard has an error budget of its own.
        """
        if not self.has_series(owner):
            return False
        if not self.is_sharded:
            return True
        is_spread = spans(slo, owner, self.environment)
        return (self.shard is None) == is_spread


def pages_folder(placement: str) -> str:
    """Return the folder of the pages of a placement with this name; empty without environments.

    A name of an environment never has an `@`, so a server has a folder of its own.
    """
    return placement.replace("/", "@")


def servers_of(owner: Located[Ownership] | None, environment: Environment) -> tuple[Shard, ...]:
    """Return the servers of an environment that have series of a service with this owner."""
    written = owner.value.spec.environments if owner else None
    of_service = written.get(environment.name) if written else None
    if of_service is None or not of_service.servers:
        return environment.servers
    return tuple(shard for shard in environment.servers if shard.name in of_service.servers)


def spans(slo: Slo, owner: Located[Ownership] | None, environment: Environment) -> bool:
    """Return whether one error budget is about series on several servers."""
    return slo.review.per_shard == "false" and len(servers_of(owner, environment)) > 1


def environments(catalog: Catalog) -> tuple[Environment, ...]:
    """Return the declared environments, in the order written; of two with one name, the first."""
    declared = catalog.only(Environments)
    if declared is None:
        return ()
    named: dict[str, Environment] = {}
    for environment in declared.value.spec.environments:
        named.setdefault(environment.name, environment)
    return tuple(named.values())


def placements(catalog: Catalog) -> tuple[Placement, ...]:
    """Return every placement of the rules; none if no environment is declared."""
    names = alert_label_names(catalog)
    return tuple(
        Placement(environment=environment, shard=shard, label_names=names)
        for environment in environments(catalog)
        for shard in _shards(environment)
    )


def _shards(environment: Environment) -> Iterator[Shard | None]:
    """Yield the servers, and None for the global ruler; one server alone sees all series."""
    yield from environment.servers
    is_sharded = len(environment.servers) > 1
    if not environment.servers or (is_sharded and environment.ruler is not None):
        yield None


def owners(catalog: Catalog) -> Running:
    """Return the first owner of each service."""
    by_service: dict[str, Located[Ownership]] = {}
    for ownership in catalog.documents(Ownership):
        by_service.setdefault(ownership.value.service, ownership)
    return by_service
