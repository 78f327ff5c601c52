"""Who changed objects of a Datadog site, from its Audit Trail.

`POST /api/v2/audit/events/search` only reads. It has at most 1,000 events a page, and `meta.page`
has the cursor of the next one:
https://docs.datadoghq.com/api/latest/audit/#search-audit-logs-events
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from reliability.errors import ProviderError
from reliability.http.moments import ServerMoment
from reliability.http.server import HttpServer
from reliability.providers.last_change import LOOKBACK, LastChange
from reliability.providers.object_api import FORBIDDEN, Cursor

AUDIT: Final = "/api/v2/audit/events/search"
PAGE: Final = 1000
PAGES: Final = 5
"""Pages of one search, the newest events first: an object changed that often is seldom drifted."""
AT_ONCE: Final = 100
"""IDs of one search."""
QUERY: Final = (
    "@asset.type:(slo OR monitor OR slo_correction) @action:(created OR modified) @asset.id:({ids})"
)
KIND: Final = "Datadog"
NO_EVENTS: Final = (
    "{server}: {request} answers 403; drift has names with an application key that has the scope "
    "audit_logs_read"
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _AuditUser(_Part):
    name: str | None = None
    email: str | None = None


class _Asset(_Part):
    id: str | int


class _Details(_Part):
    asset: _Asset | None = None
    usr: _AuditUser | None = None


class _Attributes(_Part):
    timestamp: ServerMoment
    attributes: _Details


class _Event(_Part):
    attributes: _Attributes


class _Cursor(_Part):
    after: Cursor | None = None


class _AuditMeta(_Part):
    page: _Cursor | None = None


class _Events(_Part):
    data: list[_Event] = []
    meta: _AuditMeta | None = None


EVENTS: Final = TypeAdapter(_Events)


def last_changes(server: HttpServer, ids: Sequence[str]) -> Iterator[tuple[str, LastChange]]:
    """Yield the last change of each of these objects, if the Audit Trail has one.

    Raises:
        ProviderError: the site does not answer, or the key may not read the Audit Trail.
    """
    for start in range(0, len(ids), AT_ONCE):
        yield from _last_changes(server, frozenset(ids[start : start + AT_ONCE]))


def _last_changes(server: HttpServer, ids: Collection[str]) -> Iterator[tuple[str, LastChange]]:
    left, cursor = set(ids), None
    for _ in range(PAGES):
        page = _page(server, ids, cursor)
        for event in page.data:
            details = event.attributes.attributes
            identity = str(details.asset.id) if details.asset else ""
            if identity in left:
                left.discard(identity)
                yield identity, LastChange(event.attributes.timestamp, _who(details.usr))
        cursor = page.meta.page.after if page.meta and page.meta.page else None
        if not left or not page.data or cursor is None:
            return


def _page(server: HttpServer, ids: Collection[str], cursor: str | None) -> _Events:
    next_page: Mapping[str, str] = {"cursor": cursor} if cursor else {}
    request: dict[str, Any] = {
        "filter": {
            "query": QUERY.format(ids=" OR ".join(sorted(ids))),
            "from": f"now-{LOOKBACK.days}d",
            "to": "now",
        },
        "page": {"limit": PAGE, **next_page},
        "sort": "-timestamp",
    }
    headers = {"Content-Type": "application/json"}
    reply = server.ask(AUDIT, json.dumps(request).encode(), headers)
    if reply.status_code == FORBIDDEN:
        raise ProviderError(NO_EVENTS.format(server=reply.server, request=reply.request))
    if not reply.is_success:
        raise ProviderError(
            f"{reply.server}: {reply.request} answers {reply.status_code}: {reply.words}"
        )
    return reply.read(EVENTS, KIND)


def _who(user: _AuditUser | None) -> str:
    return (user.name or user.email or "") if user else ""
