"""Resources for tools, independent of how a target stores them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from reliability.location import Location
from reliability.tuning import SharedList

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True, order=True)
class ResourceId:
    """A resource's name within a target: `prometheus rule-file attendance`."""

    target: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.target} {self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Resource:
    """One object of a target; `body` is JSON-like, `origin` is the document that declares it.

    `targets` are the names of the sync targets that get it, or None for all.
    """

    id: ResourceId
    body: Mapping[str, Json]
    origin: Location | None = field(default=None, compare=False)
    targets: tuple[str, ...] | None = field(default=None, compare=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of the body's canonical JSON, in hex: sorted keys, lists in their order."""
        digest = hashlib.sha256()
        for part in _canonical(self.body):
            digest.update(part)
        return digest.hexdigest()


def _canonical(value: Json | Mapping[str, Json]) -> Iterator[bytes]:
    """Yield canonical JSON in parts; a SharedList is encoded once for all that contain it."""
    if isinstance(value, SharedList):
        yield _canonical_shared(value)
    elif isinstance(value, Mapping):
        yield b"{"
        for number, key in enumerate(sorted(value)):
            yield (b"," if number else b"") + _json(key) + b":"
            yield from _canonical(value[key])
        yield b"}"
    else:
        yield _json(value)


@lru_cache(maxsize=1)
def _canonical_shared(values: SharedList[Json]) -> bytes:
    return _json(values)


def _json(value: Json) -> bytes:
    return CANONICAL.encode(value).encode()
