"""A Grafana of each family for contract tests, and the dashboards that they write to it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from reliability.compile.boards.grafana_fields import uid_prefix
from reliability.compile.grafana.comparable import comparable
from reliability.model.targets import GrafanaTarget
from reliability.plan.held import Owner
from reliability.providers.grafana.opening import open_grafana_server
from reliability.providers.grafana.provider import GrafanaProvider
from reliability.resource import Json, Resource, ResourceId
from tests.providers.fake_grafana import FakeGrafana
from tests.providers.rewriting import Rewriting, replacing, rewrite_object
from tests.providers.worlds import TARGET, World

SHARED = "platform"
"""Uid of a folder that the administrators made."""
Answer = Callable[[httpx.Request], httpx.Response]


def grafana_dashboard(
    name: str, title: str | None = None, *, owner: str = "", folder: str = SHARED
) -> Resource:
    """A dashboard with a row and a chart, in a folder."""
    query: dict[str, Json] = {"refId": "A", "expr": f"slo:{name}", "range": True}
    thresholds: dict[str, Json] = {
        "mode": "absolute",
        "steps": [{"color": "green", "value": None}, {"color": "red", "value": 14.4}],
    }
    model: dict[str, Json] = {
        "title": f"SLOs of {name}" if title is None else title,
        "schemaVersion": 39,
        "editable": False,
        "tags": ["slo", "managed-by=reliability"],
        "time": {"from": "now-24h", "to": "now"},
        "panels": [
            {"id": 1, "type": "row", "title": "Now", "panels": [], "collapsed": False},
            {
                "id": 2,
                "type": "timeseries",
                "title": "Budget",
                "targets": [query],
                "fieldConfig": {"defaults": {"max": 1.0, "thresholds": thresholds}},
            },
        ],
    }
    uid = f"{uid_prefix(owner)}{name}"
    body: dict[str, Json] = {"uid": uid, "folder": folder, **comparable(model)}
    return Resource(ResourceId(TARGET, "dashboard", name), body)


def grafana_folder(name: str, title: str = "SLOs", *, owner: str = "") -> Resource:
    """A folder of ours."""
    body: dict[str, Json] = {"uid": f"{uid_prefix(owner)}{name}", "title": title}
    return Resource(ResourceId(TARGET, "folder", name), body)


def grafana_dashboards(owner: str = "") -> tuple[Resource, ...]:
    return tuple(grafana_dashboard(name, owner=owner) for name in ("attendance", "payroll", "x"))


def grafana_target(url: str = "http://grafana.example", **more: Any) -> GrafanaTarget:
    return GrafanaTarget(
        name=TARGET,
        provider="grafana",
        url=url,
        token="env:TOKEN",
        timeout=timedelta(seconds=10),
        **more,
    )


def grafana_provider(
    answer: Answer,
    closing: ExitStack,
    *,
    writable: bool = True,
    owner: Owner | None = None,
    pauses: list[float] | None = None,
) -> GrafanaProvider:
    """A provider of a fake server, which never waits but notes for how long it would."""
    server = open_grafana_server(
        grafana_target(),
        "good",
        ["grafana.example"],
        writable=writable,
        transport=httpx.MockTransport(answer),
    )
    closing.callback(server.client.close)
    noted = pauses if pauses is not None else []
    return GrafanaProvider(target=TARGET, server=replace(server, pause=noted.append), owner=owner)


def fake_grafana(*, is_older: bool = False, **more: Any) -> FakeGrafana:
    """A server with the folder of the administrators."""
    fake = FakeGrafana(**{"versions": (), **more} if is_older else more)
    fake.store("folders", SHARED, {"title": "Platform"}, "")
    return fake


def rewrite_dashboard(fake: FakeGrafana, uid: str, change: Rewriting) -> None:
    """Change what is stored of a dashboard, as a new version."""
    found = fake.dashboards[uid]
    stored = {"spec": found.spec, "annotations": found.annotations}
    rewrite_object(stored, change)
    found.spec, found.annotations = stored["spec"], stored["annotations"]
    found.version = next(fake.clock)
    found.generation += 1


def edit_title(fake: FakeGrafana, uid: str, title: str) -> None:
    """What a person does in the browser: the title differs, and all else stays."""
    former = json.dumps(fake.dashboards[uid].spec["title"])
    rewrite_dashboard(fake, uid, replacing(f'"title": {former}', f'"title": {json.dumps(title)}'))


def put_others(fake: FakeGrafana, uid: str) -> None:
    """A dashboard with a uid of ours that somebody imported, and others beside it."""
    model = {"title": "Mine", "panels": [], "schemaVersion": 39}
    fake.store("dashboards", uid, model, SHARED)
    fake.store("dashboards", "another", {**model, "title": "Other"}, SHARED)
    fake.store("dashboards", "reliability-home", {**model, "title": "Home"}, "")
    fake.store("folders", "theirs", {"title": "Theirs"}, "")


def stored(fake: FakeGrafana) -> object:
    """Everything that the server stores, without what a second write changes."""
    return {
        kind: {
            uid: (found.folder, found.spec, sorted(found.annotations.items()))
            for uid, found in fake.objects(kind).items()
        }
        for kind in ("folders", "dashboards")
    }


def grafana(is_older: bool) -> Callable[[Path], AbstractContextManager[World]]:
    """The world of one family."""

    @contextmanager
    def world(_folder: Path) -> Iterator[World]:
        fake = fake_grafana(is_older=is_older)
        wanted = grafana_dashboards()
        first = str(wanted[0].body["uid"])
        with ExitStack() as closing:
            yield World(
                open=lambda writable: grafana_provider(fake.handle, closing, writable=writable),
                wanted=wanted,
                other=grafana_dashboard("attendance", "Changed"),
                path="title",
                rewrite=partial(rewrite_dashboard, fake, first),
                edited=("SLOs of attendance", "Changed"),
                put_foreign=lambda: put_others(fake, first),
                read_foreign=lambda: {
                    uid: found.spec
                    for uid, found in fake.dashboards.items()
                    if "__reliability" not in found.spec
                },
                bad=grafana_dashboard("payroll", ""),
            )

    return world
