"""The findings that only one environment has, because an override differs there."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.check.context import Context
from reliability.finding import Finding, Label, Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy, ObjectiveAlerts, Signal
from reliability.model.environments import Environment
from reliability.model.kind import Model
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.environments.derived import catalog_in
from reliability.resolve.environments.placements import Placement, Running, environments, owners

MISSING: Final = "reference-missing"
HERE: Final = Message("here in all environments")

Checking = Callable[[Context], Iterator[Finding]]
"""Runs the rules over a context."""
Services = dict[str, set[str]]
"""Services with an override, by environment."""


def found_in_environments(
    context: Context, findings: Iterable[Finding], checking: Checking
) -> Iterator[Finding]:
    """Check the catalog of each environment that has overrides, and yield what is new in it.

    A finding of the same rule at the same location is reported once, without an environment. Only
    services with an override are checked again, so the time grows with the overrides.
    """
    written = [*findings]
    known = {(finding.rule, finding.problem.at) for finding in written}
    # A name that does not exist is one finding, whichever rule meets it in an environment.
    missing = {finding.problem.at for finding in written if finding.rule == MISSING}
    changed = _services(context)
    for environment in environments(context.catalog):
        services = changed.get(environment.name)
        if services is None:
            continue
        derived = _Derived.of(environment, services, context)
        for finding in checking(derived.context):
            at = finding.problem.at
            is_known = (finding.rule, at) in known or at in missing
            if at.path in derived.documents and not is_known:
                yield derived.named(finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Derived:
    """One environment, the context of its services with overrides, and their documents by path."""

    environment: Environment
    context: Context
    documents: dict[PurePosixPath, list[Located[Any]]]
    needs_approval: bool

    @classmethod
    def of(cls, environment: Environment, services: set[str], context: Context) -> _Derived:
        """Derive the catalogs of both sides."""
        # A highest tier that the change raises counts once it was approved and merged.
        in_effect = _named(context.policies).get(environment.name, environment)
        tier = {"highest_tier": in_effect.highest_tier}
        catalog = _catalog(context.catalog, environment, services, tier=tier)
        by_path: dict[PurePosixPath, list[Located[Any]]] = defaultdict(list)
        for document in _documents(catalog):
            if _service(document) in services:
                by_path[document.document.path].append(document)
        base = _base(context, environment, services, tier=tier)
        before = _named(context.base).get(environment.name) if context.base else None
        return cls(
            environment=environment,
            context=dataclasses.replace(
                context, catalog=catalog, base=base, evidence=None, live=None, amtool=None
            ),
            documents=by_path,
            needs_approval=before is None or before.approvals == "team",
        )

    def is_override(self, at: Location) -> bool:
        """Return whether a location is that of an override."""
        return any(
            each.document.locate((*each.pointer, *override)) == at
            for each in self.documents.get(at.path, ())
            for _, override in each.moved
        )

    def named(self, finding: Finding) -> Finding:
        """Return a finding that names the environment, at the override that causes it."""
        problem, name = finding.problem, self.environment.name
        at, related = problem.at, problem.related
        cause = next((label for label in related if self.is_override(label.at)), None)
        if cause is not None and not self.is_override(at):
            others = tuple(label for label in related if label is not cause)
            at, related = cause.at, (Label(problem.at, HERE), *others)

        approval = problem.approval
        if problem.requires is not None and approval is None and not self.needs_approval:
            approval = Message("approvals: none in {environment}", environment=name)
        named = dataclasses.replace(
            problem,
            at=at,
            message=_in(name, problem),
            related=related,
            # A fix was computed for what is written for all environments.
            fix=None,
            approval=approval,
            subject=f"{name} {problem.subject}".strip(),
        )
        return dataclasses.replace(finding, problem=named, waiver=approval)


def _in(environment: str, problem: Problem) -> Message:
    return Message("in {environment}: {problem}", environment=environment, problem=problem.message)


def _catalog(
    catalog: Catalog, environment: Environment, services: set[str], tier: dict[str, Any]
) -> Catalog:
    """Return the catalog of an environment as a whole, with the SLOs and alerts of services.

    It has no shards and no selector labels: rules judge queries as they are written.
    """
    whole = environment.model_copy(update={"servers": (), "ruler": None, **tier})
    placement = Placement(environment=whole, shard=None, label_names=alert_label_names(catalog))
    return catalog_in(_reduced(catalog, services), placement, selector_labels=())


def _base(
    context: Context, environment: Environment, services: set[str], tier: dict[str, Any]
) -> Catalog | None:
    """Return the catalog to compare an environment with, or None if it is a new one.

    Unlabeled series continue those of a repository without environments, and so do its SLOs.
    """
    if context.base is None:
        return None
    declared = _named(context.base)
    if environment.name in declared:
        return _catalog(context.base, declared[environment.name], services, tier=tier)
    is_continued = not declared and environment.series == "unlabeled"
    return _reduced(context.base, services) if is_continued else None


def _reduced(catalog: Catalog, services: set[str]) -> Catalog:
    """Return the catalog with the SLOs and alert policies of some services only."""
    some: dict[type[Model], tuple[Located[Any], ...]] = {
        kind: tuple(each for each in catalog.located.get(kind, ()) if _service(each) in services)
        for kind in (Slo, AlertPolicy)
    }
    return dataclasses.replace(catalog, located={**catalog.located, **some})


def _services(context: Context) -> Services:
    """Return the services with an override on either side, by environment."""
    services: Services = defaultdict(set)
    for side in (context.catalog, context.base):
        for environment, service in _overridden(side) if side is not None else ():
            services[environment].add(service)
    if context.base is not None:
        _add_moved(owners(context.base), owners(context.catalog), context, services=services)
    return services


def _overridden(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield the environment and the service of each override."""
    for slo in catalog.documents(Slo):
        for override in slo.value.overrides:
            yield override.environment, slo.value.spec.service
    for policy in catalog.documents(AlertPolicy):
        spec = policy.value.spec
        for written in (*map(_environments, spec.objectives), *map(_environments, spec.signals)):
            yield from ((name, spec.service) for name in written)
    for owner in catalog.documents(Ownership):
        written = owner.value.spec.environments or {}
        yield from ((name, owner.value.service) for name in written if written[name].notify)


def _environments(entry: ObjectiveAlerts | Signal) -> Iterable[str]:
    return entry.environments


def _add_moved(before: Running, after: Running, context: Context, services: Services) -> None:
    """Add the services that no longer run in an environment."""
    for name in before.keys() & after.keys():
        was, now = (side[name].value.spec.environments for side in (before, after))
        for environment in environments(context.catalog) if was != now else ():
            if now is not None and environment.name not in now:
                services[environment.name].add(name)


def _named(catalog: Catalog) -> dict[str, Environment]:
    return {environment.name: environment for environment in environments(catalog)}


def _documents(catalog: Catalog) -> Iterator[Located[Any]]:
    for kind in (Slo, AlertPolicy, Ownership):
        yield from catalog.located.get(kind, ())


def _service(located: Located[Any]) -> str:
    value = located.value
    name: str = value.service if isinstance(value, Ownership) else value.spec.service
    return name
