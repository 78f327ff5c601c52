"""Connection to a PagerDuty account, only if `policies/targets.yaml` allows its host."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reliability.http.bounds import Allowance, AnswerBounds
from reliability.http.server import HttpServer, open_client
from reliability.model.targets import PagerDutyTarget
from reliability.providers.http import ensure_allowed
from reliability.providers.object_api import RETRIES, TOGETHER

ANALYTICS: Final = "/analytics/raw/incidents"
"""Path of a request that only reads, although it is a POST."""


def open_pagerduty_server(
    target: PagerDutyTarget, token: str, allowed_hosts: Iterable[str], *, writable: bool
) -> HttpServer:
    """Open a client of an account with its API token.

    Raises:
        ProviderError: its host is not allowed.
    """
    ensure_allowed(target.name, target.url, allowed_hosts)
    headers = {
        "Authorization": f"Token token={token}",
        "Accept": "application/vnd.pagerduty+json;version=2",
    }
    return HttpServer(
        target=target.name,
        url=target.url.rstrip("/"),
        client=open_client(target.url, headers, writable=writable, questions=(ANALYTICS,)),
        bounds=AnswerBounds(target.timeout.total_seconds(), together=Allowance(TOGETHER)),
        retries=RETRIES,
    )
