"""Objects of a Datadog site at one time: which are ours, which are copies, and what refers to what.

Datadog gives ids, so two syncs at once, or an answer that was lost, can create an object twice. The
oldest that is as written is the object; an exact copy has the name `<name>#<id>`, so that the plan
deletes it. A copy that somebody changed is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from reliability.plan.held import (
    DriftedResource,
    Foreign,
    Held,
    Intact,
    MarkedObject,
    Owner,
    Stale,
    Unreadable,
)
from reliability.providers.datadog.forms import DatadogObject, body_of
from reliability.resource import Json, Resource, ResourceId

COPY: Final = "#"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All objects with our key; `reader` is the repository that reads them."""

    target: str
    objects: tuple[DatadogObject, ...]
    reader: Owner | None = None
    written: dict[ResourceId, DatadogObject] = field(default_factory=dict)
    written_names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """`<kind> <name>` by id, also of copies."""
        return {remote.id: f"{remote.kind} {remote.name}" for remote in self.objects}

    @cached_property
    def by_id(self) -> Mapping[ResourceId, DatadogObject]:
        """Each object by the id of its resource; copies have one of their own."""
        grouped: dict[ResourceId, list[DatadogObject]] = {}
        for remote in self.objects:
            identity = ResourceId(self.target, remote.kind, remote.name)
            grouped.setdefault(identity, []).append(remote)
        return dict(self._named(grouped))

    def _named(
        self, grouped: Mapping[ResourceId, Iterable[DatadogObject]]
    ) -> Iterator[tuple[ResourceId, DatadogObject]]:
        for identity, group in grouped.items():
            first, *copies = sorted(group, key=self._order)
            yield identity, first
            for copy in copies:
                yield ResourceId(self.target, copy.kind, f"{copy.name}{COPY}{copy.id}"), copy

    def _order(self, remote: DatadogObject) -> tuple[bool, bool, bool, tuple[int, int, str]]:
        mark = remote.mark
        is_others = mark is not None and mark.owner != self.reader
        return (mark is None, is_others, not self.is_intact(remote), remote.age)

    def is_intact(self, remote: DatadogObject) -> bool:
        """Return whether an object is as it was written."""
        body = self.body_of(remote)
        written = remote.mark.digest if remote.mark else None
        return body is not None and self.resource_of(remote, body).digest == written

    def body_of(self, remote: DatadogObject) -> dict[str, Json] | None:
        """Return the body of an object, or None if it has another form than what is written."""
        try:
            return body_of(remote, self.reference_of)
        except (KeyError, TypeError, ValueError):
            return None

    def resource_of(self, remote: DatadogObject, body: Mapping[str, Json] | None) -> Resource:
        """Return an object as a resource."""
        return Resource(ResourceId(self.target, remote.kind, remote.name), body or {})

    def reference_of(self, identity: str) -> str:
        """Return the `<kind> <name>` of an id, also if the object is not ours."""
        return self.names.get(identity, f"{UNKNOWN} {identity}")

    def note(self, remote: DatadogObject) -> None:
        """Note an object that was written since, for references to it."""
        self.written[ResourceId(self.target, remote.kind, remote.name)] = remote
        self.written_names[remote.id] = f"{remote.kind} {remote.name}"

    def name_of(self, identity: str) -> str:
        """Return the `<kind> <name>` of an id, also of a written object, or else the id."""
        return self.written_names.get(identity) or self.names.get(identity, identity)

    def id_of(self, reference: str) -> str | None:
        """Return the id of a `<kind> <name>`, or None if it does not exist."""
        remote = self.find(reference)
        return remote.id if remote else None

    def find(self, reference: str) -> DatadogObject | None:
        """Return the object of a `<kind> <name>`."""
        kind, _, name = reference.partition(" ")
        identity = ResourceId(self.target, kind, name)
        return self.written.get(identity) or self.by_id.get(identity)

    def held(self) -> Held:
        """Return the content of the site."""
        kept: list[MarkedObject] = []
        foreign: list[Foreign] = []
        stale: list[Stale] = []
        for identity, remote in self.by_id.items():
            held = self.held_of(identity, remote)
            if isinstance(held, Foreign):
                foreign.append(held)
                continue
            kept.append(held)
            if isinstance(held, Intact) and self._refers_to_copy(remote):
                stale.append(Stale(identity, "it refers to a copy that is deleted"))
        return Held(kept=tuple(kept), foreign=tuple(foreign), stale=tuple(stale))

    def held_of(self, identity: ResourceId, remote: DatadogObject) -> MarkedObject | Foreign:
        """Return an object as it is in the plan."""
        mark, body = remote.mark, self.body_of(remote)
        if mark is None:
            return Foreign(identity, f"{remote.path} has its key, and no mark")
        is_intact = self.is_intact(remote)
        if identity.name != remote.name and not is_intact:
            return Foreign(identity, f"{remote.path} is a copy that was changed")
        if body is None:
            why = "changed outside the repository, and no longer readable"
            return Unreadable(identity, why, mark.owner)
        resource = Resource(identity, body)
        if is_intact:
            return Intact(resource, mark.digest, mark.owner)
        return DriftedResource(resource, mark.digest, mark.owner)

    def _refers_to_copy(self, remote: DatadogObject) -> bool:
        return any(
            reference in self.names and self.id_of(self.names[reference]) != reference
            for reference in remote.references
        )
