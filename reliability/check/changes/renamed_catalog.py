"""The documents of the base under the names that services and SLOs have now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reliability.check.context import Context
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.model.corrections import Corrections
from reliability.model.incidents import Incidents
from reliability.model.openslo.service import Service
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership


def as_named_now(context: Context) -> Catalog | None:
    """Return the base's catalog with the new names of renamed services and their SLOs.

    A comparison by name then sees one service with its past, not one deleted and one new service.
    Returns None without a base, and the same catalog if no service was renamed.
    """
    before = context.before
    if before is None or not context.former_services:
        return context.base

    services = {old: new for new, old in context.former_services.items()}
    slos = {
        (change.old.value.spec.service, change.old.value.metadata.name): (
            change.new.value.metadata.name
        )
        for change in context.slo_changes.kept
    }

    names = _Names(services, slos)
    located = (
        replace(document, value=names.applied(document.value))
        for document in before.catalog.everything()
    )
    catalog = before.catalog

    return Catalog.of(located, catalog.files, catalog.raw, texts=catalog.texts)


@dataclass(frozen=True, slots=True)
class _Names:
    """The new names of services, and of SLOs by service and name at the base."""

    services: Mapping[str, str]
    slos: Mapping[tuple[str, str], str]

    def applied(self, value: Any) -> Any:
        """Return a document with the new names; itself if it is about another service."""
        match value:
            case Ownership():
                spec = _copied(value.spec, service=self._service(value.spec.service))
                return _copied(value, metadata=self._metadata(value.metadata), spec=spec)
            case Service():
                return _copied(value, metadata=self._metadata(value.metadata))
            case Slo() | AlertPolicy() | Incidents() | Corrections():
                if value.spec.service in self.services:
                    return self._of_service(value, value.spec.service)
            case _:
                pass
        return value

    def _of_service(self, value: Any, service: str) -> Any:
        spec = _copied(value.spec, service=self._service(service))
        match value:
            case Slo():
                name = self._slo(service, value.metadata.name)
                return _copied(value, metadata=_copied(value.metadata, name=name), spec=spec)
            case AlertPolicy():
                parts = {
                    key: tuple(
                        _copied(part, slo=self._slo(service, part.slo) if part.slo else None)
                        for part in getattr(spec, key)
                    )
                    for key in ("objectives", "signals")
                }
                return _copied(value, spec=_copied(spec, **parts))
            case Incidents():
                incidents = tuple(
                    _copied(
                        incident,
                        slos=tuple(
                            _copied(part, slo=self._slo(service, part.slo))
                            for part in incident.slos
                        ),
                    )
                    for incident in spec.incidents
                )
                return _copied(value, spec=_copied(spec, incidents=incidents))
            case Corrections():
                corrections = tuple(
                    _copied(
                        correction,
                        slos=tuple(self._slo(service, name) for name in correction.slos)
                        if correction.slos
                        else None,
                    )
                    for correction in spec.corrections
                )
                return _copied(value, spec=_copied(spec, corrections=corrections))
            case _:
                return value

    def _service(self, name: str | None) -> str | None:
        return self.services.get(name, name) if name is not None else None

    def _slo(self, service: str, name: str) -> str:
        return self.slos.get((service, name), name)

    def _metadata(self, metadata: Any) -> Any:
        return _copied(metadata, name=self._service(metadata.name))


def _copied(value: Any, **changes: Any) -> Any:
    return value.model_copy(update=changes)
