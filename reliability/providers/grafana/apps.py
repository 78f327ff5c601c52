"""Folders and dashboards below `/apis`, as of Grafana 12: objects of the form that Kubernetes has.

Writes name the version that was read, so another write in between is refused with 409. The
documentation of the dashboard API names the fields; `fieldValidation` is `Strict` if it is not sent
(pkg/registry/apis/dashboard/mutate.go), which would refuse the key of our mark.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from reliability.compile.grafana.comparable import MODEL_MARK, complete
from reliability.compile.grafana.compiler import DASHBOARD, FOLDER
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer
from reliability.providers.grafana.api import GRAFANA, errors_of, post, put, remove
from reliability.providers.grafana.forms import (
    IN_FOLDER,
    GrafanaObject,
    GrafanaWrite,
    last_change,
    other_manager,
)
from reliability.providers.object_api import GONE, Cursor, ListBounds, ensure_read

PAGE: Final = 500
EXPIRED: Final = 410
ONLY_METADATA: Final = (
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
)
"""Asks for a list without the dashboards, which are large; a server may send them all the same."""
WHOLE: Final = "application/json"
UPDATED_BY: Final = "grafana.app/updatedBy"
UPDATED: Final = "grafana.app/updatedTimestamp"
GENERATED: Final = ("grafana.app/createdBy", UPDATED_BY, UPDATED)
KINDS: Final[Mapping[str, tuple[str, str, str]]] = {
    FOLDER: ("folder.grafana.app", "folders", "Folder"),
    DASHBOARD: ("dashboard.grafana.app", "dashboards", "Dashboard"),
}
"""Group, path and kind of each kind of object."""


class _AppsReply(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Metadata(_AppsReply):
    name: str
    uid: str = ""
    version: str = Field(default="", alias="resourceVersion")
    annotations: dict[str, str] = {}
    labels: dict[str, str] = {}


class _Item(_AppsReply):
    metadata: _Metadata
    spec: dict[str, Any] | None = None


class _ListMetadata(_AppsReply):
    next: Cursor = Field(default="", alias="continue")


class _Page(_AppsReply):
    metadata: _ListMetadata
    items: list[_Item]


ITEM: Final = TypeAdapter(_Item)
ITEMS: Final = TypeAdapter(_Page)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaAppsApi:
    """The endpoints below `/apis` of one organization, which `namespace` names."""

    server: HttpServer
    namespace: str
    folder_version: str
    dashboard_version: str

    @property
    def endpoints(self) -> str:
        """Paths of the endpoints, for people."""
        return f"/apis, folders {self.folder_version}, dashboards {self.dashboard_version}"

    def folders(self) -> Iterator[GrafanaObject]:
        """Yield all folders.

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        return self._listed(FOLDER, WHOLE)

    def dashboards(self) -> Iterator[GrafanaObject]:
        """Yield all dashboards, without their models if the server leaves them out.

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        return self._listed(DASHBOARD, ONLY_METADATA)

    def whole_dashboards(self) -> Iterator[GrafanaObject]:
        """Yield all dashboards with their models.

        A page ends at 500 dashboards or about 2 MiB (pkg/storage/unified/resource/server.go).

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        return self._listed(DASHBOARD, WHOLE)

    def _listed(self, kind: str, accept: str) -> Iterator[GrafanaObject]:
        """Yield all objects of a kind, each once, in pages."""
        seen: set[str] = set()
        page, restarted = "", False
        bounds = ListBounds(target=self.server.target)
        while True:
            reply = self._page(kind, page, accept)
            # What a token continues is forgotten after some minutes; the list begins again.
            if reply.status_code == EXPIRED and not restarted:
                page, restarted = "", True
                continue
            ensure_read(reply, errors_of)
            listed = reply.read(ITEMS, GRAFANA)
            bounds.count(len(listed.items))
            for item in listed.items:
                if item.metadata.name not in seen:
                    seen.add(item.metadata.name)
                    yield _object(kind, item)
            page = listed.metadata.next
            if not page:
                return

    def _page(self, kind: str, page: str, accept: str) -> HttpReply:
        parameters = {"limit": str(PAGE), **({"continue": page} if page else {})}
        path = f"{self._path(kind)}?{urlencode(parameters)}"
        return self.server.write("GET", path, None, {"Accept": accept})

    def get(self, kind: str, uid: str) -> GrafanaObject | None:
        """Return a whole object, or None if it does not exist.

        Raises:
            ProviderError: the server does not answer as Grafana does.
        """
        reply = self.server.get(self._path(kind, uid))
        if reply.status_code == GONE:
            return None
        ensure_read(reply, errors_of)
        return _object(kind, reply.read(ITEM, GRAFANA))

    def write(self, written: GrafanaWrite, remote: GrafanaObject | None) -> None:
        """Create an object, or change the one that was found.

        Raises: as `GrafanaApi.write`.
        """
        content = json.dumps(self._request(written, remote)).encode()
        lenient = "?fieldValidation=Ignore"
        if remote is None:
            post(self.server, f"{self._path(written.kind)}{lenient}", content)
        else:
            put(self.server, f"{self._path(written.kind, written.uid)}{lenient}", content)

    def _request(self, written: GrafanaWrite, remote: GrafanaObject | None) -> dict[str, Any]:
        group, _, kind = KINDS[written.kind]
        former = remote.annotations if remote else {}
        kept = {key: value for key, value in former.items() if key not in GENERATED}
        metadata: dict[str, Any] = {
            "name": written.uid,
            "namespace": self.namespace,
            "annotations": {**kept, **written.annotations},
        }
        if remote is not None:
            metadata |= {"resourceVersion": remote.version, "labels": dict(remote.labels)}
        return {
            "apiVersion": f"{group}/{self._version(written.kind)}",
            "kind": kind,
            "metadata": metadata,
            "spec": _spec(written),
        }

    def delete(self, remote: GrafanaObject) -> None:
        """Delete the object that was found, if it was not changed since.

        Without `gracePeriodSeconds`: with 0, a folder would be deleted with all that is in it
        (pkg/registry/apis/folders/delete_options.go).

        Raises: as `GrafanaApi.write`.
        """
        options = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {"resourceVersion": remote.version},
        }
        remove(self.server, self._path(remote.kind, remote.uid), json.dumps(options).encode())

    def _path(self, kind: str, uid: str = "") -> str:
        group, resources, _ = KINDS[kind]
        inside = f"namespaces/{quote(self.namespace, safe='')}/{resources}"
        named = f"/{quote(uid, safe='')}" if uid else ""
        return f"/apis/{group}/{self._version(kind)}/{inside}{named}"

    def _version(self, kind: str) -> str:
        return self.folder_version if kind == FOLDER else self.dashboard_version


def _spec(written: GrafanaWrite) -> dict[str, Any]:
    if written.kind == FOLDER:
        return {"title": written.title, "description": written.description}
    model = {key: value for key, value in written.body.items() if key not in ("uid", "folder")}
    return {**complete(model), MODEL_MARK: written.model_mark}


def _object(kind: str, item: _Item) -> GrafanaObject:
    metadata, spec = item.metadata, item.spec
    annotations = metadata.annotations
    return GrafanaObject(
        kind=kind,
        uid=metadata.name,
        folder=annotations.get(IN_FOLDER, ""),
        title=str(spec.get("title", "")) if spec is not None else None,
        version=metadata.version,
        model=spec if kind == DASHBOARD else None,
        description=str((spec or {}).get("description") or ""),
        annotations=annotations,
        labels=metadata.labels,
        changed_by=last_change(annotations.get(UPDATED_BY, ""), annotations.get(UPDATED, "")),
        managed_by=other_manager(annotations),
    )
