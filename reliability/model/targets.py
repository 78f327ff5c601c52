"""`SyncTargets`: the tools that `sync` writes to, and how much it may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reliability.message import Message
from reliability.model.kind import (
    MAX_COUNT,
    Duration,
    Kind,
    Model,
    Name,
    SafePath,
    SecretReference,
    Share,
    Text,
    Tier,
    Url,
    refuse,
)

Compiled = Literal[
    "prometheus",
    "prometheus-operator",
    "alertmanager",
    "grafana",
    "grafana-configmap",
    "grafana-alerting",
    "perses",
    "perses-operator",
]
FolderPath = Annotated[str, Field(min_length=1, pattern=r"^\S[^\x00]*$")]


GroupLimit = Annotated[int, Field(ge=1, le=MAX_COUNT, strict=True)]
TenantName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!_.*'()|-]{1,150}$")]
"""A tenant's id (pkg/tenant of Mimir); `|` joins the tenants of a federated one."""


ManifestForm = Literal[
    "prometheus-operator", "grafana-configmap", "perses-operator", "alertmanager"
]
MetadataKey = Annotated[
    str,
    Field(pattern=r"^([a-z0-9][-a-z0-9.]{0,252}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"),
]
"""Key of a label or an annotation of Kubernetes, with or without the domain of its owner."""
LabelText = Annotated[str, Field(pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")]
"""Value of a label of Kubernetes (`IsValidLabelValue` of its apimachinery)."""

TopicArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$")
]
SecretKeyArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:"
        r"[A-Za-z0-9/_+=.@-]{1,512}:[A-Za-z0-9_.-]{1,128}$"
    ),
]
"""ARN of a secret of AWS Secrets Manager, a colon, and a key of its JSON, as Amazon ECS has it."""
FilePath = Annotated[str, Field(pattern=r"^/\S+$")]
VariableReference = Annotated[str, Field(pattern=r"^env:[A-Za-z_][A-Za-z0-9_]*$")]


class ChangeLimits(Model):
    """How many of the managed objects one sync may change or delete."""

    deletes: Share = Field(default="30%", validate_default=True)
    updates: Share = Field(default="50%", validate_default=True)
    from_count: Annotated[int, Field(ge=1, le=MAX_COUNT, strict=True)] = 10


class TargetSettings(Model):
    """Settings of all sync targets."""

    name: Name
    on_drift: Literal["hold", "overwrite"] = "hold"
    limits: ChangeLimits = Field(default_factory=ChangeLimits)


class RepositoryTarget(TargetSettings):
    """Files in the repository, which people or other tools read; no server is contacted."""


class FilesTarget(RepositoryTarget):
    """A folder from which people or other tools take the files; the default.

    Grafana replaces its whole tree of notification policies by a file of them, so the file is
    written only if `owns_policy_tree` says that nobody else has policies there.
    """

    provider: Literal["files"]
    writes: tuple[Compiled, ...] = ("prometheus", "alertmanager")
    folder: SafePath = "build"
    owns_policy_tree: bool = False

    @model_validator(mode="after")
    def writes_the_tree_that_it_owns(self) -> FilesTarget:
        """Require that a target with a tree of policies writes it."""
        if self.owns_policy_tree and "grafana-alerting" not in self.writes:
            raise refuse(
                Message("ownsPolicyTree is about grafana-alerting, which writes does not list"),
                Message("add grafana-alerting to writes, or remove ownsPolicyTree"),
            )
        return self


class KubernetesTarget(RepositoryTarget):
    """A folder of Kubernetes manifests, which Argo CD, Flux or kubectl applies.

    `labels` and `annotations` are added to every object, and replace generated ones.
    """

    provider: Literal["kubernetes"]
    folder: SafePath = "manifests"
    namespace: Name | None = None
    labels: Mapping[MetadataKey, LabelText] = Field(default_factory=dict)
    annotations: Mapping[MetadataKey, str] = Field(default_factory=dict)
    writes: tuple[ManifestForm, ...] = ("prometheus-operator",)


class BackstageTarget(RepositoryTarget):
    """A folder of Backstage entities: a component for each service, and a group for each team.

    `grafana` is the URL of the Grafana that has the dashboards of `build --grafana`.
    """

    provider: Literal["backstage"]
    folder: SafePath = "backstage"
    namespace: Name | None = None
    groups: Literal["written", "github"] = "written"
    grafana: Url | None = None


class CodeOwnersTarget(RepositoryTarget):
    """The CODEOWNERS file that the code host reads: lines between two marks, from ownership.

    `path` is where the file is created; without it, the first path that GitHub reads.
    """

    provider: Literal["codeowners"]
    path: (
        Literal[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"] | None
    ) = None


class ServerTarget(TargetSettings):
    """A server that reads files and reloads them on request."""

    url: Url
    authorization: SecretReference | None = None
    timeout: Duration = Field(default="30s", validate_default=True)


class PrometheusTarget(ServerTarget):
    """A Prometheus server. Only this tool writes to `folder`, and `rule_files` includes it."""

    provider: Literal["prometheus"]
    folder: FolderPath


class VmalertTarget(ServerTarget):
    """A vmalert of VictoriaMetrics. Only this tool writes to `folder`, and `-rule` names it."""

    provider: Literal["vmalert"]
    folder: FolderPath


class ThanosRulerTarget(ServerTarget):
    """A Thanos ruler. Only this tool writes to `folder`, and `--rule-file` names it."""

    provider: Literal["thanos-ruler"]
    folder: FolderPath


class AlertmanagerTarget(ServerTarget):
    """An Alertmanager. `file` is its whole configuration."""

    provider: Literal["alertmanager"]
    file: FolderPath
    routes: Literal["managed", "external"] = "managed"
    secret_files: Literal["local", "remote"] = "local"  # noqa: S105 - a word


class RulerTarget(TargetSettings):
    """A ruler with an API. Limits are those of the tenant; larger groups are split."""

    max_rules_per_group: GroupLimit | None = None
    max_groups: GroupLimit | None = None


class MimirTarget(ServerTarget, RulerTarget):
    """The ruler of a tenant of Mimir or Cortex."""

    provider: Literal["mimir"]
    dialect: Literal["mimir", "cortex"] = "mimir"
    tenant: TenantName | None = None


class MimirAlertmanagerTarget(ServerTarget):
    """The Alertmanager of a tenant of Mimir or Cortex.

    `secrets` are the environment variables of secrets, by the paths that documents name.
    """

    provider: Literal["mimir-alertmanager"]
    tenant: TenantName | None = None
    secrets: Mapping[FilePath, VariableReference] = Field(default_factory=dict)


class AmazonTarget(TargetSettings):
    """A workspace of Amazon Managed Prometheus. Without `url`, the region's endpoint is used."""

    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
    workspace: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,63}$")]
    url: Url | None = None
    profile: Annotated[str, Field(pattern=r"^[!-~]{1,64}$")] | None = None
    timeout: Duration = Field(default="30s", validate_default=True)

    @property
    def endpoint(self) -> str:
        """Address of the API."""
        return self.url or f"https://aps.{self.region}.amazonaws.com"

    @property
    def prometheus(self) -> str:
        """Address of the API that Prometheus has, too, in the region's endpoint for it."""
        return f"https://aps-workspaces.{self.region}.amazonaws.com"


class AmazonPrometheusTarget(AmazonTarget, RulerTarget):
    """The rules of a workspace of Amazon Managed Prometheus."""

    provider: Literal["amazon-prometheus"]


class AmazonAlertmanagerTarget(AmazonTarget):
    """The Alertmanager of a workspace of Amazon Managed Prometheus: SNS topics and PagerDuty.

    `topics` are the ARNs of the topics that generated receivers notify, by the last part of their
    names: a tier, `heartbeat`, or `unrouted` for alerts without a route. `secrets` are the keys of
    PagerDuty, by the paths that documents name.
    """

    provider: Literal["amazon-alertmanager"]
    topics: Mapping[Tier | Literal["heartbeat", "unrouted"], TopicArn]
    secrets: Mapping[FilePath, SecretKeyArn] = Field(default_factory=dict)


class DatadogTarget(TargetSettings):
    """A Datadog site: its SLOs, their monitors and their corrections."""

    provider: Literal["datadog"]
    url: Url = "https://api.datadoghq.com"
    api_key: SecretReference
    application_key: SecretReference
    timeout: Duration = Field(default="30s", validate_default=True)


class PagerDutyTarget(TargetSettings):
    """A PagerDuty account: a service for each service or team, and its event rules."""

    provider: Literal["pagerduty"]
    url: Url = "https://api.pagerduty.com"
    token: SecretReference
    services: Literal["service", "team"] = "service"
    timeout: Duration = Field(default="30s", validate_default=True)


class GrafanaTarget(TargetSettings):
    """A Grafana: folders, and the dashboards in them.

    `folder` is the title of the folder of all services. `folder_uid` names an existing folder
    instead, which is not written.
    """

    provider: Literal["grafana"]
    url: Url
    token: SecretReference
    namespace: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")] = "default"
    folder: Text = "SLOs"
    folder_uid: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] | None = None
    folders: Literal["tool", "service"] = "tool"
    timeout: Duration = Field(default="30s", validate_default=True)

    @model_validator(mode="after")
    def has_one_kind_of_folder(self) -> GrafanaTarget:
        """Require that an existing folder is the only one."""
        if self.folder_uid is not None and self.folders == "service":
            raise refuse(
                Message("folderUid names one folder, and folders: service needs several"),
                Message("remove folderUid or folders"),
            )
        return self


Target = Annotated[
    FilesTarget
    | PrometheusTarget
    | AlertmanagerTarget
    | MimirTarget
    | VmalertTarget
    | ThanosRulerTarget
    | AmazonPrometheusTarget
    | MimirAlertmanagerTarget
    | AmazonAlertmanagerTarget
    | DatadogTarget
    | PagerDutyTarget
    | GrafanaTarget
    | KubernetesTarget
    | BackstageTarget
    | CodeOwnersTarget,
    Field(discriminator="provider"),
]


class TargetsOwner(Model):
    """The repository that owns the objects in the targets."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{16,64}$")]
    repository: Annotated[str, Field(pattern=r"^[!-~]+/[!-~]+$")] | None = None


class SyncTargetsSpec(Model):
    """The owner, the allowed hosts, and the sync targets in the order in which they are written."""

    owner: TargetsOwner | None = None
    allowed_hosts: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()


class SyncTargets(Kind):
    """The tools that `plan`, `sync` and `drift` work on."""

    api_version: Literal["reliability/v1"]
    kind: Literal["SyncTargets"]
    spec: SyncTargetsSpec
