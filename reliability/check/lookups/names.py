"""Every name that must be unique, with the message for a second use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.lookups.environments import DeclaredEnvironment, written_environments
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.baseline import Baseline
from reliability.model.environments import Environments
from reliability.model.history import HistorySources
from reliability.model.kind import Model
from reliability.model.notification import NotificationPolicy
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.rule_policy import RulePolicy
from reliability.model.slo_policy import SloPolicy
from reliability.model.targets import SyncTargets
from reliability.resolve.alerts import BURN, NO_DATA

READ_ONCE: Final[tuple[type[Model], ...]] = (
    NotificationPolicy,
    SloPolicy,
    RulePolicy,
    Baseline,
    HistorySources,
    SyncTargets,
    Environments,
)
DERIVED: Final = (BURN, NO_DATA)
"""The alerts generated from SLOs (`reliability/compile/prometheus`)."""

NAME: Final[Pointer] = ("metadata", "name")
RENAME: Final = Message("rename one of the two")
MERGE: Final = Message("merge the two into one")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Name:
    """A name within its scope; `located` is None for the names of generated alerts."""

    key: tuple[str, ...]
    located: Located[Any] | None
    route: Pointer
    message: Message
    """The message if the name is used twice; never shown for a reserved name."""
    help: Message = RENAME


def declared_names(context: Context) -> Iterator[Name]:
    """Yield every name, in the order of the files of each kind."""
    yield from _of_documents(context)
    yield from _of_owners(context)
    for slo in context.slos.values():
        yield from _of_objectives(slo)
    for policy in context.catalog.documents(AlertPolicy):
        yield from _of_entries(policy)
        yield from _of_signals(policy)
    for environment in written_environments(context.catalog):
        yield from _of_environment(environment)


def _of_documents(context: Context) -> Iterator[Name]:
    for kind, documents in context.catalog.located.items():
        for located in documents:
            name, shown = located.value.metadata.name, located.value.kind
            if kind in READ_ONCE:
                message = Message("a second {kind}: only the first one is read", kind=shown)
                yield Name(
                    key=("kind", shown),
                    located=located,
                    route=("kind",),
                    message=message,
                    help=MERGE,
                )
            elif kind is Slo:
                service = located.value.spec.service
                message = Message(
                    "{service} already has an SLO named {name}", service=service, name=name
                )
                yield Name(key=("slo", service, name), located=located, route=NAME, message=message)
            else:
                message = Message("{kind} {name} already exists", kind=shown, name=name)
                yield Name(
                    key=("name", kind.__name__, name), located=located, route=NAME, message=message
                )


def _of_owners(context: Context) -> Iterator[Name]:
    for owner in context.catalog.documents(Ownership):
        service = owner.value.service
        if service == owner.value.metadata.name:
            continue

        message = Message("{service} already has an owner", service=service)
        yield Name(
            key=("name", "Ownership", service),
            located=owner,
            route=("spec", "service"),
            message=message,
        )


def _of_objectives(slo: Located[Slo]) -> Iterator[Name]:
    spec = slo.value.spec
    for index in range(len(spec.objectives)):
        name = slo.value.objective_name(index)
        identity = f"{slo.value.metadata.name}-{name}" if name else slo.value.metadata.name
        message = Message(
            "{service} already has an objective named {name}", service=spec.service, name=identity
        )
        help_text = Message("give each objective a unique displayName")
        key = ("objective", spec.service, identity)
        yield Name(
            key=key,
            located=slo,
            route=("spec", "objectives", index),
            message=message,
            help=help_text,
        )


def _of_entries(policy: Located[AlertPolicy]) -> Iterator[Name]:
    service = policy.value.spec.service
    for index, entry in enumerate(policy.value.spec.objectives):
        key = ("entry", service, entry.slo, *filter(None, (entry.objective,)))
        objective = f"{entry.slo}, {entry.objective}" if entry.objective else entry.slo
        message = Message(
            "{objective} already has an entry, and only the first one is read", objective=objective
        )
        yield Name(
            key=key,
            located=policy,
            route=("spec", "objectives", index, "slo"),
            message=message,
            help=MERGE,
        )


def _of_signals(policy: Located[AlertPolicy]) -> Iterator[Name]:
    service = policy.value.spec.service
    for index, signal in enumerate(policy.value.spec.signals):
        route = ("spec", "signals", index, "name")
        key = ("signal", service, signal.name, *filter(None, (signal.tier,)))
        if signal.name in DERIVED:
            message = _reserved(signal.name)
            yield Name(key=key, located=None, route=route, message=message)
            yield Name(key=key, located=policy, route=route, message=message)
            continue

        message = Message(
            "{service} already has a signal named {name}", service=service, name=signal.name
        )
        yield Name(key=key, located=policy, route=route, message=message)
        if signal.alertname in DERIVED:
            of_alert = ("alertname", service, signal.alertname, signal.name)
            message = _reserved(signal.alertname)
            yield Name(key=of_alert, located=None, route=route, message=message)
            yield Name(
                key=of_alert, located=policy, route=(*route[:-1], "alertName"), message=message
            )


def _of_environment(environment: DeclaredEnvironment) -> Iterator[Name]:
    """Yield the name of an environment and those of its servers."""
    name = environment.value.name
    yield Name(
        key=("environment", name),
        located=environment.located,
        route=(*environment.route, "name"),
        message=Message("an environment named {name} already exists", name=name),
    )
    for index, server in enumerate(environment.value.servers):
        message = Message(
            "{environment} already has a server named {name}", environment=name, name=server.name
        )
        yield Name(
            key=("server", name, server.name),
            located=environment.located,
            route=(*environment.route, "servers", index, "name"),
            message=message,
            help=Message("rename one of the two, or list its target in `replicas` of the first"),
        )


def _reserved(name: str) -> Message:
    return Message("{name} is the name of alerts generated from SLOs", name=name)
