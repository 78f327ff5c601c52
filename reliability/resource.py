"""What the tools will be given: resources, neutral to how a target stores them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from reliability.location import Location

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Shared(list[Json]):
    """A list that several bodies hold and nobody changes: what is made of it is made once."""

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


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
    """One object of a target; `body` is JSON-like, `origin` is the document that asked for it."""

    id: ResourceId
    body: Mapping[str, Json]
    origin: Location | None = field(default=None, compare=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of the body's canonical JSON, in hex: sorted keys, lists in their order."""
        return hashlib.sha256(_canonical(self.body).encode()).hexdigest()


def _canonical(value: Json | Mapping[str, Json]) -> str:
    """Canonical JSON; what is Shared is written once for all that hold it."""
    if isinstance(value, Shared):
        return _canonical_shared(value)
    if isinstance(value, Mapping):
        pairs = (f"{_json(key)}:{_canonical(value[key])}" for key in sorted(value))
        return f"{{{','.join(pairs)}}}"
    return _json(value)


@lru_cache(maxsize=1)
def _canonical_shared(values: Shared) -> str:
    return _json(values)


def _json(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
