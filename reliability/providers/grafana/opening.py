"""Connection to a Grafana, only if `policies/targets.yaml` allows its host."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from reliability.http.bounds import Allowance, AnswerBounds
from reliability.http.server import HttpServer, open_client
from reliability.model.targets import GrafanaTarget
from reliability.providers.http import ensure_allowed
from reliability.providers.object_api import RETRIES, TOGETHER


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
    ensure_allowed(target.name, target.url, allowed_hosts)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return HttpServer(
        target=target.name,
        url=target.url.rstrip("/"),
        client=open_client(target.url, headers, writable=writable, transport=transport),
        bounds=AnswerBounds(target.timeout.total_seconds(), together=Allowance(TOGETHER)),
        retries=RETRIES,
    )
