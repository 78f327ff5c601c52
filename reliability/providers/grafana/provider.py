"""Provider of a Grafana. The uid of an object is ours, so nothing is created twice.

Writes go one after another: Grafana on SQLite answers parallel ones with 500 and "database is
locked". A write names the version that was read, so nobody's change is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, assert_never

from reliability.compile.boards.grafana_fields import uid_prefix
from reliability.compile.grafana.compiler import FOLDER
from reliability.http.server import HttpServer
from reliability.message import Message
from reliability.plan.change import Blocked, Change, Claim, Create, Delete, Reload, Update
from reliability.plan.fields import differences
from reliability.plan.held import (
    DriftedResource,
    Foreign,
    Held,
    Intact,
    MarkedObject,
    Owner,
    Unreadable,
)
from reliability.plan.plan import Plan
from reliability.plan.sync import ChangeFailed, Outcome
from reliability.providers.grafana.api import ConflictError, GrafanaApi, versions_of
from reliability.providers.grafana.apps import GrafanaAppsApi
from reliability.providers.grafana.forms import (
    GrafanaMark,
    GrafanaObject,
    GrafanaWrite,
    body_of,
    is_ours,
    mark_of,
    name_of,
)
from reliability.providers.grafana.older import GrafanaOlderApi
from reliability.providers.grafana.owned import is_whole, owned
from reliability.providers.object_api import (
    LostAnswerError,
    PlannedMarks,
    RefusedError,
    StaleError,
    UnverifiedError,
    changed_since,
    outcome_of,
    read_each,
)
from reliability.resource import Json, Resource, ResourceId

CREATED: Final = "was created since the plan was made; plan again"
NOT_DELETED: Final = "not deleted: {name} was not created, and may have its former name"
WRITES: Final = 3
"""How often a write is sent whose answer is lost, and that was not carried out."""
PAUSE: Final = 1.0
"""Seconds before it is sent again, such as while the database is locked."""


@dataclass(slots=True, kw_only=True)
class GrafanaProvider:
    """A `Provider` of a Grafana; objects are written with the mark of `owner`.

    `others` are the objects without our uids that were read last, by kind and folder.
    """

    target: str
    server: HttpServer
    namespace: str = "default"
    owner: Owner | None = None
    others: dict[tuple[str, str], list[GrafanaObject]] = field(default_factory=dict, init=False)
    known: GrafanaApi | None = field(default=None, init=False)
    planned: PlannedMarks = field(init=False)

    def __post_init__(self) -> None:
        self.planned = PlannedMarks(self.owner)

    @property
    def api(self) -> GrafanaApi:
        """The endpoints that the server has, which it is asked for once.

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        if self.known is None:
            versions = versions_of(self.server)
            self.known = (
                GrafanaAppsApi(
                    server=self.server,
                    namespace=self.namespace,
                    folder_version=versions[0],
                    dashboard_version=versions[1],
                )
                if versions
                else GrafanaOlderApi(self.server)
            )
        return self.known

    def read(self) -> Held:
        """Return all folders and dashboards with our uids.

        Raises:
            ProviderError: the server cannot be read.
        """
        listed = [*self.api.folders(), *self.api.dashboards()]
        self.others.clear()
        for remote in listed:
            if not is_ours(remote.uid, self.owner):
                place = self.others.setdefault((remote.kind, remote.folder), [])
                place.append(replace(remote, model=None))
        items = [
            item
            for item in read_each(self._held, owned(self.api, listed, self.owner))
            if item is not None
        ]
        held = Held(
            kept=tuple(item for item in items if not isinstance(item, Foreign)),
            foreign=tuple(item for item in items if isinstance(item, Foreign)),
        )
        return self.planned.note(held)

    def _held(self, listed: GrafanaObject) -> MarkedObject | Foreign | None:
        """Return an object as it is in the plan; None if it is gone since it was listed."""
        remote = listed if is_whole(listed) else self.api.get(listed.kind, listed.uid)
        if remote is None:
            return None
        identity = ResourceId(self.target, remote.kind, name_of(remote.uid))
        if remote.managed_by:
            return Foreign(identity, f"{remote.uid} is managed by {remote.managed_by}")
        mark, body = mark_of(remote, self.owner), _body(remote)
        if mark is None:
            return Foreign(identity, f"{remote.uid} has no mark")
        if body is None:
            why = "changed outside the repository, and no longer readable"
            return Unreadable(identity, why, mark.owner)
        resource = Resource(identity, body)
        if mark.digest in ("", resource.digest):
            return Intact(resource, resource.digest, mark.owner)
        return DriftedResource(resource, mark.digest, mark.owner, remote.changed_by)

    def validated(self, plan: Plan) -> Plan:
        """Return the plan with its endpoints, and without objects whose title somebody uses.

        Two dashboards with one title would look alike, and older versions refuse the second.

        Raises:
            ProviderError: the server does not answer.
        """
        blocked = tuple(self._blocked(plan.changes))
        ids = {item.id for item in blocked}
        changes = tuple(change for change in plan.changes if change.id not in ids)
        all_blocked = sorted((*plan.blocked, *blocked), key=lambda item: item.id)
        return replace(
            plan, changes=changes, blocked=tuple(all_blocked), endpoints=self.api.endpoints
        )

    def _blocked(self, changes: Iterable[Change]) -> Iterator[Blocked]:
        taken: dict[tuple[str, str], Mapping[str, str]] = {}
        for change in changes:
            if not isinstance(change, Create | Update):
                continue
            title, place = change.after.body.get("title"), _place(change.after)
            if place not in taken:
                taken[place] = self._titles(*place)
            uid = taken[place].get(str(title).casefold())
            if uid is not None:
                why = Message(
                    "{kind} {uid} has its title, {title}, and is not adopted: rename or delete it",
                    kind=change.id.kind,
                    uid=uid,
                    title=repr(title),
                )
                yield Blocked(change.id, why)

    def _titles(self, kind: str, folder: str) -> Mapping[str, str]:
        """Return the uids of what others have in a folder, by title in lower case."""
        others = self.others.get((kind, folder), [])
        whole = (remote for remote in read_each(self._titled, others) if remote is not None)
        return {(remote.title or "").casefold(): remote.uid for remote in whole}

    def _titled(self, remote: GrafanaObject) -> GrafanaObject | None:
        return self.api.get(remote.kind, remote.uid) if remote.title is None else remote

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make the changes one by one: folders before their dashboards, and deletes last.

        Raises:
            ProviderError: the server does not answer, or refuses the token.
        """
        missing: Change | None = None
        for change in sorted(changes, key=_rank):
            if isinstance(change, Delete) and missing is not None:
                yield ChangeFailed(change, NOT_DELETED.format(name=missing.id.name))
                continue
            outcome = outcome_of(change, partial(self._apply, change))
            if isinstance(outcome, ChangeFailed) and isinstance(change, Create):
                missing = change
            yield outcome

    def _apply(self, change: Change) -> None:
        match change:
            case Create(after):
                self._write(after, None)
            case Update(_, after) | Claim(after):
                remote = self._now(after)
                if not self._is_written(after, remote):
                    self._write(after, self.planned.kept(change, remote, self._held))
            case Delete():
                remote = self._now(change)
                if remote is not None:
                    self._delete(self.planned.kept(change, remote, self._held))
            case Reload():
                raise UnverifiedError("Grafana has nothing to reload")
            case _:
                assert_never(change)

    def _now(self, change: Change | Resource) -> GrafanaObject | None:
        """Return an object as it is now."""
        uid = f"{uid_prefix(self.owner.id if self.owner else '')}{change.id.name}"
        return self.api.get(change.id.kind, uid)

    def _is_written(self, after: Resource, remote: GrafanaObject | None) -> bool:
        """Return whether an object is as planned already, by us or by a sync at the same time."""
        mark = mark_of(remote, self.owner) if remote else None
        if remote is None or mark is None or mark.owner != self.owner or remote.managed_by:
            return False
        body = _body(remote)
        digest = Resource(after.id, body).digest if body is not None else None
        return digest == after.digest and mark.digest in ("", after.digest)

    def _write(self, after: Resource, remote: GrafanaObject | None) -> None:
        """Write an object, again if the answer is lost and it was not carried out."""
        written = GrafanaWrite(
            kind=after.id.kind,
            name=after.id.name,
            body=after.body,
            mark=GrafanaMark(after.digest, self.owner),
            source=after.origin.path.as_posix() if after.origin else "",
        )
        for left in reversed(range(WRITES)):
            try:
                self.api.write(written, remote)
            except (LostAnswerError, ConflictError) as error:
                stored = self.api.get(after.id.kind, written.uid)
                if self._is_written(after, stored):
                    return
                if (stored and stored.version) != (remote and remote.version):
                    raise (changed_since() if remote else StaleError(CREATED)) from error
                if isinstance(error, ConflictError):
                    raise RefusedError(str(error)) from error
                if not left:
                    raise
                self.server.pause(PAUSE)
            else:
                break
        self._verify(after, written.uid)

    def _verify(self, after: Resource, uid: str) -> None:
        stored = self.api.get(after.id.kind, uid)
        if stored is None:
            raise UnverifiedError("Grafana accepted it, and does not have it")
        different = differences(after.body, _body(stored) or {})
        if different:
            paths = ", ".join(difference.path for difference in different)
            raise UnverifiedError(f"Grafana stored another value than was sent: {paths}")
        if not self._is_written(after, stored):
            raise UnverifiedError("Grafana stored it without its mark")

    def _delete(self, remote: GrafanaObject) -> None:
        """Delete an object as it was found; a folder only if it is empty."""
        if remote.kind == FOLDER:
            self._ensure_empty(remote)
        try:
            self.api.delete(remote)
        except (LostAnswerError, ConflictError) as error:
            if self.api.get(remote.kind, remote.uid) is not None:
                if isinstance(error, ConflictError):
                    raise changed_since() from error
                raise

    def _ensure_empty(self, folder: GrafanaObject) -> None:
        """Ensure that a folder is empty, since Grafana may delete what is in it.

        Raises:
            RefusedError: it is not.
        """
        everything = (*self.api.folders(), *self.api.dashboards())
        inside = [remote for remote in everything if remote.folder == folder.uid]
        if inside:
            names = ", ".join(f"{remote.kind} {remote.uid}" for remote in inside[:3])
            more = f" and {len(inside) - 3} more" if len(inside) > 3 else ""
            raise RefusedError(f"the folder is not empty: {names}{more}; move or delete them")


def _body(remote: GrafanaObject) -> dict[str, Json] | None:
    """Return the body of an object, or None if it has another form than what is written."""
    try:
        return body_of(remote)
    except (KeyError, TypeError, AttributeError):
        return None


def _place(resource: Resource) -> tuple[str, str]:
    """Return the kind of a resource, and the uid of the folder that it is in."""
    return resource.id.kind, str(resource.body.get("folder", ""))


def _rank(change: Change) -> tuple[bool, bool, ResourceId]:
    """Return the position of a change: a folder exists longer than what is in it."""
    is_delete = isinstance(change, Delete)
    return (is_delete, is_delete == (change.id.kind == FOLDER), change.id)
