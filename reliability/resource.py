"""What the tools will be given: resources, neutral to how a target stores them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from reliability.location import Location

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


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
        canonical = json.dumps(self.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
