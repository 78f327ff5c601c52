"""OpenSLO `Service` and `DataSource`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from reliability.model.kind import Model, drop_none
from reliability.model.openslo.metadata import OpenSloMetadata


class ServiceSpec(Model):
    """A description of the service."""

    description: str | None = Field(default=None, max_length=1050)


class Service(Model):
    """A service, to which SLOs belong."""

    api_version: Literal["openslo/v1"]
    kind: Literal["Service"]
    metadata: OpenSloMetadata
    spec: Annotated[ServiceSpec, BeforeValidator(drop_none)] = ServiceSpec.model_construct()


class DataSourceSpec(Model):
    """The type of a data source, and how to connect to it."""

    description: str | None = Field(default=None, max_length=1050)
    type: Annotated[str, StringConstraints(min_length=1)]
    connection_details: Any


class DataSource(Model):
    """A source of metrics, to which `metricSourceRef` refers."""

    api_version: Literal["openslo/v1"]
    kind: Literal["DataSource"]
    metadata: OpenSloMetadata
    spec: DataSourceSpec
