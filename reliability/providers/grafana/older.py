"""Folders and dashboards below `/api`, for servers without the newer endpoints.

Sources in grafana/grafana: pkg/api/dashboard.go, pkg/api/folder.go and pkg/api/dtos/folder.go,
whose folders have no description. A dashboard with another version than the stored one is refused
with 412. Deleting a folder deletes the dashboards in it, so the provider looks into it before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from reliability.compile.grafana.comparable import MODEL_MARK, complete
from reliability.compile.grafana.compiler import DASHBOARD, FOLDER
from reliability.http.server import HttpServer
from reliability.providers.grafana.api import GRAFANA, errors_of, post, put, remove
from reliability.providers.grafana.forms import TOOL, GrafanaObject, GrafanaWrite, last_change
from reliability.providers.object_api import GONE, ListBounds, ensure_read

PAGE: Final = 1000
"""Objects of a page; 5000 is the most that `/api/search` returns."""


class _OlderReply(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Hit(_OlderReply):
    uid: str
    title: str
    folder: str = Field(default="", alias="folderUid")


class _Meta(_OlderReply):
    folder: str = Field(default="", alias="folderUid")
    provisioned: bool = False
    source: str = Field(default="", alias="provisionedExternalId")
    by: str = Field(default="", alias="updatedBy")
    time: str = Field(default="", alias="updated")


class _Dashboard(_OlderReply):
    dashboard: dict[str, Any]
    meta: _Meta


class _Folder(_OlderReply):
    uid: str
    title: str
    version: int = 0
    parent: str = Field(default="", alias="parentUid")


HITS: Final = TypeAdapter(list[_Hit])
ONE_DASHBOARD: Final = TypeAdapter(_Dashboard)
ONE_FOLDER: Final = TypeAdapter(_Folder)


@dataclass(frozen=True, slots=True)
class GrafanaOlderApi:
    """The endpoints below `/api` of the organization of the token."""

    server: HttpServer

    @property
    def endpoints(self) -> str:
        """Paths of the endpoints, for people."""
        return "/api, since the server has no /apis"

    def folders(self) -> Iterator[GrafanaObject]:
        """Yield all folders, also those in others.

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        return self._found(FOLDER, "dash-folder")

    def dashboards(self) -> Iterator[GrafanaObject]:
        """Yield all dashboards, without their models.

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        return self._found(DASHBOARD, "dash-db")

    def whole_dashboards(self) -> Iterator[GrafanaObject]:
        """Yield nothing: each model is a request of its own."""
        return iter(())

    def _found(
        self, kind: str, type_: Literal["dash-folder", "dash-db"]
    ) -> Iterator[GrafanaObject]:
        seen: set[str] = set()
        bounds = ListBounds(target=self.server.target)
        while hits := self._hits(type_, bounds.pages + 1):
            bounds.count(len(hits))
            for hit in hits:
                # A dashboard that is created between two pages shifts the second.
                if hit.uid not in seen:
                    seen.add(hit.uid)
                    yield GrafanaObject(
                        kind=kind,
                        uid=hit.uid,
                        folder=hit.folder,
                        title=hit.title,
                        version="",
                        has_annotations=False,
                    )

    def _hits(self, type_: str, number: int) -> list[_Hit]:
        reply = self.server.get("/api/search", {"type": type_, "limit": PAGE, "page": number})
        ensure_read(reply, errors_of)
        return reply.read(HITS, GRAFANA)

    def get(self, kind: str, uid: str) -> GrafanaObject | None:
        """Return a whole object, or None if it does not exist.

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        part = quote(uid, safe="")
        path = f"/api/folders/{part}" if kind == FOLDER else f"/api/dashboards/uid/{part}"
        reply = self.server.get(path)
        if reply.status_code == GONE:
            return None
        ensure_read(reply, errors_of)
        if kind == FOLDER:
            return _folder(reply.read(ONE_FOLDER, GRAFANA))
        return _dashboard(uid, reply.read(ONE_DASHBOARD, GRAFANA))

    def write(self, written: GrafanaWrite, remote: GrafanaObject | None) -> None:
        """Create an object, or change the one that was found.

        Raises: as `GrafanaApi.write`.
        """
        if written.kind == FOLDER:
            self._write_folder(written, remote)
            return
        model = {key: value for key, value in written.body.items() if key != "folder"}
        version = {"version": int(remote.version)} if remote else {}
        request = {
            "dashboard": {**complete(model), MODEL_MARK: written.model_mark, "id": None, **version},
            "folderUid": written.body["folder"],
            "message": TOOL,
            "overwrite": False,
        }
        post(self.server, "/api/dashboards/db", json.dumps(request).encode())

    def _write_folder(self, written: GrafanaWrite, remote: GrafanaObject | None) -> None:
        if remote is None:
            request: dict[str, Any] = {"uid": written.uid, "title": written.title}
            post(self.server, "/api/folders", json.dumps(request).encode())
            return
        request = {"title": written.title, "version": int(remote.version), "overwrite": False}
        path = f"/api/folders/{quote(written.uid, safe='')}"
        put(self.server, path, json.dumps(request).encode())

    def delete(self, remote: GrafanaObject) -> None:
        """Delete an object; a folder with alert rules is refused.

        Raises: as `GrafanaApi.write`.
        """
        part = quote(remote.uid, safe="")
        path = f"/api/folders/{part}" if remote.kind == FOLDER else f"/api/dashboards/uid/{part}"
        remove(self.server, path, None)


def _folder(folder: _Folder) -> GrafanaObject:
    return GrafanaObject(
        kind=FOLDER,
        uid=folder.uid,
        folder=folder.parent,
        title=folder.title,
        version=str(folder.version),
        has_annotations=False,
    )


def _dashboard(uid: str, remote: _Dashboard) -> GrafanaObject:
    return GrafanaObject(
        kind=DASHBOARD,
        uid=uid,
        folder=remote.meta.folder,
        title=str(remote.dashboard.get("title", "")),
        version=str(remote.dashboard.get("version", 0)),
        model=remote.dashboard,
        changed_by=last_change(remote.meta.by, remote.meta.time),
        managed_by=f"file {remote.meta.source}".strip() if remote.meta.provisioned else "",
    )
