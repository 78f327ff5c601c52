"""Conversion of a Backstage component or system to the ownership of a service."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Final

from reliability.convert.backstage.entities import Entity, reference
from reliability.convert.converter import Converted, changed, decide, left_out, sequence
from reliability.convert.documents import ownership
from reliability.resource import Json

LIFECYCLES: Final[Mapping[str, str]] = {
    "experimental": "experimental",
    "production": "production",
    "deprecated": "deprecated",
    "development": "experimental",
    "staging": "experimental",
    "beta": "experimental",
    "end-of-life": "deprecated",
}
NO_FIELD: Final = "is not imported: ownership has no such field"


def read_owner(
    entity: Entity, system: Entity | None, system_name: str | None
) -> Iterator[Converted]:
    """Yield the ownership of a component or system; `system` owns it if it names no owner.

    `system_name` is that of the system that it is part of, which may not be in the import.
    """
    if not entity.name:
        message = "an entity without a name cannot become a service"
        yield left_out(entity.metadata.origin, message)
        return

    if entity.metadata.values.get("name") != entity.name:
        message = f"the service is named {entity.name}: names may only contain a-z, 0-9 and -"
        yield changed(entity.metadata.at("name"), message)

    team = yield from _team(entity, system)
    more: dict[str, Json] = {}
    yield from _lifecycle(entity, more)
    if description := entity.metadata.text("description"):
        more["description"] = description
    if system_name:
        more["system"] = system_name

    dependencies = yield from _dependencies(entity)
    if dependencies:
        more["dependencies"] = dependencies

    yield ownership(entity.name, entity.fields.origin, team, more=more)
    yield decide(
        entity.metadata.at("name"),
        f"the criticality of {entity.name} is not in the catalog; standard is assumed",
        "set criticality to critical, important or standard",
    )
    for fields in (entity.metadata, entity.spec, entity.fields):
        yield from fields.diagnostics(NO_FIELD)


def _lifecycle(entity: Entity, more: dict[str, Json]) -> Iterator[Converted]:
    written = entity.spec.text("lifecycle")
    if not written:
        return

    known = LIFECYCLES.get(written.lower())
    if known is None:
        message = f"unknown lifecycle {written}; production is assumed"
        help_text = "set lifecycle to experimental, production or deprecated"
        yield decide(entity.spec.at("lifecycle"), message, help_text)
    elif known != written:
        message = f"lifecycle {written} is imported as {known}"
        yield changed(entity.spec.at("lifecycle"), message)

    more["lifecycle"] = known or "production"


def _team(entity: Entity, system: Entity | None) -> Generator[Converted, None, str | None]:
    """Return the name of the owning team; None if a person owns it or there is no owner."""
    source = entity if entity.spec.values.get("owner") or system is None else system
    owner = reference(source.spec.take("owner"), "group")
    if owner is None:
        message = f"{entity.name} has no owner"
        yield decide(entity.spec.origin, message, "set team in its ownership.yaml")
        return None

    kind, name = owner
    if kind != "group":
        message = f"{entity.name} is owned by the {kind} {name}; the owner must be a team"
        yield decide(source.spec.at("owner"), message, "set team in its ownership.yaml")
        return None

    if source is not entity:
        message = f"{name} owns {entity.name}, because it owns the system"
        yield changed(source.spec.at("owner"), message)

    return name


def _dependencies(entity: Entity) -> Generator[Converted, None, list[Json]]:
    """Return the names of the services that the entity depends on."""
    names: list[Json] = []
    entity.spec.taken.add("dependsOn")
    for index, text in enumerate(sequence(entity.spec.values.get("dependsOn"))):
        target = reference(text, "component")
        if target and target[0] in ("component", "system"):
            if target[1] not in names:
                names.append(target[1])
        else:
            origin = entity.spec.at("dependsOn").inside(index)
            yield left_out(origin, f"dependency {text} is not a service and is not imported")

    return names
