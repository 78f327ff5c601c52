"""Requests to each family of endpoints of Grafana, and what its answers mean, one by one."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest

from reliability.providers.grafana.api import ConflictError, GrafanaApi, versions_of
from reliability.providers.grafana.apps import GrafanaAppsApi
from reliability.providers.grafana.forms import GrafanaMark, GrafanaObject, GrafanaWrite
from reliability.providers.grafana.older import GrafanaOlderApi
from reliability.providers.http import HttpServer
from reliability.providers.object_api import RETRIES
from tests.providers.apis.scripted import LATE, Answer, Script, outcome_of, reply, scripted
from tests.providers.grafana_memory import OURS, theirs

FOLDERS: Final = "/apis/folder.grafana.app/v1beta1/namespaces/org-2/folders"
DASHBOARDS: Final = "/apis/dashboard.grafana.app/v1/namespaces/org-2/dashboards"
LATE_TEXT: Final = "LostAnswerError: here: http://api.example does not answer in time"


def apps(server: HttpServer) -> GrafanaAppsApi:
    return GrafanaAppsApi(
        server=server, namespace="org-2", folder_version="v1beta1", dashboard_version="v1"
    )


def listed(kind: str, api: GrafanaApi) -> list[GrafanaObject]:
    return list(getattr(api, kind)())


def deleted(remote: GrafanaObject, api: GrafanaApi) -> None:
    api.delete(remote)


def called(
    api: Callable[[HttpServer], GrafanaApi], answers: list[Answer], call: Callable[[Any], object]
) -> tuple[str, Script]:
    """What a call returns or why it fails, and what was sent."""
    script = Script([*answers])
    with scripted(script, RETRIES) as server:
        try:
            return outcome_of(lambda: call(api(server))), script
        except ConflictError as error:
            return f"ConflictError: {error}", script


# --- lists


def hits(*uids: str) -> Answer:
    return reply(200, [{"uid": uid, "title": uid.upper(), "folderUid": "in"} for uid in uids])


@pytest.mark.parametrize(("kind", "type_"), [("folders", "dash-folder"), ("dashboards", "dash-db")])
def test_the_older_endpoints_are_listed_until_a_page_is_empty(kind: str, type_: str) -> None:
    # What is created between two pages shifts the second.
    answers = [hits("a", "b"), hits("b", "c", "c"), hits()]
    outcome, script = called(
        GrafanaOlderApi, answers, lambda api: [item.uid for item in getattr(api, kind)()]
    )
    assert outcome == "['a', 'b', 'c']"
    assert script.requests == [
        f"GET /api/search?type={type_}&limit=1000&page={page}" for page in (1, 2, 3)
    ]


def test_a_hit_of_the_older_endpoints_has_neither_version_nor_annotations() -> None:
    outcome, _ = called(GrafanaOlderApi, [hits("a"), hits()], lambda api: list(api.dashboards()))
    assert outcome == repr(
        [
            GrafanaObject(
                kind="dashboard",
                uid="a",
                folder="in",
                title="A",
                version="",
                has_annotations=False,
            )
        ]
    )
    at_top = [reply(200, [{"uid": "a", "title": "A"}]), hits()]
    outcome, _ = called(GrafanaOlderApi, at_top, lambda api: [one.folder for one in api.folders()])
    assert outcome == "['']"
    assert called(GrafanaOlderApi, [], lambda api: list(api.whole_dashboards()))[0] == "[]"


def items(*names: str, more: str = "") -> Answer:
    metadata = {"continue": more} if more else {}
    return reply(
        200, {"metadata": metadata, "items": [{"metadata": {"name": name}} for name in names]}
    )


EXPIRED: Final = reply(410, {"message": "the token has expired"})


@pytest.mark.parametrize(
    ("answers", "outcome", "pages"),
    [
        ([items()], "[]", [""]),
        ([items("a", "b", more="x y"), items("b", "c")], "['a', 'b', 'c']", ["", "&continue=x+y"]),
        (
            [items("a", more="x"), EXPIRED, items("a", "b")],
            "['a', 'b']",
            ["", "&continue=x", ""],
        ),
        (
            [items("a", more="x"), EXPIRED, items("a", more="y"), EXPIRED],
            "ProviderError: here: GET DASHBOARDS?limit=500&continue=y answers 410: "
            "the token has expired",
            ["", "&continue=x", "", "&continue=y"],
        ),
        (
            [reply(403, {"message": "Access denied"})],
            "ProviderError: here: GET DASHBOARDS?limit=500 answers 403: Access denied; "
            "the key may lack a permission",
            [""],
        ),
    ],
)
def test_the_newer_endpoints_are_listed_by_their_tokens(
    answers: list[Answer], outcome: str, pages: list[str]
) -> None:
    seen, script = called(apps, answers, lambda api: [item.uid for item in api.dashboards()])
    assert seen == outcome.replace("DASHBOARDS", DASHBOARDS)
    assert script.requests == [f"GET {DASHBOARDS}?limit=500{page}" for page in pages]


def test_what_a_list_is_asked_for() -> None:
    for kind, path in (
        ("folders", FOLDERS),
        ("dashboards", DASHBOARDS),
        ("whole_dashboards", DASHBOARDS),
    ):
        _, script = called(apps, [items()], partial(listed, kind))
        assert script.requests == [f"GET {path}?limit=500"]


# --- single objects


@pytest.mark.parametrize(
    ("kind", "answer", "item"),
    [
        ("folder", reply(404, {"message": "folder not found"}), None),
        (
            "folder",
            reply(200, {"uid": "a/b", "title": "A"}),
            GrafanaObject(
                kind="folder", uid="a/b", folder="", title="A", version="0", has_annotations=False
            ),
        ),
        (
            "folder",
            reply(200, {"uid": "a/b", "title": "A", "version": 3, "parentUid": "p"}),
            GrafanaObject(
                kind="folder", uid="a/b", folder="p", title="A", version="3", has_annotations=False
            ),
        ),
        (
            "dashboard",
            reply(200, {"dashboard": {}, "meta": {}}),
            GrafanaObject(kind="dashboard", uid="a/b", folder="", title="", version="0", model={}),
        ),
        (
            "dashboard",
            reply(
                200,
                {
                    "dashboard": {"title": "A", "version": 7},
                    "meta": {
                        "folderUid": "p",
                        "provisioned": True,
                        "provisionedExternalId": "a.json",
                        "updatedBy": "ann",
                        "updated": "2026-11-26T09:30:00Z",
                    },
                },
            ),
            GrafanaObject(
                kind="dashboard",
                uid="a/b",
                folder="p",
                title="A",
                version="7",
                model={"title": "A", "version": 7},
                changed_by="ann, 2026-11-26 09:30 UTC",
                managed_by="file a.json",
            ),
        ),
        (
            "dashboard",
            reply(200, {"dashboard": {}, "meta": {"provisioned": True}}),
            GrafanaObject(
                kind="dashboard",
                uid="a/b",
                folder="",
                title="",
                version="0",
                model={},
                managed_by="file",
            ),
        ),
    ],
)
def test_an_object_of_the_older_endpoints(
    kind: str, answer: Answer, item: GrafanaObject | None
) -> None:
    outcome, script = called(GrafanaOlderApi, [answer], lambda api: api.get(kind, "a/b"))
    assert outcome == repr(item)
    path = "folders" if kind == "folder" else "dashboards/uid"
    assert script.requests == [f"GET /api/{path}/a%2Fb"]


@pytest.mark.parametrize(
    ("kind", "metadata", "spec", "item"),
    [
        (
            "folder",
            {},
            {"title": "A", "description": "Ours"},
            GrafanaObject(
                kind="folder", uid="a", folder="", title="A", version="", description="Ours"
            ),
        ),
        (
            "folder",
            {"labels": {"l": "1"}, "resourceVersion": "9"},
            None,
            GrafanaObject(
                kind="folder", uid="a", folder="", title=None, version="9", labels={"l": "1"}
            ),
        ),
        (
            "dashboard",
            {"annotations": {"grafana.app/folder": "p", "grafana.app/updatedBy": "ann"}},
            {},
            GrafanaObject(
                kind="dashboard",
                uid="a",
                folder="p",
                title="",
                version="",
                model={},
                annotations={"grafana.app/folder": "p", "grafana.app/updatedBy": "ann"},
                changed_by="ann",
            ),
        ),
        (
            "dashboard",
            {"annotations": {"grafana.app/managedBy": "repo", "grafana.app/managerId": "git"}},
            {"title": 5, "description": None},
            GrafanaObject(
                kind="dashboard",
                uid="a",
                folder="",
                title="5",
                version="",
                model={"title": 5, "description": None},
                annotations={"grafana.app/managedBy": "repo", "grafana.app/managerId": "git"},
                managed_by="repo git",
            ),
        ),
        (
            "dashboard",
            {"annotations": {"grafana.app/managedBy": "kubectl", "grafana.app/managerId": ""}},
            None,
            GrafanaObject(
                kind="dashboard",
                uid="a",
                folder="",
                title=None,
                version="",
                annotations={"grafana.app/managedBy": "kubectl", "grafana.app/managerId": ""},
            ),
        ),
        (
            "dashboard",
            {"annotations": {"grafana.app/managerId": "reliability"}},
            None,
            GrafanaObject(
                kind="dashboard",
                uid="a",
                folder="",
                title=None,
                version="",
                annotations={"grafana.app/managerId": "reliability"},
            ),
        ),
        (
            "dashboard",
            {"annotations": {"grafana.app/managerId": "git"}},
            None,
            GrafanaObject(
                kind="dashboard",
                uid="a",
                folder="",
                title=None,
                version="",
                annotations={"grafana.app/managerId": "git"},
                managed_by="git",
            ),
        ),
    ],
)
def test_an_object_of_the_newer_endpoints(
    kind: str, metadata: dict[str, Any], spec: dict[str, Any] | None, item: GrafanaObject
) -> None:
    answer = reply(200, {"metadata": {"name": "a", **metadata}, "spec": spec})
    outcome, script = called(apps, [answer], lambda api: api.get(kind, "a"))
    assert outcome == repr(item)
    assert script.requests == [f"GET {FOLDERS if kind == 'folder' else DASHBOARDS}/a"]
    assert called(apps, [reply(404, {})], lambda api: api.get(kind, "a"))[0] == "None"


# --- writes


def write_of(kind: str, **body: Any) -> GrafanaWrite:
    return GrafanaWrite(
        kind=kind,
        name="shop",
        body={"uid": "rel-shop", **body},
        mark=GrafanaMark("d" * 64, OURS),
        source="services/shop",
    )


FOLDER: Final = write_of("folder", title="Shop")
DASHBOARD: Final = write_of("dashboard", folder="in", title="Shop", panels=[])
MARK: Final = {"sha256": "d" * 64, "owner": OURS.id, "repository": OURS.address}
ANNOTATIONS: Final = {
    "grafana.app/managedBy": "kubectl",
    "grafana.app/managerId": "reliability",
    "grafana.app/sourcePath": "services/shop",
    "grafana.app/sourceChecksum": "d" * 64,
    "reliability/owner": OURS.id,
    "reliability/repository": OURS.address,
}


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize("written", [FOLDER, DASHBOARD], ids=["folder", "dashboard"])
def test_what_is_written_to_the_newer_endpoints(written: GrafanaWrite, is_there: bool) -> None:
    generated = {f"grafana.app/{name}": "x" for name in ("createdBy", "updatedBy")}
    remote = theirs(
        written.uid,
        version="41",
        labels={"l": "1"},
        annotations={**generated, "grafana.app/updatedTimestamp": "x", "mine": "1"},
    )
    outcome, script = called(
        apps, [reply(200, {})], lambda api: api.write(written, remote if is_there else None)
    )
    assert outcome == "None"
    is_folder = written.kind == "folder"
    path = FOLDERS if is_folder else DASHBOARDS
    line = f"PUT {path}/{written.uid}" if is_there else f"POST {path}"
    assert script.requests == [f"{line}?fieldValidation=Ignore"]
    [body] = script.bodies
    spec = body.pop("spec")
    assert body == {
        "apiVersion": "folder.grafana.app/v1beta1" if is_folder else "dashboard.grafana.app/v1",
        "kind": "Folder" if is_folder else "Dashboard",
        "metadata": {
            "name": written.uid,
            "namespace": "org-2",
            "annotations": {
                **({"mine": "1"} if is_there else {}),
                **({} if is_folder else {"grafana.app/folder": "in"}),
                **ANNOTATIONS,
            },
            **({"resourceVersion": "41", "labels": {"l": "1"}} if is_there else {}),
        },
    }
    if is_folder:
        assert spec == {"title": "Shop", "description": written.description}
    else:
        assert (spec["title"], spec["__reliability"]) == ("Shop", MARK)
        assert not spec.keys() & {"uid", "folder"}


@pytest.mark.parametrize("is_there", [False, True])
def test_what_is_written_to_the_older_endpoints(is_there: bool) -> None:
    remote = theirs("rel-shop", version="41") if is_there else None
    outcome, script = called(
        GrafanaOlderApi, [reply(200, {})], lambda api: api.write(FOLDER, remote)
    )
    assert outcome == "None"
    if is_there:
        assert script.requests == [f"PUT /api/folders/{FOLDER.uid}"]
        assert script.bodies == [{"title": "Shop", "version": 41, "overwrite": False}]
    else:
        assert script.requests == ["POST /api/folders"]
        assert script.bodies == [{"uid": FOLDER.uid, "title": "Shop"}]

    outcome, script = called(
        GrafanaOlderApi, [reply(200, {})], lambda api: api.write(DASHBOARD, remote)
    )
    assert (outcome, script.requests) == ("None", ["POST /api/dashboards/db"])
    [body] = script.bodies
    model = body.pop("dashboard")
    assert body == {"folderUid": "in", "message": "reliability", "overwrite": False}
    assert (model["title"], model["__reliability"], model["id"]) == ("Shop", MARK, None)
    assert model["uid"] == DASHBOARD.uid
    assert ("folder" in model, model.get("version")) == (False, 41 if is_there else None)


def test_what_is_deleted() -> None:
    for kind, path in (("folder", "/api/folders"), ("dashboard", "/api/dashboards/uid")):
        remote = theirs("a/b", kind=kind, version="41")
        outcome, script = called(GrafanaOlderApi, [reply(200, {})], partial(deleted, remote))
        assert (outcome, script.requests) == ("None", [f"DELETE {path}/a%2Fb"])
        assert script.bodies == [None]

    for kind, path in (("folder", FOLDERS), ("dashboard", DASHBOARDS)):
        remote = theirs("a/b", kind=kind, version="41")
        outcome, script = called(apps, [reply(200, {})], partial(deleted, remote))
        assert (outcome, script.requests) == ("None", [f"DELETE {path}/a%2Fb"])
        assert script.bodies == [
            {
                "apiVersion": "v1",
                "kind": "DeleteOptions",
                "preconditions": {"resourceVersion": "41"},
            }
        ]


@pytest.mark.parametrize(
    ("answer", "write", "delete"),
    [
        (
            reply(409, {"message": "the object\nhas been modified"}),
            "ConflictError: WRITE answers 409: the object has been modified",
            "ConflictError: DELETE answers 409: the object has been modified",
        ),
        (
            reply(412, {"status": "version-mismatch"}),
            'ConflictError: WRITE answers 412: {"status":"version-mismatch"}',
            'ConflictError: DELETE answers 412: {"status":"version-mismatch"}',
        ),
        (
            reply(400, {"message": "x" * 301}),
            f"RefusedError: WRITE answers 400: {'x' * 299}…",
            f"RefusedError: DELETE answers 400: {'x' * 299}…",
        ),
        (
            reply(400, {"message": None}),
            'RefusedError: WRITE answers 400: {"message":null}',
            'RefusedError: DELETE answers 400: {"message":null}',
        ),
        (reply(404, "no"), "RefusedError: WRITE answers 404: no", "None"),
        (
            reply(500, "broken"),
            "LostAnswerError: WRITE answers 500: broken",
            "LostAnswerError: DELETE answers 500: broken",
        ),
        (LATE, LATE_TEXT, LATE_TEXT),
    ],
)
@pytest.mark.parametrize("api", [GrafanaOlderApi, apps])
def test_a_write_says_what_became_of_it(
    api: Callable[[HttpServer], GrafanaApi], answer: Answer, write: str, delete: str
) -> None:
    remote = theirs(FOLDER.uid, kind="folder", version="41")
    is_older = api is GrafanaOlderApi
    path, lenient = ("/api/folders", "") if is_older else (FOLDERS, "?fieldValidation=Ignore")
    outcome, _ = called(api, [answer], lambda one: one.write(FOLDER, None))
    assert outcome == write.replace("WRITE", f"POST {path}{lenient}")
    outcome, _ = called(api, [answer], lambda one: one.write(FOLDER, remote))
    assert outcome == write.replace("WRITE", f"PUT {path}/{FOLDER.uid}{lenient}")
    outcome, _ = called(api, [answer], lambda one: one.delete(remote))
    assert outcome == delete.replace("DELETE", f"DELETE {path}/{FOLDER.uid}")


# --- versions


def group(*versions: str) -> Answer:
    return reply(200, {"versions": [{"version": version} for version in versions]})


@pytest.mark.parametrize(
    ("folders", "dashboards", "versions"),
    [
        (group("v1beta1"), group("v0alpha1", "v1beta1", "v1", "v2"), "('v1beta1', 'v1')"),
        (group("v1"), group("v1beta1"), "('v1', 'v1beta1')"),
        (group("v0alpha1"), group("v1"), "None"),
        (group("v1"), group("v2"), "None"),
        (group("v1"), group(), "None"),
        (reply(404, "no"), group("v1"), "None"),
        (group("v1"), reply(404, "no"), "None"),
        (
            group("v1"),
            reply(500, {"message": "no"}),
            "ProviderError: here: GET /apis/dashboard.grafana.app answers 500: no",
        ),
    ],
)
def test_the_versions_of_a_server(folders: Answer, dashboards: Answer, versions: str) -> None:
    script = Script([folders, dashboards])
    with scripted(script) as server:
        assert outcome_of(lambda: versions_of(server)) == versions
    assert script.requests == [
        "GET /apis/folder.grafana.app",
        "GET /apis/dashboard.grafana.app",
    ]


def test_endpoints_are_named_for_people() -> None:
    assert called(apps, [], lambda api: api.endpoints)[0] == repr(
        "/apis, folders v1beta1, dashboards v1"
    )
    assert called(GrafanaOlderApi, [], lambda api: api.endpoints)[0] == repr(
        "/api, since the server has no /apis"
    )
