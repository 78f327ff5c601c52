"""Runs `reliability history backfill`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from reliability.cli.app import App
from reliability.cli.environments import app_in_one
from reliability.cli.names import check_names
from reliability.errors import ReliabilityError
from reliability.history.sources.prometheus import open_prometheus
from reliability.model.history import HistorySources, PrometheusSource
from reliability.model.targets import PrometheusTarget, ServerTarget, SyncTargets
from reliability.providers.http import ensure_allowed
from reliability.providers.tsdb.backfill import Backfill, BackfillDestination, PrometheusReplica
from reliability.resolve.objectives import objectives

if TYPE_CHECKING:
    from reliability.history.sources.prometheus import PrometheusServer
    from reliability.resolve.objectives import Objective


def run(app: App, /, **options: Any) -> int:
    """Backfill each server; return 0 if everything was done, else 1."""
    request = BackfillRequest(**options)
    check_names(request.names, [app.catalog()])
    app = app_in_one(app, request.environments, request.names, on_server=True)
    objectives = _objectives(app, request.names)
    done = True

    for replica in replicas(app, request):
        with _opened(app, replica) as server:
            backfill = Backfill(
                catalog=app.catalog(),
                replica=replica,
                source=server,
                days=request.days,
                promtool=request.promtool,
                search_path=app.settings.search_path,
                say=app.say,
                note=app.note,
            )
            done = backfill.run(objectives, request.folder_of(app, replica)) and done

    return 0 if done else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRequest:
    """The options of one run."""

    names: tuple[str, ...]
    targets: tuple[str, ...]
    prometheus: str | None
    folders: tuple[str, ...]
    days: int | None
    out: Path | None
    promtool: str | None
    environments: tuple[str, ...] = ()

    def folder_of(self, app: App, replica: PrometheusReplica) -> BackfillDestination:
        """Return the folder for the blocks of a replica, or for the files of the commands."""
        named = dict(_named(each) for each in self.folders)
        folder = named.get(replica.name) or named.get("")
        output = (self.out or app.root / ".reliability" / "backfill") / replica.name
        return BackfillDestination(Path(folder) if folder else None, output, app.committed)


def replicas(app: App, request: BackfillRequest) -> list[PrometheusReplica]:
    """Return the servers to backfill.

    Raises:
        ReliabilityError: no server is declared, a name is unknown, or one folder is for several.
    """
    every = _declared(app) if request.prometheus is None else [_of_url(request.prometheus)]
    unknown = {*request.targets, *(_named(folder)[0] for folder in request.folders)} - {""}
    unknown -= {replica.name for replica in every}

    if unknown:
        known = ", ".join(replica.name for replica in every)
        raise ReliabilityError(
            f"unknown sync target {min(unknown)}; Prometheus targets are {known}"
        )

    wanted = [
        replica for replica in every if not request.targets or replica.name in request.targets
    ]
    if len(wanted) > 1 and any(not _named(folder)[0] for folder in request.folders):
        raise ReliabilityError(
            "--data-dir FOLDER is for one server, and several are declared; "
            "write --data-dir TARGET=FOLDER for each"
        )

    return wanted


def _named(written: str) -> tuple[str, str]:
    """Return the target and the folder of `NAME=FOLDER`; the target is empty if not named."""
    name, equals, folder = written.partition("=")
    return (name, folder) if equals and "/" not in name else ("", written)


def _declared(app: App) -> list[PrometheusReplica]:
    targets, history = app.catalog().only(SyncTargets), app.catalog().only(HistorySources)
    declared: list[PrometheusReplica] = []
    for target in targets.value.spec.targets if targets else ():
        if isinstance(target, PrometheusTarget) and targets:
            ensure_allowed(target.name, target.url, targets.value.spec.allowed_hosts)
            declared.append(PrometheusReplica(target.name, target.url, target.authorization))

    source = history.value.spec.source if history else None
    if not declared and isinstance(source, PrometheusSource):
        declared = [
            PrometheusReplica("prometheus", source.url, source.authorization, tenant=source.tenant)
        ]
    if not declared:
        raise ReliabilityError(
            "no Prometheus is declared; name one in policies/targets.yaml, or pass --prometheus URL"
        )

    return declared


def _of_url(url: str) -> PrometheusReplica:
    try:
        server = ServerTarget(name="prometheus", url=url)
    except ValidationError as error:
        raise ReliabilityError(f"--prometheus: {error.errors()[0]['msg']}") from error
    return PrometheusReplica(server.name, server.url, None)


@contextmanager
def _opened(app: App, replica: PrometheusReplica) -> Iterator[PrometheusServer]:
    secret = app.settings.secret(replica.authorization) if replica.authorization else None
    server = open_prometheus(replica.url, secret, replica.tenant)
    with server.client:
        yield server


def _objectives(app: App, names: tuple[str, ...]) -> Sequence[Objective]:
    wanted = frozenset(names)
    return [
        objective
        for objective in objectives(app.catalog())
        if objective.sli is not None
        and (not wanted or wanted & {objective.service, objective.slo_name})
    ]
