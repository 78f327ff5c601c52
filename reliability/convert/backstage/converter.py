"""`backstage`: converts components and systems to ownership, and groups to teams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.convert.backstage.entities import Entity, entity, is_entity, is_template, reference
from reliability.convert.backstage.groups import members_of, read_group
from reliability.convert.backstage.owners import read_owner
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Original,
    changed,
    left_out,
    sequence,
)

READ: Final = ("component", "system", "group", "user")


class Backstage:
    """Converter of all entities of an import together, because they refer to each other."""

    name = "backstage"

    def recognizes(self, original: Original) -> bool:
        """Return whether the document is a Backstage entity."""
        return is_entity(original.values)

    def convert(
        self, originals: Sequence[Original], _options: ConversionOptions
    ) -> Iterator[Converted]:
        """Yield ownership and teams, and a diagnostic for every other entity."""
        entities: list[Entity] = []
        for original in originals:
            read = entity(original)
            if is_template(read):
                message = "a template of the Backstage scaffolder is not an entity yet"
                yield left_out(read.metadata.at("name"), message)
            else:
                entities.append(read)

        of: dict[str, list[Entity]] = {}
        for item in entities:
            of.setdefault(item.kind, []).append(item)
        yield from _owners(of.get("component", []), of.get("system", []))
        users = {user.name: user for user in of.get("user", [])}
        joined = members_of(of.get("user", []))
        for group in of.get("group", []):
            yield from read_group(group, joined, users)
        yield from _users(
            of.get("user", []), frozenset(named_group.name for named_group in of.get("group", []))
        )

        for item in entities:
            if item.kind not in READ:
                yield left_out(item.fields.at("kind"), _unread(item))


def _unread(item: Entity) -> str:
    """Say why an entity is left out."""
    kind = item.fields.values.get("kind")
    if not kind:
        return f"{item.name} has no kind, so it is neither a service nor a team"
    return f"the {kind} {item.name} is neither a service nor a team"


def _owners(components: Sequence[Entity], systems: Sequence[Entity]) -> Iterator[Converted]:
    by_name = {candidate.name: candidate for candidate in systems}
    filled: set[str] = set()
    for component in components:
        part_of = reference(component.spec.take("system"), "system")
        system = by_name.get(part_of[1]) if part_of else None
        if system is not None:
            filled.add(system.name)
        yield from read_owner(component, system, part_of[1] if part_of else None)

    for system in systems:
        if system.name not in filled:
            yield from read_owner(system, None, None)
            continue
        message = f"the system {system.name} does not become a service; its components do"
        help_text = "the system's owner owns the components that name no owner"
        yield changed(system.metadata.at("name"), message, help_text)
        system.spec.take("owner")
        yield from _rest(system)


def _rest(entity: Entity) -> Iterator[Converted]:
    for fields in (entity.metadata, entity.spec, entity.fields):
        yield from fields.diagnostics("is not imported: reliability has no such field")


def _users(users: Sequence[Entity], groups: frozenset[str]) -> Iterator[Converted]:
    for user in users:
        named = [reference(text, "group") for text in sequence(user.spec.values.get("memberOf"))]
        if not any(group and group[1] in groups for group in named):
            message = f"the user {user.name} is not in an imported group"
            yield left_out(user.metadata.at("name"), message)
        user.metadata.inner("annotations")
        user.spec.take("memberOf")
        yield from _rest(user)
