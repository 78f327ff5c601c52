"""Connection to a PagerDuty account, only if `policies/targets.yaml` allows its host."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reliability.http.server import HttpServer
from reliability.model.targets import PagerDutyTarget
from reliability.providers.object_api import open_object_server

ANALYTICS: Final = "/analytics/raw/incidents"
"""Path of a request that only reads, although it is a POST."""


def open_pagerduty_server(
    target: PagerDutyTarget, token: str, allowed_hosts: Iterable[str], *, writable: bool
) -> HttpServer:
    """Open a client of an account with its API token.

    Raises:
        ProviderError: its host is not allowed.
    """
    headers = {
        "Authorization": f"Token token={token}",
        "Accept": "application/vnd.pagerduty+json;version=2",
    }
    return open_object_server(
        target, headers, allowed_hosts, writable=writable, questions=(ANALYTICS,)
    )
