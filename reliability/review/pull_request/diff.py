"""The services, policies and objectives that a change touches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from reliability.check.changes.loosening import loosened
from reliability.check.context import Context
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.load.catalog import Catalog, service_directory
from reliability.resolve.objectives import Objective

What = Literal["same", "moved", "renamed", "new", "gone"]


@dataclass(frozen=True, slots=True)
class Touched:
    """The services and the policy files that a change touches; both sorted."""

    services: tuple[str, ...]
    policies: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether the change touches none of them."""
        return not self.services and not self.policies


@dataclass(frozen=True, slots=True)
class Target:
    """The target of an objective as a ratio 0..1, and its SLO period."""

    ratio: Decimal
    period: timedelta

    @property
    def budget(self) -> timedelta:
        """The error budget as time of full outage in a period."""
        return self.period * float(1 - self.ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveDifference:
    """One objective before and after; `looser` are messages about other loosened parts.

    `environments` are those in which it changes; empty if none is declared.
    """

    service: str
    name: str
    what: What
    old: Target | None
    new: Target | None
    looser: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()

    @property
    def sort_key(self) -> tuple[str, ...]:
        """The order in a report: by service and name."""
        return self.service, self.name, *self.environments


def touched(before: Catalog, after: Catalog) -> Touched:
    """Return the services and policy files in which two catalogs differ."""
    paths = {*before.texts, *after.texts}
    differ = [path for path in paths if before.texts.get(path) != after.texts.get(path)]
    services = {service_directory(path) for path in differ} - {None}
    policies = {path.as_posix() for path in differ if service_directory(path) is None}
    return Touched(tuple(sorted(filter(None, services))), tuple(sorted(policies)))


def objective_differences(context: Context) -> tuple[ObjectiveDifference, ...]:
    """Return the objectives that are new, removed, or differ, sorted by service and name."""
    if context.before is None:
        return ()
    changes = context.objective_changes
    seen = {id(change.new) for change in changes}
    differences = [
        *(difference for change in changes for difference in _kept(change, context)),
        *_gone(context),
        *(
            ObjectiveDifference(
                service=objective.service,
                name=objective.identity,
                what="new",
                old=None,
                new=_target(objective),
            )
            for objective in context.objectives
            if id(objective) not in seen
        ),
    ]

    return tuple(sorted(differences, key=lambda each: each.sort_key))


def _kept(change: ObjectiveChange, context: Context) -> Iterator[ObjectiveDifference]:
    assert context.base is not None  # noqa: S101
    old, new = change.old, change.new
    if new is None:
        yield ObjectiveDifference(
            service=old.service, name=old.identity, what="gone", old=_target(old), new=None
        )
        return

    changes = loosened(change, context.base, context.catalog)
    looser = tuple(
        loosening_change.message
        for loosening_change in changes
        if not loosening_change.message.startswith("target ")
    )
    is_other = _target(old) != _target(new) or change.slo.how != "same" or looser

    if is_other:
        yield ObjectiveDifference(
            service=new.service,
            name=new.identity,
            what=change.slo.how,
            old=_target(old),
            new=_target(new),
            looser=looser,
        )


def _gone(context: Context) -> Iterator[ObjectiveDifference]:
    gone = {id(slo) for slo in context.slo_changes.gone}
    for objective in context.before.objectives if context.before else ():
        if id(objective.slo) in gone:
            yield ObjectiveDifference(
                service=objective.service,
                name=objective.identity,
                what="gone",
                old=_target(objective),
                new=None,
            )


def _target(objective: Objective) -> Target:
    return Target(objective.target, objective.period)
