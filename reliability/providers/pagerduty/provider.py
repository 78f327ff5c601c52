"""Provider of a PagerDuty account. A name is unique in it, so nothing is created twice.

A service has several requests: itself and its event rules. Its mark says that it is unfinished
until all are written, so that an interrupted sync looks like a change to make, and not like drift.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import assert_never

from reliability.compile.pagerduty.compiler import SERVICE
from reliability.http.server import HttpServer
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
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
from reliability.plan.sync import Outcome
from reliability.providers.description_mark import MarkedText
from reliability.providers.last_change import LastChange, with_last_changes
from reliability.providers.object_api import (
    LostAnswerError,
    PlannedMarks,
    RefusedError,
    StaleError,
    UnverifiedError,
    outcome_of,
    read_each,
)
from reliability.providers.pagerduty.api import PagerDutyApi
from reliability.providers.pagerduty.forms import (
    UNFINISHED,
    PagerDutyService,
    Raw,
    body_of,
    orchestration_request,
    service_request,
)
from reliability.resource import Json, Resource, ResourceId


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class PagerDutyProvider:
    """A `Provider` of a PagerDuty account; services are written with the mark of `owner`.

    `known` are the IDs of all services that there were before the first write.
    """

    target: str
    server: HttpServer
    tell: Callable[[str], None]
    owner: Owner | None = None
    now: Callable[[], datetime] = _now
    api: PagerDutyApi = field(init=False)
    drifted: dict[ResourceId, PagerDutyService] = field(default_factory=dict, init=False)
    known: frozenset[str] = field(default=frozenset(), init=False)
    planned: PlannedMarks = field(init=False)

    def __post_init__(self) -> None:
        self.planned = PlannedMarks(self.owner)
        self.api = PagerDutyApi(self.server)

    def read(self) -> Held:
        """Return all services with our mark, and the names of the others.

        Raises:
            ProviderError: the account cannot be read.
        """
        self.drifted.clear()
        items = list(read_each(self._read, list(self.api.services())))
        held = Held(
            kept=tuple(item for item in items if not isinstance(item, Foreign)),
            foreign=tuple(item for item in items if isinstance(item, Foreign)),
        )
        return with_last_changes(self.planned.note(held), self._last_changes, self.tell)

    def _last_changes(
        self, drifted: Collection[ResourceId]
    ) -> Iterator[tuple[ResourceId, LastChange]]:
        """Yield who changed each drifted service last, if PagerDuty knows it."""
        now = self.now()
        changes = read_each(lambda one: self.api.last_change(self.drifted[one], now), drifted)
        for identity, change in zip(drifted, changes, strict=True):
            if change is not None:
                yield identity, change

    def _read(self, raw: Raw) -> MarkedObject | Foreign:
        """Classify a service; one without our mark needs no further request."""
        service = PagerDutyService(raw=raw, path={}, active=False)
        identity = ResourceId(self.target, SERVICE, str(raw["name"]))
        mark = service.mark
        if mark is None:
            return Foreign(identity, f"service {service.id} has no mark")
        if mark.name != identity.name and self._is_copy(service):
            return Foreign(identity, f"service {service.id} was renamed or copied")
        return self._held(self.api.whole(raw), mark)

    def _is_copy(self, service: PagerDutyService) -> bool:
        """Return whether the service that a mark names exists beside the one with the mark."""
        name = service.mark.name if service.mark else ""
        return any(raw["name"] == name for raw in self.api.services(name))

    def _held(self, service: PagerDutyService, mark: MarkedText) -> MarkedObject:
        body = _body(service)
        identity = ResourceId(self.target, SERVICE, mark.name)
        if body is None:
            why = "changed outside the repository, and no longer readable"
            return Unreadable(identity, why, mark.owner)
        resource = Resource(identity, body)
        if mark.digest in (resource.digest, UNFINISHED):
            return Intact(resource, mark.digest, mark.owner)
        self.drifted[identity] = service
        return DriftedResource(resource, mark.digest, mark.owner)

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make the changes one by one; deletes come last.

        Raises:
            ProviderError: the account does not answer, or refuses the token.
        """
        if not changes:
            return
        services = self._services()
        for change in sorted(changes, key=lambda change: isinstance(change, Delete)):
            yield outcome_of(change, partial(self._apply, change, services))

    def _services(self) -> dict[ResourceId, Raw]:
        """Return the services as they are now, by name: that of the mark, or else their own."""
        services: dict[ResourceId, Raw] = {}
        listed = list(self.api.services())
        self.known = frozenset(raw["id"] for raw in listed)
        for raw in listed:
            mark = PagerDutyService(raw=raw, path={}, active=False).mark
            name = mark.name if mark else str(raw["name"])
            services.setdefault(ResourceId(self.target, SERVICE, name), raw)
        return services

    def _apply(self, change: Change, services: dict[ResourceId, Raw]) -> None:
        raw = services.get(change.id)
        match change:
            case Create(after):
                self._create(after, raw)
            case Update(_, after) | Claim(after):
                self._write(after, self.planned.kept(change, raw, self._read))
            case Delete():
                if raw is not None:
                    self.api.delete(str(self.planned.kept(change, raw, self._read)["id"]))
            case Reload():
                raise UnverifiedError("PagerDuty has nothing to reload")
            case _:
                assert_never(change)

    def _create(self, after: Resource, raw: Raw | None) -> None:
        if raw is not None:
            # Another sync of this repository may have made it since, or be at work on it.
            stored = self.api.whole(raw)
            if stored.mark is None or stored.mark.owner != self.owner:
                raise StaleError("was created since the plan was made; plan again")
            self._write(after, raw)
            return
        request = service_request(after, UNFINISHED, self.owner, None)
        try:
            raw = self.api.create(request)
        except LostAnswerError:
            raw = self._created(after) or self.api.create(request)
        except RefusedError:
            # A name is unique: another sync may have created the service at the same time.
            made = self._created(after)
            if made is None:
                raise
            raw = made
        self._ensure_own(after, raw)
        self._orchestrate(after, raw)

    def _ensure_own(self, after: Resource, answer: Raw) -> None:
        """Ensure that an answer is about the new service, whose event rules are replaced next.

        Raises:
            UnverifiedError: it is about another one.
        """
        mark = PagerDutyService(raw=answer, path={}, active=False).mark
        is_own = mark is not None and (mark.name, mark.owner) == (after.id.name, self.owner)
        if answer["id"] in self.known or answer["name"] != after.body["name"] or not is_own:
            raise UnverifiedError(
                f"PagerDuty answers with another service, {answer['id']}, which is left unchanged"
            )

    def _created(self, after: Resource) -> Raw | None:
        """Return the service that a request without an answer created, or None."""
        for raw in self.api.services(after.id.name):
            mark = PagerDutyService(raw=raw, path={}, active=False).mark
            if mark is not None and (mark.name, mark.owner) == (after.id.name, self.owner):
                return raw
        return None

    def _write(self, after: Resource, raw: Raw) -> None:
        """Write a service: marked as unfinished, then its event rules, then the mark."""
        identity = str(raw["id"])
        current = self.api.whole(raw)
        body = _body(current) or {}
        has_rules = all(body.get(key) == after.body[key] for key in ("rules", "active"))
        if has_rules and not body.keys() - after.body.keys():
            self._finish(after, raw)
        else:
            self.api.change(identity, service_request(after, UNFINISHED, self.owner, raw))
            self._orchestrate(after, raw)

    def _orchestrate(self, after: Resource, raw: Raw) -> None:
        """Write the event rules of a service that is marked as unfinished, then its mark."""
        identity = str(raw["id"])
        request = orchestration_request(after, identity)
        self.api.orchestrate(identity, request, active=bool(after.body["active"]))
        self._finish(after, raw)

    def _finish(self, after: Resource, raw: Raw) -> None:
        """Write a service with the mark of what is wanted, and compare what is stored."""
        request = service_request(after, after.digest, self.owner, raw)
        self._verify(after, self.api.change(str(raw["id"]), request))

    def _verify(self, after: Resource, raw: Raw) -> None:
        different = differences(after.body, _body(self.api.whole(raw)) or {})
        if different:
            paths = ", ".join(each.path for each in different)
            raise UnverifiedError(f"PagerDuty stored another value than was sent: {paths}")


def _body(service: PagerDutyService) -> dict[str, Json] | None:
    """Return the body of a service, or None if it has another form than what is written."""
    try:
        return body_of(service)
    except (KeyError, TypeError, AttributeError):
        return None
