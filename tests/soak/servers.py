"""Servers of the soak test, each started with the folder of the repository that is synced."""

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from tests.providers.apis.amazon import REGION, MotoWorkspace
from tests.providers.apis.fake_ruler import FakeRuler
from tests.providers.datadog_world import FAKE_KEYS, datadog_slo
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.fake_pagerduty import FakePagerDuty
from tests.providers.fake_servers import FakeAlertmanager, FakePrometheus, FakeThanosRuler
from tests.providers.faulty_fake import FaultyFake
from tests.providers.mimir_alertmanager_world import FakeTenantAlertmanager
from tests.providers.pagerduty_world import HEADERS
from tests.providers.served import Answer
from tests.servers.generation import Unavailable
from tests.servers.victoria import find_victoria, run_victoria, run_vmalert
from tests.soak.server import Entry, SoakServer, TargetFolder

OURS: Final = "reliability/"
TIMEOUT: Final = "600s"
"""Fakes print 30 MB of YAML less quickly than a server."""
SEVERAL: Final = 100
"""Objects of a page."""
VOLATILE: Final = frozenset(("id", "created_at", "modified_at", "created", "modified", "version"))
"""Fields of objects that a server sets by itself."""
SECRETS: Final = ("slack-url", "pagerduty", "heartbeat-url")
"""Files with the secrets of receivers that the repository names."""
MINE: Final = {"mine.yml": b"groups: []\n", ".hidden": b"x"}


@contextmanager
def ruler(_root: Path, dialect: str) -> Iterator[SoakServer]:
    """A ruler of Mimir or Cortex; its objects are rule groups."""
    fake = FakeRuler(dialect=dialect)
    mine = {"name": "mine", "rules": [{"record": "mine:up:sum", "expr": "sum(up)"}]}
    fake.tenants["shop"] = {name: {"mine": deepcopy(mine)} for name in ("platform", "reliability")}

    def namespaces() -> dict[str, dict[str, Any]]:
        return fake.tenants["shop"]

    def entry(url: str) -> Entry:
        authorization = "env:TOKEN"
        return {
            "provider": "mimir",
            "url": url,
            "dialect": dialect,
            "tenant": "shop",
            "authorization": authorization,
            "timeout": TIMEOUT,
        }

    yield SoakServer(
        answer=fake.handle,
        entry=entry,
        state=fake.state,
        foreign=lambda: {
            name: groups for name, groups in namespaces().items() if not name.startswith(OURS)
        },
        save=fake.state,
        restore=lambda saved: fake.tenants.update(shop=deepcopy(saved)),
        count=lambda: sum(
            len(groups) for name, groups in namespaces().items() if name.startswith(OURS)
        ),
        variables={"TOKEN": fake.token},
    )


@contextmanager
def amazon_prometheus(_root: Path) -> Iterator[SoakServer]:
    """A workspace of moto; its objects are rule groups namespaces."""
    workspace = MotoWorkspace(page=SEVERAL, is_slow=False)
    data = base64.b64encode(b"# mine\ngroups: []\n").decode()
    workspace.put("platform", data, {"team": "platform"})

    def state() -> dict[str, Any]:
        stored: Any = workspace.state()
        return dict(stored)

    def restore(saved: dict[str, Any]) -> None:
        for name in workspace.names():
            workspace.remove(name)
        for name, (content, tags) in saved.items():
            workspace.put(name, content, tags)

    def entry(url: str) -> Entry:
        return {
            "provider": "amazon-prometheus",
            "url": url,
            "region": REGION,
            "workspace": workspace.workspace,
            "timeout": TIMEOUT,
        }

    yield SoakServer(
        answer=workspace.handle,
        entry=entry,
        state=state,
        foreign=lambda: state()["platform"],
        save=state,
        restore=restore,
        count=lambda: len(workspace.names()) - 1,
        variables={"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"},
    )
    workspace.client.close()


@contextmanager
def mimir_alertmanager(_root: Path) -> Iterator[SoakServer]:
    """The Alertmanager of a tenant; its objects are receivers."""
    fake = FakeTenantAlertmanager(templates={"mine.tmpl": "x"})

    def restore(saved: str | None) -> None:
        fake.text = saved

    def entry(url: str) -> Entry:
        return {
            "provider": "mimir-alertmanager",
            "url": url,
            "tenant": "shop",
            "authorization": "env:TOKEN",
            "secrets": {f"/etc/alertmanager/secrets/{name}": "env:SECRET" for name in SECRETS},
            "timeout": TIMEOUT,
        }

    yield SoakServer(
        answer=fake.handle,
        entry=entry,
        state=lambda: (fake.text, fake.templates),
        foreign=lambda: fake.templates,
        save=lambda: fake.text,
        restore=restore,
        count=lambda: _receivers(fake.text or ""),
        variables={"TOKEN": fake.token, "SECRET": "https://hooks.example/x"},
    )


@contextmanager
def prometheus(root: Path) -> Iterator[SoakServer]:
    """A fake Prometheus, whose objects are rule files."""
    with _with_rule_files(root, FakePrometheus(page=SEVERAL), "prometheus") as server:
        yield server


@contextmanager
def thanos_ruler(root: Path) -> Iterator[SoakServer]:
    """A fake Thanos ruler, whose objects are rule files."""
    with _with_rule_files(root, FakeThanosRuler(page=SEVERAL), "thanos-ruler") as server:
        yield server


@contextmanager
def _with_rule_files(root: Path, fake: FakePrometheus, provider: str) -> Iterator[SoakServer]:
    folder = TargetFolder(root / "rules", MINE)
    folder.create()
    fake.folder = folder.path

    def answer(request: httpx.Request) -> httpx.Response:
        reply = fake.handle(request)
        if request.method != "GET":
            fake.evaluate()
        return reply

    def restore(saved: dict[str, bytes]) -> None:
        folder.restore(saved)
        fake.load()
        fake.evaluate()

    yield SoakServer(
        answer=answer,
        entry=lambda url: {
            "provider": provider,
            "url": url,
            "folder": str(folder.path),
            "timeout": TIMEOUT,
        },
        state=lambda: (folder.files(), fake.groups),
        foreign=folder.others,
        save=folder.files,
        restore=restore,
        count=lambda: len(folder.files()) - len(MINE),
    )


@contextmanager
def vmalert(root: Path) -> Iterator[SoakServer]:
    """A real vmalert, whose objects are rule files."""
    program = find_victoria()
    if isinstance(program, Unavailable):
        raise RuntimeError(program.reason)
    folder = TargetFolder(root / "rules.d", MINE)
    folder.create()
    with (
        run_victoria(program, root / "victoria") as datasource,
        run_vmalert(program, root, datasource, "rules.d/*.yml") as url,
        httpx.Client(base_url=url, trust_env=False, timeout=600) as client,
    ):

        def answer(request: httpx.Request) -> httpx.Response:
            reply = client.request(request.method, request.url.raw_path.decode())
            return httpx.Response(reply.status_code, content=reply.content)

        def restore(saved: dict[str, bytes]) -> None:
            folder.restore(saved)
            client.get("/-/reload").raise_for_status()

        yield SoakServer(
            answer=answer,
            entry=lambda url: {
                "provider": "vmalert",
                "url": url,
                "folder": str(folder.path),
                "timeout": TIMEOUT,
            },
            state=folder.files,
            foreign=folder.others,
            save=folder.files,
            restore=restore,
            count=lambda: len(folder.files()) - len(MINE),
        )


@contextmanager
def alertmanager(root: Path) -> Iterator[SoakServer]:
    """A fake Alertmanager; its objects are receivers."""
    folder = TargetFolder(root / "am", {"notes.txt": b"y"})
    folder.create()
    fake = FakeAlertmanager(file=folder.path / "alertmanager.yml")

    def restore(saved: dict[str, bytes]) -> None:
        folder.restore(saved)
        fake.running = saved.get("alertmanager.yml", b"")

    yield SoakServer(
        answer=fake.handle,
        entry=lambda url: {
            "provider": "alertmanager",
            "url": url,
            "file": str(fake.file),
            "secretFiles": "remote",
            "timeout": TIMEOUT,
        },
        state=lambda: (folder.files(), fake.running),
        foreign=folder.others,
        save=folder.files,
        restore=restore,
        count=lambda: _receivers(fake.running.decode()),
    )


@contextmanager
def files(root: Path) -> Iterator[SoakServer]:
    """A folder of the repository, without a server; its objects are files."""
    folder = TargetFolder(root / "build", MINE)
    folder.create()
    yield SoakServer(
        answer=None,
        entry=lambda _url: {"provider": "files"},
        state=folder.files,
        foreign=folder.others,
        save=folder.files,
        restore=folder.restore,
        count=lambda: len(folder.files()) - len(MINE),
    )


@contextmanager
def datadog(_root: Path) -> Iterator[SoakServer]:
    """A fake Datadog site; its objects are SLOs, monitors and corrections."""
    fake = FakeDatadog()
    body: Any = datadog_slo("mine/up").body
    tags = {"tags": ["team:platform"]}
    fake.answer("POST", "/api/v1/slo", FAKE_KEYS, {**body, **tags, "type": "metric"})
    [(identity, _)] = fake.slos.items()
    kinds = ("slos", "monitors", "corrections")

    def state() -> object:
        objects = {**fake.slos, **fake.monitors}
        names = {key: f"<{item['name']}>" for key, item in objects.items()}
        return sorted(
            repr(_plain(item, names)) for kind in kinds for item in getattr(fake, kind).values()
        )

    yield SoakServer(
        answer=_answer(fake),
        entry=lambda url: {
            "provider": "datadog",
            "url": url,
            "apiKey": "env:API",
            "applicationKey": "env:APPLICATION",
            "timeout": TIMEOUT,
        },
        state=state,
        foreign=lambda: dict(fake.slos[identity]),
        save=partial(_saved, fake, kinds),
        restore=partial(_restore, fake),
        count=lambda: sum(len(getattr(fake, kind)) for kind in kinds) - 1,
        variables={"API": "api", "APPLICATION": "application"},
    )


@contextmanager
def pagerduty(_root: Path) -> Iterator[SoakServer]:
    """A fake PagerDuty account; its objects are services."""
    fake = FakePagerDuty()
    mine: Any = {
        "name": "mine",
        "escalation_policy": {"id": "PABC123"},
        "incident_urgency_rule": {"type": "constant", "urgency": "high"},
    }
    fake.answer("POST", "/services", HEADERS, {"service": mine})
    [identity] = fake.services
    kinds = ("services", "paths", "active")

    def state() -> object:
        names = {key: f"<{service['name']}>" for key, service in fake.services.items()}
        return sorted(
            repr(_plain([service, fake.paths[key], fake.active[key]], names))
            for key, service in fake.services.items()
        )

    yield SoakServer(
        answer=_answer(fake),
        entry=lambda url: {
            "provider": "pagerduty",
            "url": url,
            "token": "env:TOKEN",
            "timeout": TIMEOUT,
        },
        state=state,
        foreign=lambda: (dict(fake.services[identity]), fake.paths[identity]),
        save=partial(_saved, fake, kinds),
        restore=partial(_restore, fake),
        count=lambda: len(fake.services) - 1,
        variables={"TOKEN": fake.token},
    )


def _saved(fake: FaultyFake, kinds: Sequence[str]) -> dict[str, Any]:
    """Return a copy of what a fake stores of some kinds."""
    return {kind: deepcopy(getattr(fake, kind)) for kind in kinds}


def _restore(fake: FaultyFake, saved: dict[str, Any]) -> None:
    for kind, objects in saved.items():
        setattr(fake, kind, deepcopy(objects))


def _answer(fake: FaultyFake) -> Answer:
    """Return the answers of a fake of an API as those of an HTTP server."""

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = httpx.Response(200, content=request.content).json() if request.content else None
        status, reply = fake.answer(request.method, request.url.raw_path.decode(), headers, body)
        return httpx.Response(status) if reply is None else httpx.Response(status, json=reply)

    return answer


def _plain(value: Any, names: dict[str, str]) -> Any:
    """Return a value without volatile fields, and with names in place of ids."""
    match value:
        case dict():
            return {
                key: _plain(inner, names)
                for key, inner in sorted(value.items())
                if key not in VOLATILE or (key == "id" and str(inner) in names)
            }
        case list():
            return [_plain(inner, names) for inner in value]
        case str() | int() if str(value) in names:
            return names[str(value)]
        case str():
            return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), value)
        case _:
            return value


def _receivers(text: str) -> int:
    """Return the number of receivers in an Alertmanager configuration of ours."""
    return len(
        re.findall(r"^  - name: reliability/", text.partition("\nreceivers:")[2], re.MULTILINE)
    )
