"""A component or a system of Backstage -> the ownership of a service."""

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
NO_WORD: Final = "is a field that ownership has no word for"


def read_owner(entity: Entity, system: Entity | None) -> Iterator[Converted]:
    """The ownership of a component or of a system; `system` owns it where it names nobody."""
    if not entity.name:
        yield left_out(entity.metadata.origin, "an entity without a name is nobody's service")
        return
    if entity.metadata.values.get("name") != entity.name:
        message = f"the service is {entity.name}: names are a-z, 0-9 and -"
        yield changed(entity.metadata.at("name"), message)
    team = yield from _team(entity, system)
    more: dict[str, Json] = {}
    yield from _lifecycle(entity, more)
    if description := entity.metadata.text("description"):
        more["description"] = description
    dependencies = yield from _dependencies(entity)
    if dependencies:
        more["dependencies"] = dependencies
    yield ownership(entity.name, entity.fields.origin, team, more)
    yield decide(
        entity.metadata.at("name"),
        f"nothing says what {entity.name} is worth: its criticality is taken for standard",
        "write critical, important or standard",
    )
    for fields in (entity.metadata, entity.spec, entity.fields):
        yield from fields.remarks(NO_WORD)


def _lifecycle(entity: Entity, more: dict[str, Json]) -> Iterator[Converted]:
    written = entity.spec.text("lifecycle")
    if not written:
        return
    known = LIFECYCLES.get(written.lower())
    if known is None:
        message = f"lifecycle {written} is none of experimental, production and deprecated"
        yield decide(entity.spec.at("lifecycle"), message, "production is taken; choose one")
    elif known != written:
        yield changed(entity.spec.at("lifecycle"), f"lifecycle {written} is {known} here")
    more["lifecycle"] = known or "production"


def _team(entity: Entity, system: Entity | None) -> Generator[Converted, None, str | None]:
    """Returns the team's name, or None where a person owns it or nobody."""
    source = entity if entity.spec.values.get("owner") or system is None else system
    owner = reference(source.spec.take("owner"), "group")
    if owner is None:
        message = f"nothing says who owns {entity.name}"
        yield decide(entity.spec.origin, message, "name its team in the ownership")
        return None
    kind, name = owner
    if kind != "group":
        message = f"{entity.name} is owned by the {kind} {name}, and here a team answers"
        yield decide(source.spec.at("owner"), message, "name the team")
        return None
    if source is not entity:
        yield changed(source.spec.at("owner"), f"{name} owns {entity.name}, as it owns the system")
    return name


def _dependencies(entity: Entity) -> Generator[Converted, None, list[Json]]:
    """Returns the names of the services that it depends on."""
    names: list[Json] = []
    entity.spec.taken.add("dependsOn")
    for index, text in enumerate(sequence(entity.spec.values.get("dependsOn"))):
        target = reference(text, "component")
        if target and target[0] in ("component", "system"):
            if target[1] not in names:
                names.append(target[1])
        else:
            origin = entity.spec.at("dependsOn").inside(index)
            yield left_out(origin, f"dependency {text} is no service, and is not carried over")
    return names
