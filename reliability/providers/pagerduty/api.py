"""Requests to PagerDuty's REST API: pages, rate limits, and answers that may be lost.

Lists have 100 services a page at most, and `more` says whether there is another page. The header
`ratelimit-reset` has the seconds until requests are accepted again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from reliability.errors import ProviderError
from reliability.http.moments import ServerMoment
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer
from reliability.providers.last_change import LOOKBACK, LastChange
from reliability.providers.object_api import (
    GONE,
    OBJECT,
    ListBounds,
    ensure_read,
    ensure_written,
    sent,
)
from reliability.providers.pagerduty.forms import PagerDutyService, Raw

SERVICES: Final = "/services"
ORCHESTRATIONS: Final = "/event_orchestrations/services"
PAGE: Final = 100
UNAUDITED: Final = frozenset({402, 403})
"""Answers of accounts without audit records, and to tokens that may not read them."""
NO_RECORDS: Final = (
    "{server}: {request} answers {status}; drift has names with a token that may read audit records"
)


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")


def _identified(service: dict[str, Any]) -> dict[str, Any]:
    if not all(isinstance(service.get(key), str) for key in ("id", "name")):
        raise ValueError("a service has no id or no name")
    return service


RawService = Annotated[dict[str, Any], AfterValidator(_identified)]


class _Services(_Reply):
    services: list[RawService]
    more: bool


class _Orchestration(_Reply):
    orchestration_path: dict[str, Any]


class _Active(_Reply):
    active: bool


class _Service(_Reply):
    service: RawService


class _Named(_Reply):
    """A reference; `summary` is the name of what it refers to."""

    id: str = ""
    summary: str | None = None


class _Method(_Reply):
    type: str


class _Record(_Reply):
    execution_time: ServerMoment
    actors: list[_Named] | None = None
    method: _Method | None = None

    @property
    def change(self) -> LastChange:
        names = ", ".join(actor.summary for actor in self.actors or () if actor.summary)
        unnamed = f"unknown ({self.method.type})" if self.method else ""
        return LastChange(self.execution_time, names or unnamed)


class _RulesChange(_Reply):
    """When and by whom the event rules of a service were changed last."""

    updated_at: ServerMoment
    updated_by: _Named


class _AccountUser(_Reply):
    name: str


class _OneUser(_Reply):
    user: _AccountUser


class _Records(_Reply):
    records: list[_Record]


SERVICE_LIST: Final = TypeAdapter(_Services)
ONE_SERVICE: Final = TypeAdapter(_Service)
ORCHESTRATION: Final = TypeAdapter(_Orchestration)
ACTIVE: Final = TypeAdapter(_Active)
RECORDS: Final = TypeAdapter(_Records)
RULES_CHANGE: Final = TypeAdapter(_RulesChange)
ONE_USER: Final = TypeAdapter(_OneUser)
KIND: Final = "PagerDuty"


@dataclass(frozen=True, slots=True)
class PagerDutyApi:
    """The API of one account."""

    server: HttpServer

    def services(self, name: str | None = None) -> Iterator[Raw]:
        """Yield all services, or those with a name, each once.

        Raises:
            ProviderError: the account does not answer as PagerDuty does.
        """
        seen: set[str] = set()
        offset, more = 0, True
        bounds = ListBounds(target=self.server.target)
        by = {"name": name} if name else {}
        while more:
            reply = self.server.get(SERVICES, {**by, "limit": PAGE, "offset": offset})
            ensure_read(reply, pagerduty_errors)
            page = reply.read(SERVICE_LIST, KIND)
            bounds.count(len(page.services))
            offset, more = offset + len(page.services), page.more and bool(page.services)
            for raw in page.services:
                # A service that is created or deleted between two pages shifts the second.
                if str(raw["id"]) not in seen:
                    seen.add(str(raw["id"]))
                    yield raw

    def whole(self, raw: Raw) -> PagerDutyService:
        """Return a service with its event orchestration.

        Raises:
            ProviderError: the account does not answer as PagerDuty does.
        """
        at = f"{ORCHESTRATIONS}/{_part(raw['id'])}"
        path, active = self.server.get(at), self.server.get(f"{at}/active")
        for reply in (path, active):
            ensure_read(reply, pagerduty_errors)
        return PagerDutyService(
            raw=raw,
            path=path.read(ORCHESTRATION, KIND).orchestration_path,
            active=active.read(ACTIVE, KIND).active,
        )

    def last_change(self, service: PagerDutyService, now: datetime) -> LastChange | None:
        """Return who changed a service or its event rules last; None if nobody did lately.

        Audit records of a service do not have changes of its event rules.

        Raises:
            ProviderError: the account does not answer, or the token may not read audit records.
        """
        since = (now - LOOKBACK).isoformat(timespec="seconds")
        parameters: dict[str, str | int] = {"since": since, "limit": PAGE}
        reply = self.server.get(f"{SERVICES}/{_part(service.id)}/audit/records", parameters)
        if reply.status_code in UNAUDITED:
            raise ProviderError(
                NO_RECORDS.format(
                    server=reply.server, request=reply.request, status=reply.status_code
                )
            )
        ensure_read(reply, pagerduty_errors)

        changes = [record.change for record in reply.read(RECORDS, KIND).records]
        changes += self._rules_change(service)
        return max(changes, default=None)

    def _rules_change(self, service: PagerDutyService) -> Iterator[LastChange]:
        """Yield the last change of a service's event rules, unless PagerDuty does not name it."""
        try:
            change = RULES_CHANGE.validate_python(dict(service.path))
        except ValidationError:
            return
        yield LastChange(change.updated_at, change.updated_by.summary or self._user(change))

    def _user(self, change: _RulesChange) -> str:
        """Return the name of who changed event rules, or else the ID."""
        reply = self.server.get(f"/users/{_part(change.updated_by.id)}")
        if not reply.is_success:
            return f"user {change.updated_by.id}"
        return reply.read(ONE_USER, KIND).user.name

    def create(self, request: Mapping[str, Any]) -> Raw:
        """Create a service and return it.

        Raises:
            LostAnswerError: it may or may not exist now.
            RefusedError: PagerDuty refuses it.
            ProviderError: PagerDuty refuses the token.
        """
        content = json.dumps(request).encode()
        reply = sent(self.server, lambda: self.server.post(SERVICES, content))
        ensure_written(reply, pagerduty_errors)
        return reply.read(ONE_SERVICE, KIND).service

    def change(self, identity: str, request: Mapping[str, Any]) -> Raw:
        """Change a service and return it.

        Raises:
            LostAnswerError: it may or may not be changed.
            RefusedError: PagerDuty refuses it.
            ProviderError: PagerDuty refuses the token.
        """
        reply = self._put(f"{SERVICES}/{_part(identity)}", request)
        return reply.read(ONE_SERVICE, KIND).service

    def orchestrate(self, identity: str, request: Mapping[str, Any], *, active: bool) -> None:
        """Replace the event rules of a service, and switch them on or off.

        Raises:
            LostAnswerError: they may or may not be replaced.
            RefusedError: PagerDuty refuses them.
            ProviderError: PagerDuty refuses the token.
        """
        at = f"{ORCHESTRATIONS}/{_part(identity)}"
        self._put(at, request)
        self._put(f"{at}/active", {"active": active})

    def delete(self, identity: str) -> None:
        """Delete a service; it is fine if it does not exist.

        Raises:
            LostAnswerError: it may or may not exist.
            RefusedError: PagerDuty refuses it.
            ProviderError: PagerDuty refuses the token.
        """
        at = f"{SERVICES}/{_part(identity)}"
        reply = sent(self.server, lambda: self.server.write("DELETE", at, None, {}))
        if reply.status_code != GONE:
            ensure_written(reply, pagerduty_errors)

    def _put(self, at: str, request: Mapping[str, Any]) -> HttpReply:
        content = json.dumps(request).encode()
        reply = sent(self.server, lambda: self.server.write("PUT", at, content, {}))
        ensure_written(reply, pagerduty_errors)
        return reply


def _part(identity: object) -> str:
    return quote(str(identity), safe="")


def pagerduty_errors(reply: HttpReply) -> str:
    """Return what PagerDuty says is wrong, on one line."""
    try:
        error = reply.read(OBJECT, KIND).get("error")
    except ProviderError:
        return reply.words
    if not isinstance(error, dict):
        return reply.words
    details = error.get("errors")
    listed = "; ".join(map(str, details)) if isinstance(details, list) else ""
    return reply.one_line(": ".join(filter(None, (str(error.get("message") or ""), listed))))
