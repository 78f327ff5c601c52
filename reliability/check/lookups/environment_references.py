"""References to environments, to their servers, and from environments to sync targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.lookups.environments import (
    DeclaredEnvironment,
    declared_environments,
    written_environments,
)
from reliability.check.lookups.reference import Reference
from reliability.load.document import EntryPart, Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.incidents import Incidents
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.targets import SyncTargets
from reliability.model.team import Team

ENVIRONMENT: Final = Message("environment")
SYNC_TARGET: Final = Message("sync target")
POLICIES: Final = ("policies",)

Declared = Mapping[str, DeclaredEnvironment]


def environment_references(context: Context) -> Iterator[Reference]:
    """Yield each reference that is about an environment."""
    declared = declared_environments(context.catalog)
    names = frozenset(declared)
    for slo in context.catalog.documents(Slo):
        yield from _in_slo(slo, names)
    for policy in context.catalog.documents(AlertPolicy):
        for key in ("objectives", "signals"):
            for index, entry in enumerate(getattr(policy.value.spec, key)):
                for name in entry.environments:
                    yield _environment(policy, ("spec", key, index, "environments"), name, names)
    for owner in context.catalog.documents(Ownership):
        yield from _in_ownership(owner, declared, context)
    yield from _in_environments(context, names)
    yield from _in_incidents(context, names)


def _in_incidents(context: Context, names: frozenset[str]) -> Iterator[Reference]:
    for incidents in context.catalog.documents(Incidents):
        for index, incident in enumerate(incidents.value.spec.incidents):
            for place, name in enumerate(incident.environments):
                yield Reference(
                    located=incidents,
                    route=("spec", "incidents", index, "environments", place),
                    what=ENVIRONMENT,
                    name=name,
                    known=names,
                    folders=POLICIES,
                )


def _environment(
    located: Located[Any], route: Pointer, name: str, names: frozenset[str]
) -> Reference:
    return Reference(
        located=located,
        route=(*route, name),
        what=ENVIRONMENT,
        name=name,
        known=names,
        folders=POLICIES,
        part=EntryPart.KEY,
    )


def _in_slo(slo: Located[Slo], names: frozenset[str]) -> Iterator[Reference]:
    """Yield the environments and objectives of overrides in annotations."""
    for override in slo.value.overrides:
        route = ("metadata", "annotations", override.annotation)
        yield Reference(
            located=slo,
            route=route,
            what=ENVIRONMENT,
            name=override.environment,
            known=names,
            folders=POLICIES,
            part=EntryPart.KEY,
        )
        if override.objective is not None:
            count = len(slo.value.spec.objectives)
            yield Reference(
                located=slo,
                route=route,
                what=Message("objective of {slo}", slo=slo.value.metadata.name),
                name=override.objective,
                known=frozenset(map(slo.value.objective_name, range(count))) - {""},
                part=EntryPart.KEY,
            )


def _in_ownership(
    owner: Located[Ownership], declared: Declared, context: Context
) -> Iterator[Reference]:
    at: Pointer = ("spec", "environments")
    for name, here in (owner.value.spec.environments or {}).items():
        yield _environment(owner, at, name, frozenset(declared))
        environment = declared.get(name)
        servers = environment.value.servers if environment else ()
        for index, server in enumerate(here.servers if environment else ()):
            yield Reference(
                located=owner,
                route=(*at, name, "servers", index),
                what=Message("server of {environment}", environment=name),
                name=server,
                known=frozenset(shard.name for shard in servers),
                folders=POLICIES,
            )
        if here.notify is not None:
            yield Reference(
                located=owner,
                route=(*at, name, "notify"),
                what=Message("team"),
                name=here.notify,
                known=context.names(Team),
                folders=POLICIES,
            )


def _in_environments(context: Context, names: frozenset[str]) -> Iterator[Reference]:
    """Yield the environment that each is synced after, and the sync targets of its servers."""
    document = context.catalog.only(SyncTargets)
    for environment in written_environments(context.catalog):
        if environment.value.after is not None:
            yield Reference(
                located=environment.located,
                route=(*environment.route, "after"),
                what=ENVIRONMENT,
                name=environment.value.after,
                known=names,
                folders=POLICIES,
            )
        # Without the document, one folder gets everything, and there is nothing to refer to.
        if document is None:
            continue
        targets = frozenset(target.name for target in document.value.spec.targets)
        for route, name in targets_of(environment):
            yield Reference(
                located=environment.located,
                route=(*environment.route, *route),
                what=SYNC_TARGET,
                name=name,
                known=targets,
                folders=POLICIES,
            )


def targets_of(environment: DeclaredEnvironment) -> Iterator[tuple[Pointer, str]]:
    """Yield the route and the name of each sync target of an environment."""
    for _, server, route in environment.servers():
        yield (*route, "target"), server.target
        for index, replica in enumerate(server.replicas):
            yield (*route, "replicas", index), replica
    for index, target in enumerate(environment.value.targets):
        yield ("targets", index), target
