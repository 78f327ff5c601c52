"""Provider of a Datadog site. Each object is written by one request, in the order of references.

Before the first write everything is read again: what was changed since the plan was made is not
written over. An answer that was lost is looked up by the key of the object.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from reliability.compile.datadog.corrections import CORRECTION
from reliability.compile.datadog.monitors import BURN_MONITOR, COMPOSITE_MONITOR, NO_DATA_MONITOR
from reliability.compile.datadog.tags import KEY, MANAGED
from reliability.message import Message
from reliability.plan.change import Blocked, Change, Claim, Create, Delete, Reload, Update
from reliability.plan.fields import differences
from reliability.plan.held import Held, Owner
from reliability.plan.plan import Plan
from reliability.plan.sync import Outcome
from reliability.providers.datadog.api import DatadogApi
from reliability.providers.datadog.audit import last_changes
from reliability.providers.datadog.forms import (
    CORRECTIONS,
    MONITORS,
    PATHS,
    SLOS,
    DatadogObject,
    IdOf,
    Raw,
    body_of,
    object_of,
    request_of,
)
from reliability.providers.datadog.snapshot import Snapshot
from reliability.providers.last_change import LastChange, with_last_changes
from reliability.providers.object_api import (
    LostAnswerError,
    PlannedMarks,
    StaleError,
    UnresolvedError,
    UnverifiedError,
    outcome_of,
)
from reliability.resource import Json, Resource, ResourceId

KINDS: Final = tuple(PATHS)
MONITOR_KINDS: Final = frozenset({BURN_MONITOR, COMPOSITE_MONITOR, NO_DATA_MONITOR})


@dataclass(slots=True, kw_only=True)
class DatadogProvider:
    """A `Provider` of a Datadog site; objects are written with the mark of `owner`."""

    target: str
    api: DatadogApi
    tell: Callable[[str], None]
    owner: Owner | None = None
    snapshot: Snapshot | None = None
    planned: PlannedMarks = field(init=False)

    def __post_init__(self) -> None:
        self.planned = PlannedMarks(self.owner)

    def read(self) -> Held:
        """Return all objects with our key.

        Raises:
            ProviderError: the site cannot be read.
        """
        self.snapshot = self._read()
        by_id = self.snapshot.by_id

        def changes_of(drifted: Collection[ResourceId]) -> Iterator[tuple[ResourceId, LastChange]]:
            names = {by_id[identity].id: identity for identity in drifted}
            for remote_id, change in last_changes(self.api.server, list(names)):
                yield names[remote_id], change

        held = self.planned.note(self.snapshot.held())
        return with_last_changes(held, changes_of, self.tell)

    def validated(self, plan: Plan) -> Plan:
        """Return the plan without the monitors that Datadog would refuse, which are blocked.

        Only a monitor can be validated whose SLO and monitors exist: it refers to their ids.

        Raises:
            ProviderError: the site does not answer.
        """
        blocked = tuple(self._refused(plan.changes))
        ids = {item.id for item in blocked}
        changes = tuple(change for change in plan.changes if change.id not in ids)
        all_blocked = sorted((*plan.blocked, *blocked), key=lambda item: item.id)
        return replace(plan, changes=changes, blocked=tuple(all_blocked))

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make the changes one by one: referenced objects first, and deletes last.

        Raises:
            ProviderError: the site does not answer, or refuses the keys.
        """
        if not changes:
            return
        now = self._read()
        for change in sorted(changes, key=_rank):
            yield outcome_of(change, partial(self._apply, change, now))

    def _read(self) -> Snapshot:
        remote = [
            item for path in (SLOS, MONITORS, CORRECTIONS) for item in self._objects(path, MANAGED)
        ]
        return Snapshot(target=self.target, objects=tuple(remote), reader=self.owner)

    def _objects(self, path: str, tag: str) -> Iterator[DatadogObject]:
        for raw in self.api.objects(path, tag):
            remote = object_of(path, raw, self.owner)
            if remote is not None:
                yield remote

    def _refused(self, changes: Iterable[Change]) -> Iterator[Blocked]:
        snapshot = self.snapshot
        for change in changes:
            if snapshot is None or change.id.kind not in MONITOR_KINDS:
                continue
            if not isinstance(change, Create | Update):
                continue
            remote = snapshot.by_id.get(change.id)
            try:
                request = request_of(change.after, self.owner, _id_of(snapshot), remote)
            except UnresolvedError:
                continue
            why = self.api.validate(request, remote.id if remote else None)
            if why is not None:
                yield Blocked(change.id, Message("Datadog refuses it: {reason}", reason=why))

    def _apply(self, change: Change, now: Snapshot) -> None:
        remote = now.by_id.get(change.id)
        match change:
            case Create(after) | Update(_, after) | Claim(after) if _is_done(after, remote, now):
                pass
            case Create(after):
                _ensure_absent(remote)
                self._create(after, now)
            case Update(_, after) | Claim(after):
                self._change(after, self._kept(change, remote, now), now)
            case Reload():
                # Written again as it is, so that it refers to the objects that are kept.
                kept = self._kept(change, remote, now)
                self._change(now.resource_of(kept, now.body_of(kept)), kept, now)
            case Delete():
                if remote is not None:
                    self._delete(self._kept(change, remote, now))

    def _kept(
        self,
        change: Update | Claim | Delete | Reload,
        remote: DatadogObject | None,
        now: Snapshot,
    ) -> DatadogObject:
        """Return an object that is as it was when the plan was made.

        Raises:
            StaleError: it is not.
        """
        return self.planned.kept(change, remote, partial(now.held_of, change.id))

    def _create(self, after: Resource, now: Snapshot) -> None:
        request = request_of(after, self.owner, _id_of(now))
        path = PATHS[after.id.kind]
        try:
            raw = self.api.create(path, request)
        except LostAnswerError:
            raw = self._created(after, now) or self.api.create(path, request)
        self._verify(after, raw, now)

    def _created(self, after: Resource, now: Snapshot) -> Raw | None:
        """Return the object that a request without an answer created, or None."""
        known = {remote.id for remote in now.objects}
        candidates = [
            remote
            for remote in self._objects(PATHS[after.id.kind], f"{KEY}{after.id.name}")
            if (remote.kind, remote.name) == (after.id.kind, after.id.name)
            and remote.id not in known
            and remote.mark is not None
            and (remote.mark.digest, remote.mark.owner) == (after.digest, self.owner)
        ]
        return min(candidates, key=lambda remote: remote.age).raw if candidates else None

    def _change(self, after: Resource, remote: DatadogObject, now: Snapshot) -> None:
        # Datadog does not move a correction to another SLO. The new one comes first, so that the
        # time is corrected throughout.
        if (
            after.id.kind == CORRECTION
            and _id_of(now)(str(after.body["slo"])) not in remote.references
        ):
            self._create(after, now)
            self._delete(remote)
            return
        request = request_of(after, self.owner, _id_of(now), remote)
        self._verify(after, self.api.change(remote.path, request), now)

    def _delete(self, remote: DatadogObject) -> None:
        try:
            self.api.delete(remote.path)
        except LostAnswerError:
            if not self.api.is_gone(PATHS[remote.kind], remote.id):
                raise

    def _verify(self, after: Resource, raw: Raw, now: Snapshot) -> None:
        """Note the written object for references, and compare it with what was sent."""
        remote = object_of(PATHS[after.id.kind], raw, self.owner)
        if remote is None:
            raise UnverifiedError("Datadog answers with an object without its key")
        now.note(remote)
        stored = _body(remote, now)
        different = differences(after.body, stored)
        if different:
            paths = ", ".join(each.path for each in different)
            raise UnverifiedError(f"Datadog stored another value than was sent: {paths}")


def _body(remote: DatadogObject, now: Snapshot) -> Mapping[str, Json]:
    """Return the body of a written object, whose references may be new as well."""
    try:
        return body_of(remote, now.name_of)
    except (KeyError, TypeError, ValueError):
        return {}


def _id_of(now: Snapshot) -> IdOf:
    def id_of(reference: str) -> str:
        identity = now.id_of(reference)
        if identity is None:
            raise UnresolvedError(f"it needs {reference}, which does not exist in Datadog")
        return identity

    return id_of


def _is_done(after: Resource, remote: DatadogObject | None, now: Snapshot) -> bool:
    """Return whether an object already is as planned: another sync of this repository made it."""
    if remote is None or remote.mark is None or remote.mark.owner != now.reader:
        return False
    return remote.mark.digest == after.digest and now.is_intact(remote)


def _ensure_absent(remote: DatadogObject | None) -> None:
    if remote is not None:
        raise StaleError("was created since the plan was made; plan again")


def _rank(change: Change) -> tuple[bool, int, ResourceId]:
    """Return the position of a change: references are created before, and deleted after."""
    is_delete = isinstance(change, Delete)
    position = KINDS.index(change.id.kind)
    return (is_delete, -position if is_delete else position, change.id)
