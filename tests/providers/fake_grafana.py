"""A Grafana that keeps state: it fills in defaults, migrates, counts versions and refuses.

After grafana/grafana: pkg/registry/apis/dashboard/mutate.go and
apps/dashboard/pkg/migration/frontend_defaults.go for what becomes of a dashboard,
pkg/registry/apis/folders/validate.go and pkg/api/dashboard.go, folder.go for refusals, and
pkg/storage/unified/apistore/managed.go for managers. `/apis` and `/api` share one state.
"""

import itertools
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

Json = dict[str, Any]
UID: Final = re.compile(r"[A-Za-z0-9_-]+")
LATEST_SCHEMA: Final = 42
BUILT_IN: Final[Json] = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}
BY: Final = "service-account:sa1"
GROUPS: Final = {"folder.grafana.app": "folders", "dashboard.grafana.app": "dashboards"}
KINDS: Final = {"folders": "Folder", "dashboards": "Dashboard"}


class GrafanaRefusal(Exception):
    """What the server refuses, with its status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(kw_only=True)
class Stored:
    """A folder or dashboard; `spec` is the JSON of a dashboard, or title and description."""

    uid: str
    folder: str
    spec: Json
    version: int
    number: int
    generation: int = 1
    annotations: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class FakeGrafana:
    """Folders and dashboards by uid; `page` is the largest page.

    A server without `versions` has no `/apis`. One with `ignores_annotations` keeps those of
    folders only, as before the storage of Grafana 13. `locked` is the number of writes that are
    answered with 500 because another one holds the lock of SQLite.
    """

    versions: tuple[str, ...] = ("v0alpha1", "v1beta1", "v1", "v2beta1")
    page: int = 2
    quota: int | None = None
    ignores_annotations: bool = False
    sends_partial: bool = True
    locked: int = 0
    expired: int = 0
    token: str = "good"
    folders: dict[str, Stored] = field(default_factory=dict)
    dashboards: dict[str, Stored] = field(default_factory=dict)
    provisioned: dict[str, str] = field(default_factory=dict)
    clock: Iterator[int] = field(default_factory=lambda: itertools.count(1_758_777_451_428))

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return httpx.Response(401, json={"message": "Unauthorized", "messageId": "auth"})
        is_write = request.method not in ("GET", "HEAD")
        if is_write and self.locked:
            self.locked -= 1
            return httpx.Response(500, json={"message": "database is locked"})
        body = json.loads(request.content) if request.content else {}
        parts = request.url.path.strip("/").split("/")
        try:
            status, answer = self.answer(request, parts, body)
        except GrafanaRefusal as refusal:
            message = {"message": str(refusal), "code": refusal.status, "kind": "Status"}
            return httpx.Response(refusal.status, json=message)
        return httpx.Response(status, json=answer)

    def answer(self, request: httpx.Request, parts: list[str], body: Json) -> tuple[int, Any]:
        match request.method, parts:
            case "GET", ["apis", group] if group in GROUPS and self.versions:
                listed = [
                    {"groupVersion": f"{group}/{one}", "version": one} for one in self.versions
                ]
                return 200, {"kind": "APIGroup", "name": group, "versions": listed}
            case _, ["apis", group, version, "namespaces", "default", kind, *rest] if (
                version in self.versions and GROUPS.get(group) == kind
            ):
                return self._of_apis(request, kind, rest, body=body)
            case _, ["api", *rest] if rest[0] != "search":
                return self._of_api(request, rest, body)
            case "GET", ["api", "search"]:
                return 200, self._found(request.url.params)
            case _:
                raise GrafanaRefusal(404, "404 page not found")

    # --- what both families do

    def objects(self, kind: str) -> dict[str, Stored]:
        return self.folders if kind == "folders" else self.dashboards

    def stored(self, kind: str, uid: str) -> Stored:
        if uid not in self.objects(kind):
            raise GrafanaRefusal(404, f"{kind} {uid!r} not found")
        return self.objects(kind)[uid]

    def ensure_valid(self, kind: str, uid: str, spec: Json, folder: str) -> None:
        if not str(spec.get("title", "")).strip():
            raise GrafanaRefusal(400, "title cannot be empty")
        if not UID.fullmatch(uid) or len(uid) > 40:
            raise GrafanaRefusal(400, "uid too long, max 40 characters")
        if folder and folder not in self.folders:
            raise GrafanaRefusal(400, "folder not found")
        other = self.dashboards if kind == "folders" else self.folders
        if uid in other:
            raise GrafanaRefusal(409, "the uid is in use")

    def ensure_room(self) -> None:
        if self.quota is not None and len(self.dashboards) >= self.quota:
            raise GrafanaRefusal(403, "Quota reached")

    def store(self, kind: str, uid: str, spec: Json, folder: str, **more: Any) -> Stored:
        former = self.objects(kind).get(uid)
        kept = reprinted(spec)
        same = former is not None and former.spec == kept
        made = Stored(
            uid=uid,
            folder=folder,
            spec=kept,
            version=next(self.clock),
            number=former.number if former else next(self.clock),
            generation=(former.generation + (not same)) if former else 1,
            **more,
        )
        self.objects(kind)[uid] = made
        return made

    # --- /apis

    def _of_apis(
        self, request: httpx.Request, kind: str, rest: list[str], body: Json
    ) -> tuple[int, Any]:
        match request.method, rest:
            case "GET", []:
                return self._list(request, kind)
            case "GET", [uid]:
                return 200, self._shown(kind, self.stored(kind, uid))
            case "POST", []:
                uid = body["metadata"]["name"]
                self._ensure_new(kind, uid)
                return 201, self._put(request, kind, uid, body=body)
            case "PUT", [uid]:
                self._ensure_current(self.stored(kind, uid), body["metadata"])
                return 200, self._put(request, kind, uid, body=body)
            case "DELETE", [uid]:
                return self._delete(kind, uid, body)
            case _:
                raise GrafanaRefusal(405, "method not allowed")

    def _ensure_new(self, kind: str, uid: str) -> None:
        if uid in self.objects(kind):
            raise GrafanaRefusal(409, f"{kind} {uid!r} already exists")
        if kind == "dashboards":
            self.ensure_room()

    def _ensure_current(self, former: Stored, metadata: Json) -> None:
        version, annotations = metadata.get("resourceVersion"), metadata.get("annotations", {})
        if version is not None and int(version) != former.version:
            raise GrafanaRefusal(409, "the object has been modified")
        for key in ("grafana.app/managedBy", "grafana.app/managerId"):
            if former.annotations.get(key, annotations.get(key)) != annotations.get(key):
                raise GrafanaRefusal(403, "Cannot change resource manager identity")

    def _put(self, request: httpx.Request, kind: str, uid: str, body: Json) -> Json:
        written = body["metadata"].get("annotations", {})
        folder, spec = written.get("grafana.app/folder", ""), deepcopy(body["spec"])
        self.ensure_valid(kind, uid, spec, folder)
        if kind == "dashboards":
            # Strict, if nothing is said: an unknown key is refused.
            if request.url.params.get("fieldValidation") != "Ignore" and "__reliability" in spec:
                raise GrafanaRefusal(422, 'unknown field "spec.__reliability"')
            spec = migrated(spec)
        else:
            spec = {"title": spec["title"].strip(), "description": spec.get("description", "")}
        former = self.objects(kind).get(uid)
        by = "updatedBy" if former else "createdBy"
        annotations = {
            **({} if self.ignores_annotations else written),
            f"grafana.app/{by}": BY,
        }
        labels = body["metadata"].get("labels") or {}
        made = self.store(kind, uid, spec, folder, annotations=annotations, labels=labels)
        return self._shown(kind, made)

    def _delete(self, kind: str, uid: str, options: Json) -> tuple[int, Json]:
        former = self.stored(kind, uid)
        version = (options.get("preconditions") or {}).get("resourceVersion")
        if version is not None and int(version) != former.version:
            raise GrafanaRefusal(409, "the ResourceVersion in the precondition does not match")
        inside = [found for found in self._everything() if found.folder == uid]
        if kind == "folders" and inside:
            raise GrafanaRefusal(400, f"folder is not empty, contains {len(inside)} objects")
        del self.objects(kind)[uid]
        return 200, {"kind": "Status", "status": "Success"}

    def _everything(self) -> list[Stored]:
        return [*self.folders.values(), *self.dashboards.values()]

    def _list(self, request: httpx.Request, kind: str) -> tuple[int, Json]:
        query = request.url.params
        start, limit = int(query.get("continue") or 0), int(query.get("limit", 500))
        if start and self.expired:
            self.expired -= 1
            raise GrafanaRefusal(410, "the provided continue parameter is too old")
        every = sorted(self.objects(kind).values(), key=lambda found: found.uid)
        size = min(limit, self.page)
        items = [self._shown(kind, found) for found in every[start : start + size]]
        if "PartialObjectMetadataList" in request.headers["accept"] and self.sends_partial:
            for item in items:
                del item["spec"]
        more = {"continue": str(start + size)} if start + size < len(every) else {}
        metadata = {"resourceVersion": str(next(self.clock)), **more}
        return 200, {"kind": f"{KINDS[kind]}List", "metadata": metadata, "items": items}

    def _shown(self, kind: str, found: Stored) -> Json:
        place = {"grafana.app/folder": found.folder} if found.folder else {}
        metadata = {
            "name": found.uid,
            "namespace": "default",
            "uid": f"k8s-{found.number}",
            "resourceVersion": str(found.version),
            "generation": found.generation,
            "creationTimestamp": "2026-11-27T09:30:00Z",
            "labels": {**found.labels, "grafana.app/deprecatedInternalID": str(found.number)},
            "annotations": dict(sorted({**found.annotations, **place}.items())),
            "managedFields": [{"manager": "reliability", "operation": "Update"}],
        }
        return {"kind": KINDS[kind], "metadata": metadata, "spec": deepcopy(found.spec)}

    # --- /api

    def _of_api(self, request: httpx.Request, rest: list[str], body: Json) -> tuple[int, Any]:
        match request.method, rest:
            case _, ["folders", *uid]:
                return self._of_folders(request.method, uid, body)
            case "GET", ["dashboards", "uid", uid]:
                return 200, self._dashboard(self.stored("dashboards", uid))
            case "POST", ["dashboards", "db"]:
                return self._post_dashboard(body)
            case "DELETE", ["dashboards", "uid", uid]:
                del self.dashboards[self.stored("dashboards", uid).uid]
                return 200, {"message": "Dashboard deleted"}
            case _:
                raise GrafanaRefusal(404, "Not found")

    def _of_folders(self, method: str, rest: list[str], body: Json) -> tuple[int, Any]:
        match method, rest:
            case "GET", [uid]:
                return 200, self._folder(self.stored("folders", uid))
            case "POST", []:
                return self._post_folder(body)
            case "PUT", [uid]:
                former = self.stored("folders", uid)
                if not body.get("overwrite") and body.get("version") != former.version:
                    raise GrafanaRefusal(412, "the folder has been changed by someone else")
                made = self.store("folders", uid, {"title": body["title"]}, former.folder)
                return 200, self._folder(made)
            case "DELETE", [uid]:
                del self.folders[self.stored("folders", uid).uid]
                # Grafana deletes what is in it.
                for found in [one for one in self.dashboards.values() if one.folder == uid]:
                    del self.dashboards[found.uid]
                return 200, {"message": "Folder deleted"}
            case _:
                raise GrafanaRefusal(404, "Not found")

    def _post_folder(self, body: Json) -> tuple[int, Json]:
        uid, parent = body["uid"], body.get("parentUid", "")
        self.ensure_valid("folders", uid, body, parent)
        if uid in self.folders:
            raise GrafanaRefusal(412, "a folder with the same uid already exists")
        self._ensure_free(self.folders, uid, body["title"], folder=parent)
        made = self.store("folders", uid, {"title": body["title"].strip()}, parent)
        return 200, self._folder(made)

    def _ensure_free(self, objects: dict[str, Stored], uid: str, title: str, folder: str) -> None:
        for found in objects.values():
            if (found.folder, found.spec["title"]) == (folder, title) and found.uid != uid:
                raise GrafanaRefusal(412, "name-exists: a dashboard with the same name exists")

    def _post_dashboard(self, body: Json) -> tuple[int, Json]:
        spec, folder = deepcopy(body["dashboard"]), body.get("folderUid", "")
        uid, version = spec["uid"], spec.get("version", 0)
        self.ensure_valid("dashboards", uid, spec, folder)
        former = self.dashboards.get(uid)
        if uid in self.provisioned:
            raise GrafanaRefusal(400, "Cannot save provisioned dashboard")
        if former is None:
            self.ensure_room()
        elif not body.get("overwrite") and version != former.version:
            raise GrafanaRefusal(412, "version-mismatch: changed by someone else")
        self._ensure_free(self.dashboards, uid, spec["title"], folder=folder)
        for key in ("id", "uid", "version"):
            spec.pop(key, None)
        made = self.store("dashboards", uid, spec, folder)
        return 200, {"uid": uid, "version": made.version, "status": "success", "slug": "x"}

    def _folder(self, found: Stored) -> Json:
        parent = {"parentUid": found.folder} if found.folder else {}
        return {
            "id": found.number,
            "uid": found.uid,
            "title": found.spec["title"],
            "url": f"/dashboards/f/{found.uid}",
            "canSave": True,
            "version": found.version,
            "updatedBy": "sa-1-reliability",
            **parent,
        }

    def _dashboard(self, found: Stored) -> Json:
        meta = {
            "folderUid": found.folder,
            "version": found.version,
            "updatedBy": "sa-1-reliability",
            "updated": "2026-11-27T09:30:00Z",
            "provisioned": found.uid in self.provisioned,
            "provisionedExternalId": self.provisioned.get(found.uid, ""),
        }
        own = {"id": found.number, "uid": found.uid, "version": found.version}
        return {"dashboard": {**deepcopy(found.spec), **own}, "meta": meta}

    def _found(self, query: httpx.QueryParams) -> list[Json]:
        kind = {"dash-db": "dashboards", "dash-folder": "folders"}[query["type"]]
        size = min(int(query.get("limit", 1000)), self.page)
        start = (int(query.get("page", 1)) - 1) * size
        every = sorted(self.objects(kind).values(), key=lambda found: found.spec["title"])
        return [
            {
                "id": found.number,
                "uid": found.uid,
                "title": found.spec["title"],
                "type": query["type"],
                **({"folderUid": found.folder} if found.folder else {}),
            }
            for found in every[start : start + size]
        ]


def migrated(spec: Json) -> Json:
    """A dashboard after the hooks of v1: newest schema, defaults, and without empty parts."""
    for key in ("id", "uid", "version"):
        spec.pop(key, None)
    spec["schemaVersion"] = max(LATEST_SCHEMA, spec.get("schemaVersion", 0))
    queries = spec.setdefault("annotations", {"list": []})["list"]
    if not any(query.get("builtIn") for query in queries):
        queries.insert(0, deepcopy(BUILT_IN))
    for key, value in (("timezone", ""), ("weekStart", ""), ("timepicker", {}), ("links", [])):
        spec.setdefault(key, value)
    spec.setdefault("fiscalYearStartMonth", 0)
    for variable in spec.get("templating", {}).get("list", []):
        variable.setdefault("options", [])
        variable.setdefault("current", {})
    for panel in spec.get("panels", []):
        panel.setdefault("pluginVersion", "12.0.0")
        panel.setdefault("transparent", False)
        for step in (
            panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps", [])
        ):
            if step.get("value", 0) is None:
                del step["value"]
    return spec


def reprinted(value: Any) -> Any:
    """JSON as Go prints it: sorted keys, and whole numbers without a fraction."""
    match value:
        case dict():
            return {key: reprinted(value[key]) for key in sorted(value)}
        case list():
            return [reprinted(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
