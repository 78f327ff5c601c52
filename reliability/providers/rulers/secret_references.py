"""References to secrets in an Alertmanager configuration that is stored behind an API.

Mimir refuses every `*_file` field of a tenant's configuration. So the target names, for each path,
the environment variable with the same secret. The configuration then has `routing_key: env:NAME`,
and the value takes its place only in the request that stores it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

ENDING: Final = "_file"
SCHEME: Final = "env:"
Place = tuple[str | int, ...]


def with_references(value: Any, secrets: Mapping[str, str]) -> Any:
    """Return a configuration with a reference in place of each path that `secrets` names."""
    match value:
        case Mapping():
            return dict(_renamed(key, inner, secrets) for key, inner in value.items())
        case list():
            return [with_references(inner, secrets) for inner in value]
        case _:
            return value


def paths_left(value: Any) -> Iterator[str]:
    """Yield the paths of `*_file` fields, which the server would refuse."""
    match value:
        case Mapping():
            for key, inner in value.items():
                if key.endswith(ENDING) and isinstance(inner, str):
                    yield inner
                else:
                    yield from paths_left(inner)
        case list():
            for inner in value:
                yield from paths_left(inner)
        case _:
            pass


def references(value: Any, at: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield the location of each reference, and the reference."""
    match value:
        case str() if value.startswith(SCHEME):
            yield at, value
        case Mapping():
            for key, inner in value.items():
                yield from references(inner, (*at, key))
        case list():
            for number, inner in enumerate(value):
                yield from references(inner, (*at, number))
        case _:
            pass


def replaced(value: Any, at: Place, new: str) -> Any:
    """Return a value with another part at a location; the same value if there is no such part."""
    if not at:
        return new
    first, *rest = at
    match value:
        case Mapping() if first in value:
            return {**value, first: replaced(value[first], tuple(rest), new)}
        case list() if isinstance(first, int) and first < len(value):
            return [*value[:first], replaced(value[first], tuple(rest), new), *value[first + 1 :]]
        case _:
            return value


def part_at(value: Any, at: Place) -> Any:
    """Return the part of a value at a location; None if there is no such part."""
    for step in at:
        match value:
            case Mapping() if step in value:
                value = value[step]
            case list() if isinstance(step, int) and step < len(value):
                value = value[step]
            case _:
                return None
    return value


def _renamed(key: str, value: Any, secrets: Mapping[str, str]) -> tuple[str, Any]:
    if key.endswith(ENDING) and isinstance(value, str) and value in secrets:
        return key.removesuffix(ENDING), secrets[value]
    return key, with_references(value, secrets)
