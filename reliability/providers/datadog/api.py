"""Requests to Datadog's API: pages, rate limits, and answers that may be lost.

https://docs.datadoghq.com/api/latest/rate-limits/: the header `X-RateLimit-Reset` has the seconds
until the next period.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, TypeAdapter

from reliability.errors import ProviderError
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer, Parameters, wanted_pause
from reliability.providers.datadog.forms import CORRECTIONS, MONITORS, SLOS, Raw
from reliability.providers.object_api import (
    GONE,
    LONGEST_PAUSE,
    OBJECT,
    ListBounds,
    ensure_read,
    ensure_written,
    sent,
)

PAGE: Final = 1000
CORRECTIONS_PAGE: Final = 100
"""Objects of a page. Datadog's default for corrections is 25."""
NO_HEADERS: Final[Mapping[str, str]] = {}


class _Listed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    data: list[dict[str, Any]]


LISTED: Final = TypeAdapter(_Listed)
MONITOR_LIST: Final = TypeAdapter(list[dict[str, Any]])


@dataclass(frozen=True, slots=True)
class DatadogApi:
    """The API of one Datadog site."""

    server: HttpServer

    def objects(self, path: str, tag: str) -> Iterator[Raw]:
        """Yield all objects at a path with a tag, each once; corrections have no tags.

        A page ends a list only if it is empty, because a site may have smaller pages than asked.

        Raises:
            ProviderError: the site does not answer as Datadog does.
        """
        pages = self._monitor_pages(tag) if path == MONITORS else self._pages(path, tag)
        seen: set[str] = set()
        for raw in self._bounded(pages):
            # An object that is created or deleted between two pages shifts the second.
            if str(raw.get("id")) not in seen:
                seen.add(str(raw.get("id")))
                yield raw

    def _bounded(self, pages: Iterator[list[dict[str, Any]]]) -> Iterator[Raw]:
        bounds = ListBounds(target=self.server.target)
        for page in pages:
            bounds.count(len(page))
            yield from page

    def _pages(self, path: str, tag: str) -> Iterator[list[dict[str, Any]]]:
        size = CORRECTIONS_PAGE if path == CORRECTIONS else PAGE
        by: dict[str, str] = {} if path == CORRECTIONS else {"tags_query": tag}
        offset = 0
        while (
            page := self._got(path, {**by, "limit": size, "offset": offset})
            .read(LISTED, "Datadog")
            .data
        ):
            yield page
            offset += len(page)

    def _monitor_pages(self, tag: str) -> Iterator[list[dict[str, Any]]]:
        last = 0
        while page := self._got(
            MONITORS, {"monitor_tags": tag, "page_size": PAGE, "id_offset": last}
        ).read(MONITOR_LIST, "Datadog"):
            yield page
            following = max(int(raw["id"]) for raw in page)
            if following <= last:
                raise ProviderError(f"{self.server.target}: the pages of monitors do not end")
            last = following

    def is_gone(self, path: str, identity: str) -> bool:
        """Return whether an object does not exist any more.

        A deleted SLO stays in the list of deleted ones, which is surer than a 404.
        """
        reply = self.server.get(f"{path}/{quote(identity, safe='')}")
        if reply.status_code != GONE:
            ensure_read(reply, _errors)
            return False
        if path != SLOS:
            return True
        deleted = self._got(SLOS, {"ids": identity, "is_deleted": "true"}).read(LISTED, "Datadog")
        return bool(deleted.data)

    def validate(self, request: Mapping[str, Any], identity: str | None) -> str | None:
        """Return why Datadog would refuse a monitor, or None; nothing is written.

        Raises:
            ProviderError: the site does not answer as Datadog does.
        """
        path = f"{MONITORS}/{identity}/validate" if identity else f"{MONITORS}/validate"
        headers = {"Content-Type": "application/json"}
        reply = self.server.ask(path, json.dumps(request).encode(), headers)
        if reply.status_code == 400:
            return _errors(reply)
        ensure_read(reply, _errors)
        return None

    def create(self, path: str, request: Mapping[str, Any]) -> Raw:
        """Create an object and return it.

        Raises:
            LostAnswerError: it may or may not exist now.
            RefusedError: Datadog refuses it.
            ProviderError: Datadog refuses the keys.
        """
        content = json.dumps(request).encode()
        reply = self._sent(lambda: self.server.post(path, content))
        return self._object(reply)

    def change(self, path: str, request: Mapping[str, Any]) -> Raw:
        """Change an object and return it; the request is repeated if there is no answer.

        Raises:
            LostAnswerError: it may or may not be changed.
            RefusedError: Datadog refuses it.
            ProviderError: Datadog refuses the keys.
        """
        method = "PATCH" if path.startswith(CORRECTIONS) else "PUT"
        content = json.dumps(request).encode()
        reply = self._sent(lambda: self.server.write(method, path, content, NO_HEADERS))
        return self._object(reply)

    def delete(self, path: str) -> None:
        """Delete an object; it is fine if it does not exist.

        Never with `force`: what still uses the object would be left without it.

        Raises:
            LostAnswerError: it may or may not exist.
            RefusedError: Datadog refuses it, such as with 409 while something uses it.
            ProviderError: Datadog refuses the keys.
        """
        reply = self._sent(lambda: self.server.write("DELETE", path, None, NO_HEADERS))
        if reply.status_code != GONE:
            ensure_written(reply, _errors)

    def _sent(self, send: Callable[[], HttpReply]) -> HttpReply:
        """Send a write; wait if it was the last one that the period allows."""
        reply = sent(self.server, send)
        if reply.headers.get("x-ratelimit-remaining") == "0" and reply.is_success:
            self.server.pause(wanted_pause(reply.headers, 1.0, LONGEST_PAUSE))
        return reply

    def _object(self, reply: HttpReply) -> Raw:
        ensure_written(reply, _errors)
        answer = reply.read(OBJECT, "Datadog")
        data = answer.get("data", answer)
        # SLOs are answered in a list of one, corrections and monitors as themselves.
        written = data[0] if isinstance(data, list) and data else data
        if not isinstance(written, dict) or "id" not in written:
            raise reply.unexpected("Datadog", "there is no object with an id")
        return written

    def _got(self, path: str, parameters: Parameters) -> HttpReply:
        reply = self.server.get(path, parameters)
        ensure_read(reply, _errors)
        return reply


def _errors(reply: HttpReply) -> str:
    """Return what Datadog says is wrong, on one line."""
    try:
        errors = reply.read(OBJECT, "Datadog").get("errors")
    except ProviderError:
        return reply.words
    if isinstance(errors, list) and errors:
        return reply.one_line("; ".join(map(str, errors)))
    return reply.words
