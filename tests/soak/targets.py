"""The targets of the soak test; a new provider adds one entry to `SOAK_TARGETS`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.servers.generation import Unavailable
from tests.servers.victoria import find_victoria
from tests.soak import in_repository, servers
from tests.soak.definition import amazon_alertmanager
from tests.soak.grafana import grafana
from tests.soak.repository import Source
from tests.soak.server import SoakServer

OpenServer = Callable[[Path], AbstractContextManager[SoakServer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakTarget:
    """A target: what starts its server, and what the repository of a soak test has for it.

    `open` gets the folder of the repository. A service has `objects` objects in the target, and a
    team has `a_team` services. `counted` names these objects. `options` are those of each sync.
    `missing` returns why the target cannot be run here, or nothing.
    """

    open: OpenServer
    counted: str
    objects: float = 1
    source: Source = "Prometheus"
    a_team: int = 20
    options: tuple[str, ...] = ()
    missing: Callable[[], str] = lambda: ""


def _without_victoria() -> str:
    program = find_victoria()
    return program.reason if isinstance(program, Unavailable) else ""


def _of_receivers(open_server: OpenServer) -> SoakTarget:
    return SoakTarget(open=open_server, counted="receivers", objects=2, a_team=1)


def _of_groups(dialect: str) -> SoakTarget:
    return SoakTarget(open=partial(servers.ruler, dialect=dialect), counted="groups", objects=3)


def _of_dashboards(*, is_older: bool) -> SoakTarget:
    open_server = partial(grafana, is_older=is_older)
    return SoakTarget(open=open_server, counted="folders and dashboards", objects=2)


SOAK_TARGETS: Final[Mapping[str, SoakTarget]] = {
    "files": SoakTarget(open=servers.files, counted="files"),
    "prometheus": SoakTarget(open=servers.prometheus, counted="rule files"),
    "thanos-ruler": SoakTarget(open=servers.thanos_ruler, counted="rule files"),
    "vmalert": SoakTarget(
        # Its first evaluation of all rules takes two minutes. It may have evaluated some that have
        # no data, and a pending alert would hold the deletion of its rule.
        open=servers.vmalert,
        counted="rule files",
        options=("--no-wait", "--allow-active"),
        missing=_without_victoria,
    ),
    "alertmanager": _of_receivers(servers.alertmanager),
    "mimir": _of_groups("mimir"),
    "cortex": _of_groups("cortex"),
    "mimir-alertmanager": _of_receivers(servers.mimir_alertmanager),
    "amazon-prometheus": SoakTarget(open=servers.amazon_prometheus, counted="namespaces"),
    "amazon-alertmanager": _of_receivers(amazon_alertmanager),
    "datadog": SoakTarget(
        open=servers.datadog,
        counted="SLOs, monitors and corrections",
        objects=6,
        source="Datadog",
    ),
    "pagerduty": SoakTarget(open=servers.pagerduty, counted="services"),
    "grafana": _of_dashboards(is_older=False),
    "grafana-older": _of_dashboards(is_older=True),
    "kubernetes": SoakTarget(open=in_repository.kubernetes, counted="manifests"),
    "backstage": SoakTarget(open=in_repository.backstage, counted="entities"),
    "codeowners": SoakTarget(open=in_repository.codeowners, counted="lines"),
}
"""Each target, by its provider or its dialect."""
