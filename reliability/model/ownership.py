"""`Ownership`: who answers for a service, and what is in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from reliability.model.kind import Handle, Kind, Model, Name, Text

Level = Literal[
    "monitoring",
    "incident-response",
    "postmortem",
    "testing",
    "capacity",
    "development",
    "product",
]


class Approvers(Model):
    """Who agrees to a promise: the product's side and the technical one."""

    product: Handle
    technical: Handle


class Engagement(Model):
    """Which shape of SRE a service has, and how far the team goes without."""

    engagement: Literal["core", "embedded", "enabling", "none"] = "none"
    contact: Handle | None = None
    adoption: Literal["none", "with-sre", "assisted", "self"] = "none"


class LevelState(Model):
    """What is in place on one level of the Service Reliability Hierarchy, with its evidence."""

    state: Literal["missing", "partial", "in-place"]
    evidence: Text | None = None


class OwnershipSpec(Model):
    """Owner, worth and state of one service."""

    service: Name | None = None
    team: Name
    criticality: Literal["critical", "important", "standard"]
    lifecycle: Literal["experimental", "production", "deprecated"] = "production"
    description: Text | None = None
    approvers: Approvers | None = None
    sre: Engagement = Field(default_factory=Engagement)
    dependencies: tuple[Name, ...] = ()
    hierarchy: Mapping[Level, LevelState] = Field(default_factory=dict)


class Ownership(Kind):
    """Who answers; its name is the service's."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Ownership"]
    spec: OwnershipSpec

    @property
    def service(self) -> str:
        """The service it is about: `spec.service`, or its own name."""
        return self.spec.service or self.metadata.name
