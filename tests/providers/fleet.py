"""Targets of each kind with fakes behind them, planned and rolled out without the command."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx

from reliability.model.targets import AlertmanagerTarget, FilesTarget, PrometheusTarget, Target
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.report import Synced
from reliability.plan.sync import ChangeFailed, Provider, ReadyTarget
from reliability.providers.alertmanager import AlertmanagerProvider
from reliability.providers.disk import Disk
from reliability.providers.environment_order import NO_ORDER, EnvironmentOrder
from reliability.providers.files import FilesProvider, output_places
from reliability.providers.http import HttpServer, open_server
from reliability.providers.prometheus import PrometheusProvider
from reliability.providers.rollout import Rollout, RolloutGate
from reliability.providers.rulers.api import PATHS
from reliability.providers.rulers.declared import storable
from reliability.providers.rulers.mimir import MimirProvider
from reliability.resource import Json, Resource
from tests.providers.apis.fake_ruler import FakeRuler
from tests.providers.fake_servers import FakeAlertmanager, FakePrometheus
from tests.providers.mimir_alertmanager_world import FakeTenantAlertmanager, open_tenant
from tests.providers.worlds import rules

Answer = Callable[[httpx.Request], httpx.Response]


def refusing(_request: httpx.Request) -> httpx.Response:
    """A server that refuses everything."""
    return httpx.Response(503, text="busy")


def routes(*services: str, receiver: str = "pager") -> dict[str, Json]:
    """A configuration in which these services have a receiver of their own."""
    children: list[Json] = [
        {"matchers": [f'service="{service}"'], "receiver": receiver} for service in services
    ]
    receivers: list[Json] = [
        {"name": name, "webhook_configs": [{"url": "http://127.0.0.1:1/"}]}
        for name in ("desk", receiver)
    ]
    return {"route": {"receiver": "desk", "routes": children}, "receivers": receivers}


@dataclass
class Fleet:
    """Fakes by target, which notes what each is asked; `answers` take the place of a fake."""

    root: Path
    closing: ExitStack
    prometheus: dict[str, FakePrometheus] = field(default_factory=dict)
    alertmanagers: dict[str, FakeAlertmanager] = field(default_factory=dict)
    tenants: dict[str, FakeTenantAlertmanager] = field(default_factory=dict)
    rulers: dict[str, FakeRuler] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    evaluates: bool = True

    def url(self, name: str) -> str:
        return f"http://{name}.example:9090"

    def _server(self, target: PrometheusTarget | AlertmanagerTarget, fake: Answer) -> HttpServer:
        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(f"{target.name} {request.method} {request.url.path}")
            return self.answers.get(target.name, fake)(request)

        transport = httpx.MockTransport(answer)
        hosts = [f"{target.name}.example"]
        server = open_server(
            target,
            "Bearer good",
            hosts,
            writable=True,
            transport=transport,
            more={"X-Scope-OrgID": "shop"},
        )
        self.closing.callback(server.client.close)
        return replace(server, pause=self._pause)

    def _pause(self, _seconds: float) -> None:
        for fake in self.prometheus.values() if self.evaluates else ():
            fake.evaluate()

    def open(self, name: str) -> tuple[Target, Provider]:
        """A target by its name: `p…`, `am…`, `tenant…`, `ruler…` or a folder of files."""
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        disk = Disk(writable=True, durable=False)
        common = {"name": name, "url": self.url(name), "timeout": timedelta(seconds=10)}
        prometheus = PrometheusTarget.model_validate(
            {**common, "provider": "prometheus", "folder": str(folder)}
        )
        if name.startswith("p"):
            rule_server = self.prometheus.setdefault(name, FakePrometheus(folder=folder))
            server = self._server(prometheus, rule_server.handle)
            return prometheus, PrometheusProvider(
                target=name, folder=folder, disk=disk, server=server, tell=self.said.append
            )
        if name.startswith("am"):
            file = folder / "alertmanager.yml"
            target = AlertmanagerTarget.model_validate(
                {**common, "provider": "alertmanager", "file": str(file)}
            )
            alertmanager = self.alertmanagers.setdefault(name, FakeAlertmanager(file=file))
            server = self._server(target, alertmanager.handle)
            return target, AlertmanagerProvider(target=name, file=file, disk=disk, server=server)
        if name.startswith("tenant"):
            tenant = self.tenants.setdefault(name, FakeTenantAlertmanager())
            provider = open_tenant(tenant, {}, True, self.closing)
            provider.target = name
            return prometheus, provider
        if name.startswith("ruler"):
            ruler = self.rulers.setdefault(name, FakeRuler())
            server = self._server(prometheus, ruler.handle)
            return prometheus, MimirProvider(
                target=name,
                server=server,
                path=PATHS["mimir"],
                tell=self.said.append,
                reads_evaluations=False,
            )
        places = output_places(folder, ("prometheus", "alertmanager"))
        return FilesTarget(name=name, provider="files"), FilesProvider(
            target=name, places=places, disk=disk
        )

    def ready(
        self,
        name: str,
        desired: Sequence[Resource],
        change: Callable[[Plan], Plan] = lambda made: made,
    ) -> ReadyTarget:
        """A target with its plan for these resources; it takes those that it can store."""
        target, provider = self.open(name)
        kinds = ("config",) if name.startswith(("am", "tenant")) else ("rules",)
        taken: Sequence[Resource] = [item for item in desired if item.id.kind in kinds]
        if name.startswith("ruler"):
            taken = list(storable(taken))
        own = [replace(item, id=replace(item.id, target=name)) for item in taken]
        options = PlanOptions(allows_active=True)
        return ReadyTarget(target, provider, change(plan(name, own, provider.read(), options)))

    def roll_out(
        self,
        targets: Sequence[ReadyTarget],
        *,
        wanted: Resource | None = None,
        gates: Sequence[RolloutGate] = (),
        order: EnvironmentOrder = NO_ORDER,
        unwritten: Mapping[str, str] | None = None,
        waits: bool = True,
    ) -> dict[str, list[str]]:
        """What became of each change, by target, and what stays pending."""
        self.requests.clear()
        done = Rollout(
            targets=targets,
            wanted=wanted,
            gates=gates,
            order=order,
            unwritten=unwritten or {},
            waits=waits,
            tell=self.said.append,
        ).run()
        return {name: lines(report) for name, report in done.items()}

    @property
    def writes(self) -> list[str]:
        """The targets that were asked to write, in their order, each once in a row."""
        named = [request.partition(" ")[0] for request in self.requests if " GET " not in request]
        return [name for index, name in enumerate(named) if index == 0 or named[index - 1] != name]


def lines(report: Synced) -> list[str]:
    """A line for each outcome, and for each thing that stays pending."""
    outcomes = [
        f"{type(outcome.change).__name__} {outcome.change.id.name}: "
        f"{outcome.why if isinstance(outcome, ChangeFailed) else 'done'}"
        for outcome in report.outcomes
    ]
    return [*outcomes, *(f"pending {item.id}: {item.why}" for item in report.plan.pending)]


def config(body: dict[str, Json]) -> Resource:
    """A configuration of Alertmanager, as the compiler makes it."""
    identity = rules("x").id
    return Resource(
        replace(identity, target="alertmanager", kind="config", name="alertmanager"), body
    )
