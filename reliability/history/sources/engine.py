"""How a server evaluates: its generation, and its lookback."""

from __future__ import annotations

from typing import Any

from reliability.errors import ProviderError
from reliability.history.sources.prometheus import length_of
from reliability.http.prometheus import OBJECT, data_of
from reliability.http.server import HttpServer
from reliability.promql.evaluate.semantics import LOOKBACK, Ranges, Semantics


def semantics_of(server: HttpServer, ranges: Ranges | None = None) -> Semantics:
    """Return how a server evaluates, by its version and flags; `ranges` overrides its version.

    A server that does not say is taken for Prometheus 3 with a lookback of 5 minutes.
    """
    build = _object(server, "buildinfo")
    version = str(build.get("version", "")).removeprefix("v")
    # Versions of Mimir are others than those of its engine
    is_mimir = "mimir" in str(build.get("application", "")).lower()
    usual = Ranges.CLOSED if version.startswith("2.") and not is_mimir else Ranges.LEFT_OPEN
    lookback = length_of(str(_object(server, "flags").get("query.lookback-delta", "")))
    return Semantics(ranges or usual, lookback=lookback or LOOKBACK)


def _object(server: HttpServer, page: str) -> dict[str, Any]:
    """A page of facts; nothing if the server does not have it."""
    try:
        return data_of(server.get(f"/api/v1/status/{page}"), OBJECT)
    except ProviderError:
        return {}
