"""HTTP client of a target, only for hosts that `policies/targets.yaml` allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import httpx

from reliability.errors import ProviderError
from reliability.http.bounds import MEBIBYTE, Allowance, AnswerBounds
from reliability.http.server import HttpServer, NoAnswerError, Parameters, open_client
from reliability.model.targets import ServerTarget

__all__ = [
    "HttpServer",
    "NoAnswerError",
    "Parameters",
    "ensure_allowed",
    "open_server",
    "with_listings",
    "within",
]

LARGEST_LISTING: Final = 512 * MEBIBYTE
VALUES_OF_LISTING: Final = 20_000_000
TOGETHER: Final = 900.0
"""Seconds that all responses of a target may take together.

So a slow server cannot block a sync for hours.
"""


def ensure_allowed(target: str, url: str, allowed_hosts: Iterable[str]) -> None:
    """Ensure that the host of a URL, or its host and port, is allowed.

    Raises:
        ProviderError: it is not.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not {host, f"{host}:{parts.port}"} & set(allowed_hosts):
        raise ProviderError(
            f"{target}: host {host} is not allowed; "
            "add it to spec.allowedHosts in policies/targets.yaml"
        )


def open_server(
    target: ServerTarget,
    authorization: str | httpx.Auth | None,
    allowed_hosts: Iterable[str],
    *,
    writable: bool,
    transport: httpx.BaseTransport | None = None,
    more: Mapping[str, str] | None = None,
) -> HttpServer:
    """Open a client for a target's server; the target's `timeout` limits each whole response.

    `authorization` is the value of the header, or signs each request. `more` are headers that every
    request has, such as that of a tenant.

    Raises:
        ProviderError: its host is not allowed.
    """
    ensure_allowed(target.name, target.url, allowed_hosts)
    signature = authorization if isinstance(authorization, httpx.Auth) else None
    headers = dict(more or {})
    if isinstance(authorization, str) and authorization:
        headers["Authorization"] = authorization
    client = open_client(
        target.url,
        headers,
        writable=writable,
        transport=transport,
        auth=signature,
    )
    bounds = AnswerBounds(longest=target.timeout.total_seconds(), together=Allowance(TOGETHER))

    return HttpServer(target=target.name, url=target.url.rstrip("/"), client=client, bounds=bounds)


def within(server: HttpServer, seconds: float) -> HttpServer:
    """Return a server whose responses may together take as long: it has a request per object.

    One response may list all objects.
    """
    listing = with_listings(server)
    return replace(listing, bounds=replace(listing.bounds, together=Allowance(seconds)))


def with_listings(server: HttpServer) -> HttpServer:
    """Return a server one of whose responses may list all objects.

    Rules of 5,000 services are more than 128 MiB, those of 10,000 have 12 million values, and
    Prometheus 2 and vmalert before 1.139 have no pages of rules.
    """
    bounds = replace(server.bounds, largest=LARGEST_LISTING, values=VALUES_OF_LISTING)
    return replace(server, bounds=bounds)
