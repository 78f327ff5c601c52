"""OpenSLO `Service` and `DataSource`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from reliability.model.kind import Model, drop_none
from reliability.model.openslo.metadata import OpenSloMetadata


class ServiceSpec(Model):
    """What a service is, in a sentence."""

    description: str | None = Field(default=None, max_length=1050, strict=True)


class Service(Model):
    """A service that SLOs belong to."""

    api_version: Literal["openslo/v1"]
    kind: Literal["Service"]
    metadata: OpenSloMetadata
    spec: Annotated[ServiceSpec, BeforeValidator(drop_none)] = ServiceSpec.model_construct()


class DataSourceSpec(Model):
    """The type of a source and how it is reached; the details are free."""

    description: str | None = Field(default=None, max_length=1050, strict=True)
    type: Annotated[str, StringConstraints(strict=True, min_length=1)]
    connection_details: Any


class DataSource(Model):
    """A place that metrics are read from, referred to by `metricSourceRef`."""

    api_version: Literal["openslo/v1"]
    kind: Literal["DataSource"]
    metadata: OpenSloMetadata
    spec: DataSourceSpec
