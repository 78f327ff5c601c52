"""`HistorySources`: where the past of an SLI comes from, and where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from reliability.model.kind import (
    MOST,
    Amount,
    Duration,
    Kind,
    LabelName,
    Model,
    Name,
    SafePath,
    SecretReference,
    Share,
    Text,
    Url,
    refuse,
)

STORE = ".reliability/history"
"""The folder of the store, below the root, if nothing else is declared."""


def check_zone(name: str) -> str:
    """A time zone that this machine knows; any name where it knows none at all."""
    if not _is_zone(name) and _is_zone("Europe/London"):
        raise refuse(f"{name!r} is no time zone", "write one such as Asia/Tokyo or UTC")
    return name


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (OSError, ValueError, KeyError):
        return False


Zone = Annotated[Text, AfterValidator(check_zone)]


class SyntheticTraffic(Model):
    """How busy a made-up SLI is: events a minute at noon, and the share that always fails."""

    per_minute: Annotated[Amount, Field(gt=0)] = 600
    failing: Share = Field(default="0.02%", validate_default=True)
    blips_per_week: Annotated[Amount, Field(ge=0)] = 2


class SyntheticSource(Model):
    """History made from a seed and the incidents on record; every result says so.

    `time_zone` is where the users live: it says when their noon is.
    """

    type: Literal["synthetic"]
    seed: Annotated[int, Field(ge=0, le=MOST, strict=True)] = 1
    time_zone: Zone = "UTC"
    traffic: Mapping[Name, SyntheticTraffic] = Field(default_factory=dict)


class PrometheusSource(Model):
    """A server that speaks Prometheus's HTTP API: Prometheus, Mimir, Thanos, VictoriaMetrics.

    `tenant` is sent as X-Scope-OrgID, by which Mimir and Cortex tell tenants apart.
    """

    type: Literal["prometheus"]
    url: Url
    authorization: SecretReference | None = None
    tenant: Text | None = None
    chunk: Duration = Field(default="6h", validate_default=True)
    concurrency: Annotated[int, Field(ge=1, le=32, strict=True)] = 4
    retention: Duration | None = None


class DatadogSource(Model):
    """A site of Datadog; `slos` says for which of our SLOs its own SLO of that id has counted."""

    type: Literal["datadog"]
    url: Url = "https://api.datadoghq.com"
    api_key: SecretReference
    application_key: SecretReference
    slos: Mapping[Name, Name] = Field(default_factory=dict)
    concurrency: Annotated[int, Field(ge=1, le=32, strict=True)] = 2


class StoreSource(Model):
    """Only what `history pull` and `history import` have already stored."""

    type: Literal["store"]


Source = Annotated[
    SyntheticSource | PrometheusSource | DatadogSource | StoreSource, Field(discriminator="type")
]


class HistorySourcesSpec(Model):
    """The source, its step and span, the store, and the labels that are kept.

    `scrape_interval` is the time between two samples of a series, where it is known; `keep` is
    how much of the past `history prune` leaves.
    """

    source: Source
    step: Duration = Field(default="1m", validate_default=True)
    scrape_interval: Duration | None = None
    span: Duration = Field(default="90d", validate_default=True)
    store: SafePath = STORE
    keep: Duration | None = None
    keep_labels: tuple[LabelName, ...] = ()

    @model_validator(mode="after")
    def keeps_its_span(self) -> HistorySourcesSpec:
        """What is pulled is not removed at once."""
        if self.keep is not None and self.keep < self.span:
            raise refuse("keep is shorter than span", "keep at least what a backtest replays")
        return self


class HistorySources(Kind):
    """Where history comes from."""

    api_version: Literal["reliability/v1"]
    kind: Literal["HistorySources"]
    spec: HistorySourcesSpec
