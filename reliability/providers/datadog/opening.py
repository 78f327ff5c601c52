"""Connection to a Datadog site, only if `policies/targets.yaml` allows its host."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from reliability.http.bounds import Allowance, AnswerBounds
from reliability.http.server import HttpServer, open_client
from reliability.model.targets import DatadogTarget
from reliability.providers.datadog.audit import AUDIT
from reliability.providers.http import ensure_allowed
from reliability.providers.object_api import RETRIES, TOGETHER


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
    ensure_allowed(target.name, target.url, allowed_hosts)
    headers = {"DD-API-KEY": keys[0], "DD-APPLICATION-KEY": keys[1]}
    client = open_client(
        target.url,
        headers,
        writable=writable,
        transport=transport,
        questions=("/validate", AUDIT),
    )
    bounds = AnswerBounds(target.timeout.total_seconds(), together=Allowance(TOGETHER))
    return HttpServer(
        target=target.name,
        url=target.url.rstrip("/"),
        client=client,
        bounds=bounds,
        retries=RETRIES,
    )
