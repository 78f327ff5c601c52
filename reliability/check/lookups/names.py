"""Every name that may stand once, with what is said where it stands twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reliability.check.context import Context
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.model.alert_policy import AlertPolicy
from reliability.model.baseline import Baseline
from reliability.model.history import HistorySources
from reliability.model.kind import Model
from reliability.model.notification import NotificationPolicy
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.rule_policy import RulePolicy
from reliability.model.slo_policy import SloPolicy
from reliability.model.targets import SyncTargets

READ_ONCE: Final[tuple[type[Model], ...]] = (
    NotificationPolicy,
    SloPolicy,
    RulePolicy,
    Baseline,
    HistorySources,
    SyncTargets,
)
DERIVED: Final = ("ErrorBudgetBurn", "SLINoData")
"""The names of the alerts that are derived from SLOs (`reliability/compile/prometheus`)."""

NAME: Final[Pointer] = ("metadata", "name")


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name within its scope; `located` is None for the names that we give."""

    key: tuple[str, ...]
    located: Located[Any] | None
    route: Pointer
    message: str
    help: str = "rename one of the two"


def declared_names(context: Context) -> Iterator[Name]:
    """Every name, in the order of the files of each kind."""
    yield from _of_documents(context)
    yield from _of_owners(context)
    for slo in context.slos.values():
        yield from _of_objectives(slo)
    for policy in context.catalog.each(AlertPolicy):
        yield from _of_entries(policy)
        yield from _of_signals(policy)


def _of_documents(context: Context) -> Iterator[Name]:
    for kind, located in context.catalog.located.items():
        for each in located:
            name = each.value.metadata.name
            shown = each.value.kind
            if kind in READ_ONCE:
                message = f"a second {shown}, and only the first is read"
                help_text = "make one document of the two"
                yield Name(("kind", shown), each, ("kind",), message, help_text)
            elif kind is Slo:
                service = each.value.spec.service
                message = f"{service} has an SLO named {name} already"
                yield Name(("slo", service, name), each, NAME, message)
            else:
                message = f"there is {_article(shown)} {shown} named {name} already"
                yield Name(("name", kind.__name__, name), each, NAME, message)


def _article(word: str) -> str:
    return "an" if word[0] in "AEIOS" and word != "Service" else "a"


def _of_owners(context: Context) -> Iterator[Name]:
    for owner in context.catalog.each(Ownership):
        service = owner.value.service
        if service == owner.value.metadata.name:
            continue
        message = f"{service} has an owner already"
        yield Name(("name", "Ownership", service), owner, ("spec", "service"), message)


def _of_objectives(slo: Located[Slo]) -> Iterator[Name]:
    spec = slo.value.spec
    for index in range(len(spec.objectives)):
        name = slo.value.objective_name(index)
        identity = f"{slo.value.metadata.name}-{name}" if name else slo.value.metadata.name
        message = f"{spec.service} has an objective named {identity} already"
        help_text = "give each objective a displayName of its own"
        key = ("objective", spec.service, identity)
        yield Name(key, slo, ("spec", "objectives", index), message, help_text)


def _of_entries(policy: Located[AlertPolicy]) -> Iterator[Name]:
    service = policy.value.spec.service
    for index, entry in enumerate(policy.value.spec.objectives):
        key = ("entry", service, entry.slo, entry.objective or "")
        what = f"{entry.slo}, {entry.objective}" if entry.objective else entry.slo
        message = f"{what} has an entry already, and only the first is read"
        route = ("spec", "objectives", index, "slo")
        yield Name(key, policy, route, message, "make one entry of the two")


def _of_signals(policy: Located[AlertPolicy]) -> Iterator[Name]:
    service = policy.value.spec.service
    for index, signal in enumerate(policy.value.spec.signals):
        route = ("spec", "signals", index, "name")
        key = ("signal", service, signal.tier or "", signal.name)
        if signal.name in DERIVED:
            yield Name(key, None, route, "")
        message = f"{service} has a signal named {signal.name} already"
        if signal.name in DERIVED:
            message = f"{signal.name} is what the alerts that are derived from SLOs are called"
        yield Name(key, policy, route, message)
        if signal.alertname in DERIVED and signal.name not in DERIVED:
            message = f"{signal.alertname} is what the alerts that are derived from SLOs are called"
            of_alert = ("alertname", service, signal.alertname, signal.name)
            yield Name(of_alert, None, route, "")
            yield Name(of_alert, policy, (*route[:-1], "alertName"), message)
