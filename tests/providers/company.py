"""Two Prometheus servers, an Alertmanager, and the repository that is synced to them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.cli.program import Ended
from tests.live.repository import Repository, alertmanager_at, make_repository, prometheus_at
from tests.providers.fake_servers import FakeAlertmanager, FakePrometheus, FakeServer
from tests.providers.served import Answer, served

RELOAD = "POST /-/reload"
RENAMED = ("workforce", "people")
"""A team that goes, and the one that gets its services."""

BASE = """route: {receiver: desk, routes: [{matchers: ['severity="page"'], receiver: desk}]}
receivers: [{name: desk}]
"""


@dataclass(slots=True)
class Company:
    """Everything that a sync talks to; `requests` are all of them in their order, by server."""

    repository: Repository
    servers: dict[str, FakeServer] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    evaluates: bool = True

    @property
    def first(self) -> FakePrometheus:
        server = self.servers["p1"]
        assert isinstance(server, FakePrometheus)
        return server

    @property
    def second(self) -> FakePrometheus:
        server = self.servers["p2"]
        assert isinstance(server, FakePrometheus)
        return server

    @property
    def alertmanager(self) -> FakeAlertmanager:
        server = self.servers["am"]
        assert isinstance(server, FakeAlertmanager)
        return server

    def answer(self, name: str, request: httpx.Request) -> httpx.Response:
        """What a server answers; a test may put another function in its place."""
        self.requests.append((name, f"{request.method} {request.url.path}"))
        server = self.servers[name]
        reply = self.answers.get(name, server.handle)(request)
        if self.evaluates and isinstance(server, FakePrometheus):
            server.evaluate()
        return reply

    @property
    def reloads(self) -> list[str]:
        """The servers that were reloaded, in their order."""
        return [name for name, request in self.requests if request == RELOAD]

    def config(self) -> dict[str, Any]:
        """The configuration that Alertmanager runs."""
        config: dict[str, Any] = yaml.safe_load(self.alertmanager.running)
        return config

    def teams(self) -> list[str]:
        """The matchers of the root's routes, as far as they name teams."""
        children = self.config()["route"]["routes"]
        return [text for child in children for text in child["matchers"] if "team" in text]

    def alert(self, **labels: str) -> None:
        """An alert that Alertmanager holds."""
        self.alertmanager.alerts.append(
            {"labels": labels, "startsAt": "2026-11-26T00:00:00Z", "status": {"state": "active"}}
        )

    def rename_team(self) -> None:
        """Another team with its own channels gets the services of one that goes."""
        old, new = RENAMED
        teams = self.repository.root / "policies/teams"
        text = (teams / f"{old}.yaml").read_text()
        (teams / f"{new}.yaml").write_text(text.replace(old, new))
        (teams / f"{old}.yaml").unlink()
        for file in self.repository.root.glob("services/*/ownership.yaml"):
            file.write_text(file.read_text().replace(f"team: {old}", f"team: {new}"))

    def sync(self, *arguments: str) -> Ended:
        self.requests.clear()
        return self.repository.run("sync", "--yes", "--brief", *arguments)

    def plan(self, *arguments: str) -> Ended:
        return self.repository.run("plan", "--brief", *arguments)


@contextmanager
def company(root: Path) -> Iterator[Company]:
    """Servers that run nothing yet."""
    made = Company(Repository(root))
    with ExitStack() as closing:
        urls = {
            name: closing.enter_context(served(partial(made.answer, name)))
            for name in ("p1", "p2", "am")
        }
        for name in urls:
            (root / name).mkdir(parents=True)
        file = root / "am/alertmanager.yml"
        made.repository = make_repository(
            root,
            {**prometheus_at(urls["p1"], root / "p1"), "name": "p1"},
            {**prometheus_at(urls["p2"], root / "p2"), "name": "p2"},
            {**alertmanager_at(urls["am"], file), "name": "am"},
        )
        made.servers = {
            "p1": FakePrometheus(folder=root / "p1", notifies=[urls["am"]]),
            "p2": FakePrometheus(folder=root / "p2", notifies=[urls["am"]]),
            "am": FakeAlertmanager(file=file),
        }
        yield made
