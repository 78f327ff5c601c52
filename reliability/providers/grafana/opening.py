"""Connection to a Grafana, only if `policies/targets.yaml` allows its host."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from reliability.http.server import HttpServer
from reliability.model.targets import GrafanaTarget
from reliability.providers.object_api import open_object_server


def open_grafana_server(
    target: GrafanaTarget,
    token: str,
    allowed_hosts: Iterable[str],
    *,
    writable: bool,
    transport: httpx.BaseTransport | None = None,
) -> HttpServer:
    """Open a client of a Grafana with the token of a service account.

    Raises:
        ProviderError: its host is not allowed.
    """
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return open_object_server(
        target, headers, allowed_hosts, writable=writable, transport=transport
    )
