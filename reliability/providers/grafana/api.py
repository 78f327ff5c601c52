"""The endpoints of a Grafana: `/apis` of version 12 and later, or the older `/api`.

`/apis` is used if the server has a version of both groups that is at least beta; alpha versions of
older servers are incomplete. https://grafana.com/docs/grafana/latest/developer-resources/
api-reference/http-api/apis/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from pydantic import BaseModel, ConfigDict, TypeAdapter

from reliability.errors import ProviderError
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer
from reliability.providers.grafana.forms import GrafanaObject, GrafanaWrite
from reliability.providers.object_api import GONE, OBJECT, ensure_read, ensure_written, sent

GRAFANA: Final = "Grafana"
GROUPS: Final = ("folder.grafana.app", "dashboard.grafana.app")
VERSIONS: Final = ("v1", "v1beta1")
"""Versions that are used, the best first; v2 has another form of dashboards."""
CONFLICTS: Final = frozenset((409, 412))
JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}


class ConflictError(Exception):
    """The server has another version of an object than the one that a write is about."""


class GrafanaApi(Protocol):
    """One family of endpoints."""

    @property
    def endpoints(self) -> str:
        """Paths of the endpoints, for people."""
        ...

    def folders(self) -> Iterator[GrafanaObject]:
        """Yield all folders, each once."""
        ...

    def dashboards(self) -> Iterator[GrafanaObject]:
        """Yield all dashboards, each once; models and titles may be missing."""
        ...

    def whole_dashboards(self) -> Iterator[GrafanaObject]:
        """Yield all dashboards with their models; none if the server cannot list models."""
        ...

    def get(self, kind: str, uid: str) -> GrafanaObject | None:
        """Return a whole object, or None if it does not exist."""
        ...

    def write(self, written: GrafanaWrite, remote: GrafanaObject | None) -> None:
        """Create an object, or change the one that was found.

        Raises:
            ConflictError: it exists already, or was changed since it was found.
            LostAnswerError: it may or may not be written.
            RefusedError: Grafana refuses it.
            ProviderError: Grafana refuses the token.
        """
        ...

    def delete(self, remote: GrafanaObject) -> None:
        """Delete the object that was found; it is fine if it does not exist.

        Raises: as `write`.
        """
        ...


class _Version(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: str


class _Group(BaseModel):
    model_config = ConfigDict(extra="ignore")

    versions: list[_Version]


GROUP: Final = TypeAdapter(_Group)


def versions_of(server: HttpServer) -> tuple[str, str] | None:
    """Return the versions of folders and dashboards below `/apis`, or None if there are none.

    Raises:
        ProviderError: the server does not answer as Grafana does.
    """
    folders, dashboards = (_version_of(server, group) for group in GROUPS)
    return (folders, dashboards) if folders and dashboards else None


def _version_of(server: HttpServer, group: str) -> str | None:
    reply = server.get(f"/apis/{group}")
    if reply.status_code == GONE:
        return None
    ensure_read(reply, errors_of)
    served = {version.version for version in reply.read(GROUP, GRAFANA).versions}
    return next((version for version in VERSIONS if version in served), None)


def put(server: HttpServer, path: str, content: bytes) -> None:
    """Send a write that may be repeated.

    Raises: as `GrafanaApi.write`.
    """
    ensure_stored(sent(server, lambda: server.write("PUT", path, content, JSON)))


def post(server: HttpServer, path: str, content: bytes) -> None:
    """Send a write once.

    Raises: as `GrafanaApi.write`.
    """
    ensure_stored(sent(server, lambda: server.post(path, content)))


def remove(server: HttpServer, path: str, content: bytes | None) -> None:
    """Send a delete; it is fine if nothing is there.

    Raises: as `GrafanaApi.write`.
    """
    reply = sent(server, lambda: server.write("DELETE", path, content, JSON if content else {}))
    if reply.status_code != GONE:
        ensure_stored(reply)


def ensure_stored(reply: HttpReply) -> None:
    """Ensure that a write succeeded.

    Raises: as `GrafanaApi.write`.
    """
    if reply.status_code in CONFLICTS:
        raise ConflictError(f"{reply.request} answers {reply.status_code}: {errors_of(reply)}")
    ensure_written(reply, errors_of)


def errors_of(reply: HttpReply) -> str:
    """Return what Grafana says is wrong, on one line."""
    try:
        answer: dict[str, Any] = reply.read(OBJECT, GRAFANA)
    except ProviderError:
        return reply.words
    message = answer.get("message")
    return reply.one_line(message) if isinstance(message, str) else reply.words
