"""Both sides of a change in each environment, and which environments it affects."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, TypeVar

from reliability.check.context import Context
from reliability.compile.pieces import OF_SERVICES, of_services, service_of
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.model.environments import Environments
from reliability.model.history import HistorySources
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.targets import SyncTargets
from reliability.pipeline import compile_catalog
from reliability.resolve.environments.derived import updated
from reliability.resolve.environments.measured import governed_by, measured_sides
from reliability.review.pull_request.diff import ObjectiveDifference, objective_differences
from reliability.review.pull_request.notified import AlertNotificationChange, notification_changes

D = TypeVar("D", AlertNotificationChange, ObjectiveDifference)


@dataclass(frozen=True, slots=True)
class EnvironmentSides:
    """The contexts of both sides in one environment; its name is empty if none is declared."""

    name: str
    before: Context
    after: Context

    @property
    def is_affected(self) -> bool:
        """Whether the change has any effect here, also one that is not measured."""
        old, new = self.before.catalog, self.after.catalog
        paths = {*old.texts, *new.texts}
        differ = {path for path in paths if old.texts.get(path) != new.texts.get(path)}
        if any(each.document.path in differ for each in old.documents(Environments)):
            return True
        was, now = (_declared(side, differ) for side in (old, new))
        # A file without a document, such as alertmanager.base.yml, is for all environments. That of
        # an SLO which is evaluated elsewhere has one.
        sides = (side.written or side for side in (old, new))
        whole = {each.document.path for side in sides for each in side.everything()}
        if not differ <= whole or (was != now and _has_other_output(old, new, differ)):
            return True
        # The part of an ownership that names environments is not compared, but decides what runs.
        return _evaluated(self.before) != _evaluated(self.after)


def environment_sides(before: Context, after: Context) -> list[EnvironmentSides]:
    """Return both sides in each environment of the base, or the sides themselves.

    `after` has the base as its own, which differs from `before` if something was renamed.
    """
    head = governed_by(after.catalog, before.catalog, (Environments, HistorySources, SyncTargets))
    base = after.base or before.catalog
    pairs = zip(measured_sides(before.catalog, head), measured_sides(base, head), strict=True)
    sides = [
        EnvironmentSides(
            name=new.placement.name,
            before=replace(before, catalog=old),
            after=replace(after, catalog=new, base=own),
        )
        for (old, new), (own, _) in pairs
    ]
    if len(sides) == 1 and not sides[0].name:
        return [EnvironmentSides("", before, after)]
    return [
        side
        for side in sides
        if side.before.objectives
        or side.after.objectives
        or side.before.alerts
        or side.after.alerts
    ]


def all_notification_changes(
    sides: Iterable[EnvironmentSides],
) -> tuple[AlertNotificationChange, ...]:
    """Return the changes of all environments, each once with the environments that have it."""
    return _together(
        (side.name, change)
        for side in sides
        for change in notification_changes(side.before, side.after)
    )


def all_objective_differences(
    sides: Iterable[EnvironmentSides],
) -> tuple[ObjectiveDifference, ...]:
    """Return the differences of all environments, each once with the environments that have it."""
    return _together(
        (side.name, difference)
        for side in sides
        for difference in objective_differences(side.after)
    )


def _together(changes: Iterable[tuple[str, D]]) -> tuple[D, ...]:
    by_change: dict[D, list[str]] = {}
    for name, change in changes:
        by_change.setdefault(change, []).append(name)
    together = [
        replace(change, environments=tuple(filter(None, names)))
        for change, names in by_change.items()
    ]
    return tuple(sorted(together, key=lambda change: change.sort_key))


def _evaluated(context: Context) -> frozenset[tuple[str, str]]:
    """Return the objectives and the alerts of an environment, by service and name."""
    objectives = ((objective.service, objective.identity) for objective in context.objectives)
    alerts = ((alert.service, alert.name) for alert in context.alerts)
    return frozenset((*objectives, *alerts))


def _has_other_output(old: Catalog, new: Catalog, paths: Container[PurePosixPath]) -> bool:
    """Return whether the changed documents compile to something else in this environment.

    Only SLOs, alerts and owners are compiled: what other documents change is not of one service.
    """
    changed = [
        each for side in (old, new) for each in side.everything() if each.document.path in paths
    ]
    if not all(isinstance(each.value, OF_SERVICES) for each in changed):
        return True
    services = {service_of(each) for each in changed}
    was, now = (
        {made.id: made.digest for made in compile_catalog(of_services(side, services))[0]}
        for side in (old, new)
    )
    return was != now


def _declared(catalog: Catalog, paths: Iterable[PurePosixPath]) -> Mapping[Any, Any]:
    """Return what the documents of some files say in this environment."""
    wanted = frozenset(paths)
    return {
        (written.document.path, type(written.value), written.value.metadata.name): (
            _without_overrides(written.value)
        )
        for written in catalog.everything()
        if written.document.path in wanted
    }


def _without_overrides(value: Any) -> Any:
    """Return a document without its overrides, which are applied to its other parts."""
    if isinstance(value, Slo):
        own = {override.annotation for override in value.overrides}
        annotations = value.metadata.annotations
        kept = {name: text for name, text in annotations.items() if name not in own}
        return updated(value, {"metadata": updated(value.metadata, {"annotations": kept})})
    if isinstance(value, AlertPolicy):
        parts = {
            key: tuple(updated(part, {"environments": {}}) for part in getattr(value.spec, key))
            for key in ("objectives", "signals")
        }
        return updated(value, {"spec": updated(value.spec, parts)})
    if isinstance(value, Ownership):
        return updated(value, {"spec": updated(value.spec, {"environments": None})})
    return value
