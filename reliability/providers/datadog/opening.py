"""Connection to a Datadog site, only if `policies/targets.yaml` allows its host."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from reliability.http.server import HttpServer
from reliability.model.targets import DatadogTarget
from reliability.providers.datadog.audit import AUDIT
from reliability.providers.object_api import open_object_server


def open_datadog_server(
    target: DatadogTarget,
    keys: tuple[str, str],
    allowed_hosts: Iterable[str],
    *,
    writable: bool,
    transport: httpx.BaseTransport | None = None,
) -> HttpServer:
    """Open a client of a site with its API key and application key.

    Raises:
        ProviderError: its host is not allowed.
    """
    return open_object_server(
        target,
        {"DD-API-KEY": keys[0], "DD-APPLICATION-KEY": keys[1]},
        allowed_hosts,
        writable=writable,
        questions=("/validate", AUDIT),
        transport=transport,
    )
