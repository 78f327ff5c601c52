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


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakTarget:
    """A target: what starts its server, and what the repository of a soak test has for it.

    `open` gets the folder of the repository. A service has `objects` objects in the target, and a
    team has `a_team` services. `options` are those of each sync. `missing` returns why the target
    cannot be run here, or nothing.
    """

    open: Callable[[Path], AbstractContextManager[SoakServer]]
    objects: float = 1
    source: Source = "Prometheus"
    a_team: int = 20
    options: tuple[str, ...] = ()
    missing: Callable[[], str] = lambda: ""


def _without_victoria() -> str:
    program = find_victoria()
    return program.reason if isinstance(program, Unavailable) else ""


SOAK_TARGETS: Final[Mapping[str, SoakTarget]] = {
    "files": SoakTarget(open=servers.files),
    "prometheus": SoakTarget(open=servers.prometheus),
    "thanos-ruler": SoakTarget(open=servers.thanos_ruler),
    "vmalert": SoakTarget(
        # Its first evaluation of all rules takes two minutes.
        open=servers.vmalert,
        options=("--no-wait",),
        missing=_without_victoria,
    ),
    "alertmanager": SoakTarget(open=servers.alertmanager, objects=2, a_team=1),
    "mimir": SoakTarget(open=partial(servers.ruler, dialect="mimir"), objects=3),
    "cortex": SoakTarget(open=partial(servers.ruler, dialect="cortex"), objects=3),
    "mimir-alertmanager": SoakTarget(open=servers.mimir_alertmanager, objects=2, a_team=1),
    "amazon-prometheus": SoakTarget(open=servers.amazon_prometheus),
    "amazon-alertmanager": SoakTarget(open=amazon_alertmanager, objects=2, a_team=1),
    "datadog": SoakTarget(open=servers.datadog, objects=6, source="Datadog"),
    "pagerduty": SoakTarget(open=servers.pagerduty),
    "grafana": SoakTarget(open=partial(grafana, is_older=False), objects=2),
    "grafana-older": SoakTarget(open=partial(grafana, is_older=True), objects=2),
    "kubernetes": SoakTarget(open=in_repository.kubernetes),
    "backstage": SoakTarget(open=in_repository.backstage),
    "codeowners": SoakTarget(open=in_repository.codeowners),
}
"""Each target, by its provider or its dialect."""
