"""`Ownership`: which team owns a service, who approves its SLOs, and what is in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from reliability.model.kind import Handle, Kind, Model, Name, Text, drop_none

Level = Literal[
    "monitoring",
    "incident-response",
    "postmortem",
    "testing",
    "capacity",
    "development",
    "product",
]


Deputies = Annotated[tuple[Handle, ...], Field(min_length=1, max_length=20)]
"""People and teams of one role, any one of whom approves."""


class Approvers(Model):
    """Who approves SLOs: for the product and for engineering, a handle or a list of handles."""

    product: Handle | Deputies
    technical: Handle | Deputies

    def role(self, name: str) -> tuple[str, ...]:
        """Return the handles of `product` or `technical`, any one of whom approves."""
        handles: str | tuple[str, ...] = getattr(self, name)
        return (handles,) if isinstance(handles, str) else handles

    @property
    def handles(self) -> tuple[str, ...]:
        """The handles of both roles, each once."""
        return tuple(dict.fromkeys((*self.role("product"), *self.role("technical"))))


class Engagement(Model):
    """How SRE supports the service, and how much of it the team does on its own."""

    engagement: Literal["core", "embedded", "enabling", "none"] = "none"
    contact: Handle | None = None
    adoption: Literal["none", "with-sre", "assisted", "self"] = "none"


class LevelState(Model):
    """The state of one level of the Service Reliability Hierarchy (SRE book, part III)."""

    state: Literal["missing", "partial", "in-place"]
    evidence: Text | None = None


class ServiceEnvironment(Model):
    """A service in one environment: its servers, all by default, and the team that is notified."""

    servers: tuple[Name, ...] = ()
    notify: Name | None = None


class OwnershipSpec(Model):
    """Owner, criticality and lifecycle of a service."""

    service: Name | None = None
    team: Name
    criticality: Literal["critical", "important", "standard"]
    lifecycle: Literal["experimental", "production", "deprecated"] = "production"
    description: Text | None = None
    system: Name | None = None
    approvers: Approvers | None = None
    sre: Engagement = Field(default_factory=Engagement)
    dependencies: tuple[Name, ...] = ()
    environments: (
        Mapping[Name, Annotated[ServiceEnvironment, BeforeValidator(drop_none)]] | None
    ) = None
    hierarchy: Mapping[Level, LevelState] = Field(default_factory=dict)


class Ownership(Kind):
    """The owner of a service. Without spec.service, its name is the name of the service."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Ownership"]
    spec: OwnershipSpec

    @property
    def service(self) -> str:
        """The service: `spec.service`, or the name of the document."""
        return self.spec.service or self.metadata.name
