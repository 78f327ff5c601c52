"""`Environments`: where services run, and the servers that evaluate their rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reliability.message import Message
from reliability.model.history import Source
from reliability.model.kind import Kind, LabelName, Model, Name, Text, Tier, refuse

ExternalLabels = Mapping[LabelName, Text]
"""Labels that a server adds when it sends; its own queries never see them (`external_labels`)."""


class RuleServer(Model):
    """A sync target that evaluates rules, and its replicas, which evaluate the same rules.

    `replica_label` is the external label in which the replicas differ. Prometheus must drop it
    before it sends an alert (`alert_relabel_configs`), so that Alertmanager deduplicates.
    """

    target: Name
    replicas: tuple[Name, ...] = ()
    replica_label: LabelName | None = None
    drops_replica_label: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """All targets that evaluate the rules."""
        return (self.target, *self.replicas)


class Shard(RuleServer):
    """A server of an environment; each series of the environment is on exactly one of them."""

    name: Name
    external_labels: ExternalLabels = Field(default_factory=dict)


class EnvironmentHistory(Model):
    """The source of an environment's history.

    `external_labels` says that its series have the external labels, as in a global store.
    """

    source: Source
    external_labels: bool = False


class Environment(Model):
    """One environment: its labels, its servers, and what differs from the other environments.

    With `approvals: none`, a change of what differs in it needs no approval of its own.
    """

    name: Name
    selector_labels: Mapping[LabelName, Text] = Field(default_factory=dict)
    external_labels: ExternalLabels = Field(default_factory=dict)
    series: Literal["labeled", "unlabeled"] = "labeled"
    highest_tier: Tier = "alert"
    approvals: Literal["team", "none"] = "team"
    after: Annotated[Name | None, Field()] = None
    servers: tuple[Shard, ...] = ()
    ruler: RuleServer | None = None
    targets: tuple[Name, ...] = ()
    history: EnvironmentHistory | None = None

    @model_validator(mode="after")
    def pages_need_approval(self) -> Environment:
        """Refuse changes without approval in an environment that pages."""
        if self.approvals == "none" and self.highest_tier == "alert":
            raise refuse(
                Message("approvals: none requires a highestTier below alert"),
                Message("write highestTier: ticket, or remove approvals"),
            )
        return self

    @property
    def rule_servers(self) -> tuple[RuleServer, ...]:
        """All servers that evaluate rules of the environment."""
        return (*self.servers, *((self.ruler,) if self.ruler else ()))

    @property
    def all_targets(self) -> tuple[str, ...]:
        """Names of all sync targets of the environment, in the order written."""
        of_servers = [name for server in self.rule_servers for name in server.targets]
        return tuple(dict.fromkeys((*of_servers, *self.targets)))


class EnvironmentsSpec(Model):
    """The environments, in the order in which they are shown."""

    environments: tuple[Environment, ...] = Field(min_length=1)


class Environments(Kind):
    """The environments of the repository. Without this document there is one, without a name."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Environments"]
    spec: EnvironmentsSpec
