"""Each kind of target with what a contract test needs of it: objects, hand edits, bad ones."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import httpx

from reliability.compile.alertmanager.templates import KEY, name_of
from reliability.model.targets import AlertmanagerTarget, PrometheusTarget
from reliability.plan.held import Owner
from reliability.plan.sync import Provider
from reliability.providers.alertmanager import AlertmanagerProvider
from reliability.providers.disk import Disk
from reliability.providers.http import HttpServer, open_server
from reliability.providers.memory import MemoryProvider
from reliability.providers.prometheus import PrometheusProvider
from reliability.providers.thanos_ruler import ThanosRulerProvider
from reliability.providers.vmalert import VmalertProvider
from reliability.resource import Json, Resource, ResourceId
from tests.providers.fake_servers import FakeAlertmanager, FakePrometheus, FakeThanosRuler
from tests.providers.rewriting import Rewriting, put_text, replacing, rewrite_file
from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import Generation
from tests.servers.prometheus import prometheus_config, run_prometheus
from tests.servers.victoria import run_victoria, run_vmalert

TARGET = "here"


@dataclass(frozen=True, slots=True)
class World:
    """A target that is empty, ways to open it, and what others do to it.

    `other` is `wanted[0]` with one field changed, `path`; `rewrite` changes what the target stores
    of it, and `edited` is that change of the field in this text; `bad` is what the target refuses,
    where it refuses anything. A target that `keeps_the_last` object refuses to delete it.
    """

    open: Callable[..., Provider]
    wanted: tuple[Resource, ...]
    other: Resource
    path: str
    rewrite: Callable[[Rewriting], None]
    edited: tuple[str, str]
    put_foreign: Callable[[], None]
    read_foreign: Callable[[], object]
    bad: Resource | None = None
    keeps_the_last: bool = False

    def edit(self) -> None:
        """What a person does to the first object."""
        self.rewrite(replacing(*self.edited))


def rules(name: str, threshold: str = "> 1", expr: str | None = None) -> Resource:
    """A rule file with a group of records and one of alerts, and one without rules."""
    record: dict[str, Json] = {
        "record": f"{name}:errors:ratio",
        "expr": f'sum(rate(errors{{job="{name}",code=~"5.."}}[5m]))\n/\nsum(rate(all[5m]))\n',
        "labels": {"window": "5m"},
    }
    alerts: list[Json] = [
        {
            "alert": "ErrorBudgetBurn",
            "expr": expr or f"{name}:errors:ratio {threshold}",
            "for": "1m",
            "labels": {"tier": tier, "service": name},
            "annotations": {"summary": "{{ $value }} errors: too many"},
        }
        for tier in ("alert", "ticket")
    ]
    groups: list[Json] = [
        {"name": f"{name}-sli", "interval": "1s", "rules": [record]},
        {"name": f"{name}-alerts", "interval": "1s", "rules": alerts},
        {"name": f"{name}-none", "rules": []},
    ]
    return Resource(ResourceId(TARGET, "rules", name), {"groups": groups})


def config(wait: str = "30s", receiver: str = "desk") -> Resource:
    """An Alertmanager configuration with a template file."""
    text = '{{ define "reliability.words" }}words{{ end }}\n'
    body: dict[str, Json] = {
        KEY: text,
        "templates": [name_of(text)],
        "route": {"receiver": receiver, "group_by": ["service"], "group_wait": wait},
        "receivers": [{"name": "desk", "webhook_configs": [{"url": "http://127.0.0.1:1/desk"}]}],
    }
    return Resource(ResourceId(TARGET, "config", "alertmanager"), body)


class StoredConfig(Protocol):
    """A fake API that stores one Alertmanager configuration as a text."""

    @property
    def stored(self) -> str | None: ...

    @stored.setter
    def stored(self, text: str | None) -> None: ...


def of_stored_config(open_: Callable[..., Provider], fake: StoredConfig, theirs: str) -> World:
    """The world of an API with one configuration; `theirs` is one that somebody else wrote."""

    def rewrite(change: Rewriting) -> None:
        assert fake.stored is not None
        fake.stored = change(fake.stored)

    def put_foreign() -> None:
        fake.stored = theirs

    return _of_config(open_, rewrite, put_foreign, read_foreign=lambda: fake.stored)


def _of_config(
    open_: Callable[..., Provider],
    rewrite: Callable[[Rewriting], None],
    put_foreign: Callable[[], None],
    read_foreign: Callable[[], object],
) -> World:
    return World(
        open=open_,
        wanted=(config(),),
        other=config(wait="10s"),
        path="route.group_wait",
        rewrite=rewrite,
        edited=("30s", "10s"),
        put_foreign=put_foreign,
        read_foreign=read_foreign,
        bad=config(receiver="nobody"),
        keeps_the_last=True,
    )


WANTED = (rules("attendance"), rules("payroll"), rules("search"))
BAD = rules("payroll", expr="sum(")
EXPR = 'groups[attendance-alerts].rules[ErrorBudgetBurn{tier="alert"}].expr'


def of_rules(open_: Callable[..., Provider], folder: Path, bad: Resource | None) -> World:
    file = folder / "attendance.yml"
    return World(
        open=open_,
        wanted=WANTED,
        other=replace_first_expr(),
        path=EXPR,
        rewrite=partial(rewrite_file, file),
        edited=("ratio > 1", "ratio > 2"),
        put_foreign=lambda: put_text(file),
        read_foreign=file.read_bytes,
        bad=bad,
    )


def replace_first_expr() -> Resource:
    """`attendance` with the threshold of its first alert changed, and nothing else."""
    body: Any = rules("attendance").body
    alerts = body["groups"][1]["rules"]
    changed = [{**alerts[0], "expr": alerts[0]["expr"].replace("> 1", "> 2")}, *alerts[1:]]
    groups = [body["groups"][0], {**body["groups"][1], "rules": changed}, body["groups"][2]]
    return Resource(rules("attendance").id, {"groups": groups})


@contextmanager
def memory(_folder: Path) -> Iterator[World]:
    provider = MemoryProvider(target=TARGET, refuses={BAD.id: "no"})
    first = WANTED[0].id

    def rewrite(change: Rewriting) -> None:
        found = provider.stored[first]
        body = json.loads(change(json.dumps(found.resource.body)))
        provider.stored[first] = replace(found, resource=Resource(first, body))

    yield World(
        open=lambda _writable: provider,
        wanted=WANTED[::2],
        other=replace_first_expr(),
        path=EXPR,
        rewrite=rewrite,
        edited=("ratio > 1", "ratio > 2"),
        put_foreign=lambda: provider.foreign.update({first: "of somebody else"}),
        read_foreign=lambda: provider.stored.get(first),
        bad=BAD,
    )


@contextmanager
def fake_prometheus(folder: Path) -> Iterator[World]:
    fake = FakePrometheus(folder=folder)
    transport = httpx.MockTransport(fake.handle)
    with ExitStack() as closing:

        def open_(writable: bool, owner: Owner | None = None) -> Provider:
            target = prometheus_target("http://prometheus.example:9090", folder)
            server = open_server(
                target, None, ["prometheus.example"], writable=writable, transport=transport
            )
            closing.callback(server.client.close)
            server = replace(server, pause=lambda _: fake.evaluate())
            return PrometheusProvider(
                target=TARGET,
                folder=folder,
                disk=Disk(writable),
                server=server,
                tell=lambda _: None,
                owner=owner,
            )

        yield of_rules(open_, folder, BAD)


@contextmanager
def fake_thanos_ruler(folder: Path) -> Iterator[World]:
    fake = FakeThanosRuler(folder=folder)
    transport = httpx.MockTransport(fake.handle)
    with ExitStack() as closing:

        def open_(writable: bool, owner: Owner | None = None) -> Provider:
            target = prometheus_target("http://thanos.example:10902", folder)
            server = open_server(
                target, None, ["thanos.example"], writable=writable, transport=transport
            )
            closing.callback(server.client.close)
            return ThanosRulerProvider(
                target=TARGET,
                folder=folder,
                disk=Disk(writable),
                server=replace(server, pause=lambda _: fake.evaluate()),
                tell=lambda _: None,
                owner=owner,
            )

        yield of_rules(open_, folder, BAD)


@contextmanager
def real_vmalert(folder: Path, program: Path) -> Iterator[World]:
    ours = folder / "rules.d" / "reliability"
    ours.mkdir(parents=True)
    glob = "rules.d/reliability/*.yml"
    with (
        run_victoria(program, folder / "victoria") as datasource,
        run_vmalert(program, folder, datasource, glob) as url,
        ExitStack() as closing,
    ):

        def open_(writable: bool) -> Provider:
            server = connect(prometheus_target(url, ours), writable, closing)
            return VmalertProvider(
                target=TARGET,
                folder=ours,
                disk=Disk(writable),
                server=server,
                tell=lambda _: None,
                search_path=str(program.parent),
            )

        yield of_rules(open_, ours, BAD)


@contextmanager
def real_prometheus(folder: Path, generation: Generation) -> Iterator[World]:
    ours = folder / "rules.d" / "reliability"
    ours.mkdir(parents=True)
    config = prometheus_config(rules=["rules.d/reliability/*.yml"])
    with run_prometheus(generation, folder, config) as running, ExitStack() as closing:

        def open_(writable: bool) -> Provider:
            server = connect(prometheus_target(running.url, ours), writable, closing)
            return PrometheusProvider(
                target=TARGET, folder=ours, disk=Disk(writable), server=server, tell=lambda _: None
            )

        yield of_rules(open_, ours, BAD)


@contextmanager
def fake_alertmanager(folder: Path) -> Iterator[World]:
    file = folder / "alertmanager.yml"
    fake = FakeAlertmanager(file=file)
    transport = httpx.MockTransport(fake.handle)
    with ExitStack() as closing:

        def open_(writable: bool, owner: Owner | None = None) -> Provider:
            target = alertmanager_target("http://alertmanager.example:9093", file)
            server = open_server(
                target, None, ["alertmanager.example"], writable=writable, transport=transport
            )
            closing.callback(server.client.close)
            return AlertmanagerProvider(
                target=TARGET, file=file, disk=Disk(writable), server=server, owner=owner
            )

        yield of_config(open_, file)


@contextmanager
def real_alertmanager(folder: Path, generation: Generation) -> Iterator[World]:
    file = folder / "alertmanager.yml"
    before = "route: {receiver: none}\nreceivers: [{name: none}]\n"
    with run_alertmanager(generation, folder, before) as running, ExitStack() as closing:
        file.unlink()

        def open_(writable: bool) -> Provider:
            server = connect(alertmanager_target(running.url, file), writable, closing)
            return AlertmanagerProvider(
                target=TARGET, file=file, disk=Disk(writable), server=server
            )

        yield of_config(open_, file)


def of_config(open_: Callable[..., Provider], file: Path) -> World:
    return _of_config(
        open_,
        rewrite=partial(rewrite_file, file),
        put_foreign=lambda: put_text(file),
        read_foreign=file.read_bytes,
    )


def connect(
    target: PrometheusTarget | AlertmanagerTarget, writable: bool, closing: ExitStack
) -> HttpServer:
    server = open_server(target, None, ["127.0.0.1"], writable=writable)
    closing.callback(server.client.close)
    return server


def prometheus_target(url: str, folder: Path) -> PrometheusTarget:
    return PrometheusTarget(
        name=TARGET,
        provider="prometheus",
        url=url,
        folder=str(folder),
        timeout=timedelta(seconds=10),
    )


def alertmanager_target(url: str, file: Path) -> AlertmanagerTarget:
    return AlertmanagerTarget(
        name=TARGET, provider="alertmanager", url=url, file=str(file), timeout=timedelta(seconds=10)
    )
