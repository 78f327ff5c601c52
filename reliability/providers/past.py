"""Server that reports which alerts fired: a Prometheus, an Alertmanager, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import ValidationError

from reliability.errors import ReliabilityError
from reliability.load.catalog import Catalog
from reliability.model.history import HistorySources, PrometheusSource
from reliability.model.targets import (
    AlertmanagerTarget,
    PrometheusTarget,
    ServerTarget,
    SyncTargets,
)
from reliability.providers.http import HttpServer, open_server


@dataclass(frozen=True, slots=True)
class AlertHistory:
    """Server that reports which alerts fired; an Alertmanager knows only the current ones."""

    server: HttpServer
    is_prometheus: bool


@contextmanager
def open_past(
    catalog: Catalog,
    secret: Callable[[str], str],
    prometheus: str | None = None,
    alertmanager: str | None = None,
) -> Iterator[AlertHistory | None]:
    """Open the server that the options name, or that the documents declare; None if there is none.

    Raises:
        ReliabilityError: its URL is not valid, its secret not set, or its host not allowed.
    """
    chosen = _named(prometheus, alertmanager) or _of_history(catalog) or _of_targets(catalog)
    if chosen is None:
        yield None
        return

    target, hosts, is_prometheus = chosen
    reference = target.authorization
    server = open_server(target, secret(reference) if reference else None, hosts, writable=False)
    with server.client:
        yield AlertHistory(server, is_prometheus)


Found = tuple[ServerTarget, tuple[str, ...], bool]


def _named(prometheus: str | None, alertmanager: str | None) -> Found | None:
    if prometheus is not None:
        return _server("prometheus", prometheus, None), (_host(prometheus),), True
    if alertmanager is not None:
        return _server("alertmanager", alertmanager, None), (_host(alertmanager),), False
    return None


def _of_history(catalog: Catalog) -> Found | None:
    declared = catalog.only(HistorySources)
    source = declared.value.spec.source if declared else None
    if not isinstance(source, PrometheusSource):
        return None
    return _server("prometheus", source.url, source.authorization), (_host(source.url),), True


def _of_targets(catalog: Catalog) -> Found | None:
    declared = catalog.only(SyncTargets)
    if declared is None:
        return None
    spec = declared.value.spec
    for kind in (PrometheusTarget, AlertmanagerTarget):
        for target in spec.targets:
            if isinstance(target, kind):
                return target, spec.allowed_hosts, kind is PrometheusTarget
    return None


def _server(name: str, url: str, authorization: str | None) -> ServerTarget:
    try:
        return ServerTarget(name=name, url=url, authorization=authorization)
    except ValidationError as error:
        raise ReliabilityError(f"--{name}: {error.errors()[0]['msg']}") from error


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
