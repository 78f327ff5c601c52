"""A Grafana whose folders and dashboards are held in memory, with faults of writes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from reliability.plan.change import Change
from reliability.plan.held import Owner
from reliability.plan.sync import ChangeFailed
from reliability.providers.grafana.forms import (
    GrafanaMark,
    GrafanaObject,
    GrafanaWrite,
)
from reliability.providers.grafana.provider import GrafanaProvider
from reliability.resource import Resource
from tests.providers.grafana_world import grafana_dashboard, grafana_folder, grafana_provider

OURS: Final = Owner("0123456789abcdef", "git.example/us")
OTHERS: Final = Owner("fedcba9876543210", "git.example/them")
FOLDER: Final = grafana_folder("all", owner=OURS.id)
INSIDE: Final = str(FOLDER.body["uid"])


def board(name: str = "shop", title: str | None = None, *, folder: str = INSIDE) -> Resource:
    return grafana_dashboard(name, title, owner=OURS.id, folder=folder)


def written(resource: Resource, owner: Owner | None = OURS, digest: str = "") -> GrafanaObject:
    """An object as it is stored after this resource was written."""
    write = GrafanaWrite(
        kind=resource.id.kind,
        name=resource.id.name,
        body=resource.body,
        mark=GrafanaMark(digest or resource.digest, owner),
        source="",
    )
    return stored(write, "1")


def stored(write: GrafanaWrite, version: str) -> GrafanaObject:
    return GrafanaObject(
        kind=write.kind,
        uid=write.uid,
        folder=str(write.body.get("folder", "")),
        title=write.title,
        version=version,
        model=model_of(write.body) if write.kind == "dashboard" else None,
        description=write.description if write.kind == "folder" else "",
        annotations=write.annotations,
    )


def model_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a dashboard; where it is, is not in it."""
    return {key: value for key, value in body.items() if key != "folder"}


@dataclass
class Endpoints:
    """Objects by uid; each write takes one of `faults` first, which may store it or raise."""

    objects: dict[str, GrafanaObject] = field(default_factory=dict)
    faults: list[Callable[[GrafanaWrite], bool]] = field(default_factory=list)
    deleting: Callable[[GrafanaObject], bool] = lambda _remote: True
    writes: list[str] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)
    hides: frozenset[str] = frozenset()
    endpoints: str = "/memory"

    def put(self, *remotes: GrafanaObject) -> None:
        self.objects.update((remote.uid, remote) for remote in remotes)

    def _of(self, kind: str) -> Iterator[GrafanaObject]:
        yield from [remote for remote in self.objects.values() if remote.kind == kind]

    def folders(self) -> Iterator[GrafanaObject]:
        return self._of("folder")

    def dashboards(self) -> Iterator[GrafanaObject]:
        return (replace(remote, model=None) for remote in self._of("dashboard"))

    def whole_dashboards(self) -> Iterator[GrafanaObject]:
        return self._of("dashboard")

    def get(self, kind: str, uid: str) -> GrafanaObject | None:
        found = self.objects.get(uid)
        return found if found and found.kind == kind and uid not in self.hides else None

    def write(self, write: GrafanaWrite, remote: GrafanaObject | None) -> None:
        self.writes.append(f"{write.uid} {remote.version if remote else 'new'}")
        if not self.faults or self.faults.pop(0)(write):
            self.put(stored(write, str(len(self.writes) + 1)))

    def delete(self, remote: GrafanaObject) -> None:
        self.deletes.append(remote.uid)
        if self.deleting(remote):
            del self.objects[remote.uid]


@dataclass
class Grafana:
    """A provider over endpoints in memory, and the pauses that it made."""

    provider: GrafanaProvider
    api: Endpoints
    pauses: list[float]

    def apply(self, *changes: Change) -> list[str]:
        """What became of each change, if the target was as it is now when they were planned."""
        self.provider.read()
        return [
            f"{outcome.change.id.name}: "
            f"{outcome.why if isinstance(outcome, ChangeFailed) else 'done'}"
            for outcome in self.provider.apply(changes)
        ]


@contextmanager
def grafana_in_memory() -> Iterator[Grafana]:
    """A provider of an empty Grafana."""
    with ExitStack() as closing:
        pauses: list[float] = []
        provider = grafana_provider(
            lambda _: httpx.Response(404), closing, owner=OURS, pauses=pauses
        )
        api = Endpoints()
        provider.known = api
        yield Grafana(provider, api, pauses)


def theirs(uid: str, *, folder: str = "", **more: Any) -> GrafanaObject:
    fields: dict[str, Any] = {
        "title": uid,
        "model": {"title": uid},
        "version": "1",
        "kind": "dashboard",
        **more,
    }
    return GrafanaObject(uid=uid, folder=folder, **fields)
