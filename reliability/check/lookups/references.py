"""References: names in documents that refer to something else, and the names that exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.lookups.environment_references import environment_references
from reliability.check.lookups.openslo_references import openslo_references
from reliability.check.lookups.reference import Reference
from reliability.load.document import EntryPart, Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy, ObjectiveAlerts
from reliability.model.corrections import Corrections
from reliability.model.error_budget import ErrorBudgetPolicy
from reliability.model.history import HistorySources, SyntheticSource
from reliability.model.incidents import Incidents
from reliability.model.notification import NotificationPolicy
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.rule_policy import RulePolicy, Waivers
from reliability.model.slo_policy import BurnRateWindows, SloPolicy
from reliability.model.team import Team
from reliability.resolve.objectives import default_windows

WINDOW_SET: Final = Message("window set")
SERVICE: Final = Message("service")
TEAM: Final = Message("team")
RULE: Final = Message("rule")


def references(context: Context) -> Iterator[Reference]:
    """Yield each reference in the catalog, kind by kind."""
    yield from openslo_references(context)
    for policy in context.catalog.documents(AlertPolicy):
        yield from _in_alert_policy(policy, context)
    yield from _in_ownerships(context)
    yield from _in_corrections(context, past=False)
    yield from _in_error_budget_policy(context)
    yield from _in_policies(context)
    yield from _in_rule_settings(context)
    yield from environment_references(context)


def _in_alert_policy(policy: Located[AlertPolicy], context: Context) -> Iterator[Reference]:
    service = policy.value.spec.service
    slos, folders = context.slo_names.get(service, frozenset()), _own(policy, service)
    for index, entry in enumerate(policy.value.spec.objectives):
        route: Pointer = ("spec", "objectives", index)
        yield Reference(
            located=policy,
            route=(*route, "slo"),
            what=_slo_of(service),
            name=entry.slo,
            known=slos,
            folders=folders,
        )
        yield from _in_entry(policy, entry, route, context=context)

    for index, signal in enumerate(policy.value.spec.signals):
        if signal.slo is not None:
            route = ("spec", "signals", index, "slo")
            yield Reference(
                located=policy,
                route=route,
                what=_slo_of(service),
                name=signal.slo,
                known=slos,
                folders=folders,
            )


def _in_entry(
    policy: Located[AlertPolicy], entry: ObjectiveAlerts, route: Pointer, context: Context
) -> Iterator[Reference]:
    slo = context.slos.get((policy.value.spec.service, entry.slo))
    if slo is not None and entry.objective is not None:
        count = len(slo.value.spec.objectives)
        known = frozenset(map(slo.value.objective_name, range(count))) - {""}
        what = Message("objective of {slo}", slo=entry.slo)
        yield Reference(
            located=policy,
            route=(*route, "objective"),
            what=what,
            name=entry.objective,
            known=known,
        )

    sets = context.names(BurnRateWindows)
    if entry.windows is not None:
        where = (*route, "windows")
        yield Reference(
            located=policy,
            route=where,
            what=WINDOW_SET,
            name=entry.windows,
            known=sets,
            folders=("policies",),
        )
    elif context.slo_policy is None:
        name, where = default_windows(context.catalog), (*route, "windows")
        kept = ("policies",)
        yield Reference(
            located=policy,
            route=where,
            what=WINDOW_SET,
            name=name,
            known=sets,
            folders=kept,
            default_of="windows",
        )


def _in_ownerships(context: Context) -> Iterator[Reference]:
    for owner in context.catalog.documents(Ownership):
        for index, name in enumerate(owner.value.spec.dependencies):
            route = ("spec", "dependencies", index)
            yield Reference(
                located=owner,
                route=route,
                what=SERVICE,
                name=name,
                known=context.services,
                folders=("services",),
            )


def _in_incidents(context: Context) -> Iterator[Reference]:
    for located in context.catalog.documents(Incidents):
        service = located.value.spec.service
        known, folders = context.slo_names.get(service, frozenset()), _own(located, service)
        for index, incident in enumerate(located.value.spec.incidents):
            for number, impact in enumerate(incident.slos):
                route = ("spec", "incidents", index, "slos", number, "slo")
                yield Reference(
                    located=located,
                    route=route,
                    what=_slo_of(service),
                    name=impact.slo,
                    known=known,
                    folders=folders,
                )


def past_references(context: Context) -> Iterator[Reference]:
    """Yield each SLO that a past record names; it may have been deleted since then."""
    yield from _in_incidents(context)
    yield from _in_corrections(context, past=True)


def _in_corrections(context: Context, *, past: bool) -> Iterator[Reference]:
    """Yield what corrections name, either those that are over or the others."""
    for located in context.catalog.documents(Corrections):
        service = located.value.spec.service
        known, folders = context.slo_names.get(service, frozenset()), _own(located, service)
        for index, correction in enumerate(located.value.spec.corrections):
            if (correction.last_end.astimezone(UTC).date() < context.today) != past:
                continue
            for number, name in enumerate(correction.slos or ()):
                route: Pointer = ("spec", "corrections", index, "slos", number)
                yield Reference(
                    located=located,
                    route=route,
                    what=_slo_of(service),
                    name=name,
                    known=known,
                    folders=folders,
                )


def _in_error_budget_policy(context: Context) -> Iterator[Reference]:
    for policy in context.catalog.documents(ErrorBudgetPolicy):
        named: list[tuple[Pointer, str]] = [
            (("spec", "exceptions", index, "service"), exception.service)
            for index, exception in enumerate(policy.value.spec.exceptions)
        ]
        for index, scope in enumerate(policy.value.spec.scopes):
            where: Pointer = ("spec", "scopes", index, "services")
            named += [((*where, number), name) for number, name in enumerate(scope.services)]

        for route, name in named:
            yield Reference(
                located=policy,
                route=route,
                what=SERVICE,
                name=name,
                known=context.services,
                folders=("services",),
            )


def _in_policies(context: Context) -> Iterator[Reference]:
    catalog = context.catalog
    for policy in catalog.documents(SloPolicy):
        name, known = policy.value.spec.default_windows, context.names(BurnRateWindows)
        is_written = "default_windows" in policy.value.spec.model_fields_set
        unwritten, kept = "" if is_written else "defaultWindows", ("policies",)
        route: Pointer = ("spec", "defaultWindows")
        yield Reference(
            located=policy,
            route=route,
            what=WINDOW_SET,
            name=name,
            known=known,
            folders=kept,
            default_of=unwritten,
        )

    for notification in catalog.documents(NotificationPolicy):
        owner = notification.value.spec.owner
        if owner is not None:
            where, teams = ("spec", "owner"), context.names(Team)
            yield Reference(
                located=notification,
                route=where,
                what=TEAM,
                name=owner,
                known=teams,
                folders=("policies",),
            )

    for history in catalog.documents(HistorySources):
        source = history.value.spec.source
        for slo in source.traffic if isinstance(source, SyntheticSource) else ():
            route = ("spec", "source", "traffic", slo)
            folders = ("services",)
            yield Reference(
                located=history,
                route=route,
                what="SLO",
                name=slo,
                known=context.names(Slo),
                folders=folders,
                part=EntryPart.KEY,
            )


def _in_rule_settings(context: Context) -> Iterator[Reference]:
    for policy in context.catalog.documents(RulePolicy):
        for rule in policy.value.spec.rules:
            where = ("spec", "rules", rule)
            yield Reference(
                located=policy,
                route=where,
                what=RULE,
                name=rule,
                known=context.rule_ids,
                part=EntryPart.KEY,
            )
    for located in context.catalog.documents(Waivers):
        for index, waiver in enumerate(located.value.spec.waivers):
            route: Pointer = ("spec", "waivers", index)
            yield Reference(
                located=located,
                route=(*route, "rule"),
                what=RULE,
                name=waiver.rule,
                known=context.rule_ids,
            )
            yield Reference(
                located=located,
                route=(*route, "service"),
                what=SERVICE,
                name=waiver.service,
                known=context.services,
                folders=("services",),
            )


def _own(located: Located[Any], service: str) -> tuple[str, ...]:
    """Return the folders that can declare SLOs of a service: its own and that of the document."""
    return (f"services/{service}", str(located.document.path).rpartition("/")[0] or ".")


def _slo_of(service: str) -> Message:
    return Message("SLO of {service}", service=service)
