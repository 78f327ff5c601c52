"""Where a command reads what fired: a Prometheus, an Alertmanager, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reliability.cli.app import App
from reliability.errors import ReliabilityError

if TYPE_CHECKING:
    from reliability.model.targets import ServerTarget
    from reliability.providers.http import Server

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Past:
    """A server that knows what fired; only a Prometheus knows what is over."""

    server: Server
    is_prometheus: bool


def past_options(command: Command) -> Command:
    """The options by which a command is told where to read what fired."""
    for name in ("alertmanager", "prometheus"):
        command = click.option(
            f"--{name}",
            metavar="URL",
            help=f"The {name.capitalize()} to read; by default that of policies/.",
        )(command)
    return command


@contextmanager
def open_past(app: App, prometheus: str | None, alertmanager: str | None) -> Iterator[Past | None]:
    """The server that is named or declared; None where there is none.

    Raises:
        ReliabilityError: its secret is not set, or its host is not allowed.
    """
    found = _named(prometheus, alertmanager) or _of_history(app) or _of_targets(app)
    if found is None:
        yield None
        return
    target, hosts, is_prometheus = found
    from reliability.providers.http import open_server

    reference = target.authorization
    secret = app.settings.secret(reference) if reference else None
    server = open_server(target, secret, hosts, writable=False)
    with server.client:
        yield Past(server, is_prometheus)


Found = tuple["ServerTarget", tuple[str, ...], bool]


def _named(prometheus: str | None, alertmanager: str | None) -> Found | None:
    if prometheus is not None:
        return _server("prometheus", prometheus, None), (_host(prometheus),), True
    if alertmanager is not None:
        return _server("alertmanager", alertmanager, None), (_host(alertmanager),), False
    return None


def _of_history(app: App) -> Found | None:
    from reliability.model.history import HistorySources, PrometheusSource

    declared = app.catalog().only(HistorySources)
    source = declared.value.spec.source if declared else None
    if not isinstance(source, PrometheusSource):
        return None
    return _server("prometheus", source.url, source.authorization), (_host(source.url),), True


def _of_targets(app: App) -> Found | None:
    from reliability.model.targets import AlertmanagerTarget, PrometheusTarget, SyncTargets

    declared = app.catalog().only(SyncTargets)
    if declared is None:
        return None
    spec = declared.value.spec
    for kind in (PrometheusTarget, AlertmanagerTarget):
        for target in spec.targets:
            if isinstance(target, kind):
                return target, spec.allowed_hosts, kind is PrometheusTarget
    return None


def _server(name: str, url: str, authorization: str | None) -> ServerTarget:
    from pydantic import ValidationError

    from reliability.model.targets import ServerTarget

    try:
        return ServerTarget(name=name, url=url, authorization=authorization)
    except ValidationError as error:
        raise ReliabilityError(f"--{name}: {error.errors()[0]['msg']}") from error


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or ""
