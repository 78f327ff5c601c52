"""Incidents of a PagerDuty account from its analytics, of which each is a page that people got.

`POST /analytics/raw/incidents` only reads. A page of the answer has at most 1,000 incidents, and
`last` is the cursor of the next one. Times are in the time zone of the request, without an offset.
PagerDuty adds an incident to its analytics within 24 hours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from reliability.errors import ProviderError, ReliabilityError
from reliability.http.moments import UtcMoment
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer
from reliability.model.targets import PagerDutyTarget
from reliability.providers.object_api import FORBIDDEN, Cursor, ListBounds
from reliability.providers.pagerduty.api import KIND, pagerduty_errors
from reliability.providers.pagerduty.opening import ANALYTICS, open_pagerduty_server
from reliability.timespan import TimeSpan

PAGE: Final = 1000
ZONE: Final = "Etc/UTC"
JSON: Final = {"Content-Type": "application/json"}
REFUSED: Final = 400
NEEDS_FILTER: Final = "; a token of a user needs --pager-team or --pager-service"
FEWER: Final = "; read fewer days, or name --pager-team or --pager-service"
NO_ACCESS: Final = (
    "; use a REST API key of the account, or a token of OAuth with the scope analytics.write"
)


class PagerDutyIncident(BaseModel):
    """One incident; a name is None if PagerDuty has none."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    created_at: UtcMoment
    resolved_at: UtcMoment | None = None
    description: str | None = None
    urgency: str | None = None
    priority_name: str | None = None
    service_name: str | None = None
    team_name: str | None = None
    escalation_policy_name: str | None = None
    acknowledgement_count: int | None = None
    acknowledged_user_names: tuple[str, ...] | None = None
    assigned_user_names: tuple[str, ...] | None = None


class _IncidentPage(BaseModel):
    model_config = ConfigDict(extra="ignore")

    data: list[PagerDutyIncident]
    more: bool
    last: Cursor | None


INCIDENT_PAGE: Final = TypeAdapter(_IncidentPage)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerSource:
    """A PagerDuty account to read pages from: its URL, and a reference to its API token.

    Only incidents of `teams` and `services` are read, which are IDs of PagerDuty; empty means all.
    """

    url: str
    token: str
    teams: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """Host of the API."""
        return urlsplit(self.url).hostname or ""

    def incidents(
        self,
        span: TimeSpan,
        secret: Callable[[str], str],
        urgency: Literal["high", "low"] | None = None,
    ) -> Iterator[PagerDutyIncident]:
        """Yield the incidents that were created in a span, the oldest first, each once.

        Raises:
            ReliabilityError: the URL or the reference is not valid, or the secret is not set.
            ProviderError: the account does not answer, or refuses the token.
        """
        try:
            target = PagerDutyTarget(
                name="pagerduty", provider="pagerduty", url=self.url, token=self.token
            )
        except ValidationError as error:
            fault = error.errors()[0]
            if fault["loc"] == ("token",):
                raise ReliabilityError(f"--pager-token: {fault['msg']}; write env:NAME") from error
            raise ReliabilityError(f"--pager: {fault['msg']}") from error

        server = open_pagerduty_server(target, secret(self.token), (self.host,), writable=False)
        with server.client:
            yield from read_incidents(server, self._filters(span, urgency))

    def _filters(self, span: TimeSpan, urgency: str | None) -> dict[str, Any]:
        filters: dict[str, Any] = {
            "created_at_start": span.start.isoformat(timespec="seconds"),
            "created_at_end": span.end.isoformat(timespec="seconds"),
            "urgency": urgency,
            "team_ids": list(self.teams),
            "service_ids": list(self.services),
        }
        return {key: value for key, value in filters.items() if value}


def read_incidents(server: HttpServer, filters: dict[str, Any]) -> Iterator[PagerDutyIncident]:
    """Yield the incidents that filters select, the oldest first, each once.

    Raises:
        ProviderError: the account does not answer as PagerDuty does, or refuses the token.
    """
    request: dict[str, Any] = {
        "filters": filters,
        "limit": PAGE,
        "order": "asc",
        "order_by": "created_at",
        "time_zone": ZONE,
    }
    seen: set[str] = set()
    cursors: set[str] = set()
    bounds = ListBounds(target=server.target, advice=FEWER)
    while True:
        reply = server.ask(ANALYTICS, json.dumps(request).encode(), JSON)
        _ensure_answered(reply, is_filtered=bool(filters.keys() & {"team_ids", "service_ids"}))
        page = reply.read(INCIDENT_PAGE, KIND)
        bounds.count(len(page.data))
        for incident in page.data:
            if incident.id not in seen:
                seen.add(incident.id)
                yield incident
        if not page.more:
            return
        if page.last is None or page.last in cursors:
            raise reply.unexpected(KIND, "its pages do not end")
        cursors.add(page.last)
        request["starting_after"] = page.last


def _ensure_answered(reply: HttpReply, *, is_filtered: bool) -> None:
    if reply.is_success:
        return
    hint = ""
    if reply.status_code == FORBIDDEN:
        hint = NO_ACCESS if is_filtered else NO_ACCESS + NEEDS_FILTER
    elif reply.status_code == REFUSED and not is_filtered:
        hint = NEEDS_FILTER
    raise ProviderError(
        f"{reply.server}: {reply.request} answers {reply.status_code}: "
        f"{pagerduty_errors(reply)}{hint}"
    )
