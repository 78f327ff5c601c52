"""A generated schema as people would write it: keywords of draft-07, no titles, no nulls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

Schema = dict[str, Any]

BOUNDS: Final[dict[str, str]] = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
MAPS: Final = ("properties", "patternProperties")
"""Keywords whose keys are names and no keywords."""


def tidied(schema: Any) -> Any:
    """The same schema, as values that nobody else holds."""
    if isinstance(schema, list):
        return [tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found: Schema = {}
    for key, value in schema.items():
        found.update(_keyword(key, value))
    if "patternProperties" in found:
        found.setdefault("additionalProperties", False)
    return found


def _keyword(key: str, value: Any) -> Schema:
    if key in MAPS:
        return {key: {name: tidied(each) for name, each in value.items()}}
    if key == "anyOf":
        return {key: list(_flat(tidied(value)))}
    is_empty = key == "default" and (value is None or isinstance(value, dict))
    if is_empty or key in ("title", "discriminator"):
        return {}
    return {BOUNDS.get(key, key): tidied(value)}


def _flat(choices: list[Schema]) -> Iterator[Schema]:
    for each in choices:
        if set(each) == {"anyOf"}:
            yield from each["anyOf"]
        else:
            yield each
