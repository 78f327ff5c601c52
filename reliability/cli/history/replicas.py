"""The replicas of a backfill, and where what is made for them goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PrometheusReplica:
    """One Prometheus: `name` is that of its target."""

    name: str
    url: str
    authorization: str | None
    tenant: str | None = None


@dataclass(frozen=True, slots=True)
class BackfillDestination:
    """The data folder of a server, if it is known; else files are written for who knows it."""

    data: Path | None
    output: Path
