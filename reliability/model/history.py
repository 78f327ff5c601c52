"""`HistorySources`: where the history of SLIs comes from, and where it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from reliability.message import Message
from reliability.model.kind import (
    MAX_COUNT,
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
    Zone,
    refuse,
)

STORE = ".reliability/history"
"""Default folder of the store, relative to the root."""


def check_store(text: str) -> str:
    """Require a folder below `.reliability/`: our workflows look for committed history there."""
    if PurePosixPath(text).parts[:1] != (".reliability",):
        raise refuse(
            Message("the store {path} is not below .reliability/", path=repr(text)),
            Message("write a folder below .reliability/, in which a review expects no commits"),
        )
    return text


class SyntheticTraffic(Model):
    """The traffic of a synthetic SLI."""

    per_minute: Annotated[Amount, Field(gt=0)] = 600
    failing: Share = Field(default="0.02%", validate_default=True)
    blips_per_week: Annotated[Amount, Field(ge=0)] = 2


class SyntheticSource(Model):
    """History generated from a seed and the declared incidents; every result says so."""

    type: Literal["synthetic"]
    seed: Annotated[int, Field(ge=0, le=MAX_COUNT, strict=True)] = 1
    time_zone: Zone = "UTC"
    traffic: Mapping[Name, SyntheticTraffic] = Field(default_factory=dict)


class PrometheusSource(Model):
    """A server with the HTTP API of Prometheus: Prometheus, Mimir, Thanos or VictoriaMetrics."""

    type: Literal["prometheus"]
    url: Url
    authorization: SecretReference | None = None
    tenant: Text | None = None
    chunk: Duration = Field(default="6h", validate_default=True)
    concurrency: Annotated[int, Field(ge=1, le=32, strict=True)] = 4
    retention: Duration | None = None


class DatadogSource(Model):
    """A Datadog site: metric queries, and the counts of Datadog's own SLOs."""

    type: Literal["datadog"]
    url: Url = "https://api.datadoghq.com"
    api_key: SecretReference
    application_key: SecretReference
    slos: Mapping[Name, Name] = Field(default_factory=dict)
    concurrency: Annotated[int, Field(ge=1, le=32, strict=True)] = 2


class StoreSource(Model):
    """Only what `history pull` and `history import` have stored."""

    type: Literal["store"]


Source = Annotated[
    SyntheticSource | PrometheusSource | DatadogSource | StoreSource, Field(discriminator="type")
]


class HistorySourcesSpec(Model):
    """The source of history, its step and span, the store, and the labels that are kept."""

    source: Source
    step: Duration = Field(default="1m", validate_default=True)
    scrape_interval: Duration | None = None
    span: Duration = Field(default="90d", validate_default=True)
    store: Annotated[SafePath, AfterValidator(check_store)] = STORE
    keep: Duration | None = None
    keep_labels: tuple[LabelName, ...] = ()

    @model_validator(mode="after")
    def keeps_its_span(self) -> HistorySourcesSpec:
        """Require a `keep` of at least `span`: `history prune` must not remove what is pulled."""
        if self.keep is not None and self.keep < self.span:
            raise refuse(
                Message("keep is shorter than span"),
                Message("raise keep to at least span, which is what a backtest replays"),
            )
        return self


class HistorySources(Kind):
    """Where the history of SLIs comes from, and where it is stored."""

    api_version: Literal["reliability/v1"]
    kind: Literal["HistorySources"]
    spec: HistorySourcesSpec
