"""Entities of a Backstage catalog, and the references between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from reliability.convert.converter import Original, OriginalLocation, mapping
from reliability.convert.fields import Fields
from reliability.convert.names import slug

REFERENCE: Final = re.compile(
    r"^(?:(?P<kind>[A-Za-z]+):)?(?:(?P<namespace>[\w.-]+)/)?(?P<name>[\w.-]+)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity: its kind in lower case, its name as a slug, and its fields."""

    kind: str
    name: str
    fields: Fields
    metadata: Fields
    spec: Fields


def is_entity(values: Any) -> bool:
    """Return whether a document is a Backstage entity."""
    return str(mapping(values).get("apiVersion", "")).startswith("backstage.io/")


def is_template(entity: Entity) -> bool:
    """Return whether the name is a placeholder, as `${{ values.name }}` in a skeleton."""
    name = str(entity.metadata.values.get("name"))
    return "{{" in name or "{%" in name


def entity(original: Original) -> Entity:
    """Return the entity in a document."""
    fields = Fields(original.values, OriginalLocation(original))
    for key in ("apiVersion", "kind"):
        fields.take(key)
    metadata = fields.inner("metadata")
    name = str(metadata.take("name") or "")
    kind = str(fields.values.get("kind") or "").lower()

    return Entity(
        kind=kind, name=slug(name), fields=fields, metadata=metadata, spec=fields.inner("spec")
    )


def reference(text: Any, kind: str) -> tuple[str, str] | None:
    """Return kind and slug of a reference `[kind:][namespace/]name`, or None if it is not valid.

    `kind` is the default kind. Source: the Backstage documentation on entity references.
    """
    match = REFERENCE.match(text) if isinstance(text, str) else None
    if match is None or not slug(match["name"]):
        return None
    return (match["kind"] or kind).lower(), slug(match["name"])
