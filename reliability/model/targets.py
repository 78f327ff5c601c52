"""`SyncTargets`: which tools are written to, where they are, and how much may change."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reliability.model.kind import (
    MOST,
    Duration,
    Kind,
    Model,
    Name,
    SafePath,
    SecretReference,
    Share,
    Url,
)

Compiled = Literal["prometheus", "prometheus-operator", "alertmanager"]
FolderPath = Annotated[str, Field(min_length=1, pattern=r"^\S[^\x00]*$")]


class ChangeLimits(Model):
    """How much of what we own may change at once; shares count from `from_count` objects on."""

    deletes: Share = Field(default="30%", validate_default=True)
    updates: Share = Field(default="50%", validate_default=True)
    from_count: Annotated[int, Field(ge=1, le=MOST, strict=True)] = 10


class TargetSettings(Model):
    """What every target has: a name, what to do with drift, and limits."""

    name: Name
    on_drift: Literal["hold", "overwrite"] = "hold"
    limits: ChangeLimits = Field(default_factory=ChangeLimits)


class FilesTarget(TargetSettings):
    """A folder that people or other tools take the files from; the default."""

    provider: Literal["files"]
    writes: tuple[Compiled, ...] = ("prometheus", "alertmanager")
    folder: SafePath = "build"


class ServerTarget(TargetSettings):
    """A live server that reads files and reloads on request."""

    url: Url
    authorization: SecretReference | None = None
    timeout: Duration = Field(default="30s", validate_default=True)


class PrometheusTarget(ServerTarget):
    """A Prometheus; `folder` is ours alone and its `rule_files` name it."""

    provider: Literal["prometheus"]
    folder: FolderPath


class AlertmanagerTarget(ServerTarget):
    """An Alertmanager; `file` is its configuration, written whole unless routes are elsewhere.

    `secret_files` are elsewhere if the server reads them under other paths, as in a container.
    """

    provider: Literal["alertmanager"]
    file: FolderPath
    routes: Literal["here", "elsewhere"] = "here"
    secret_files: Literal["here", "elsewhere"] = "here"  # noqa: S105 - a word


Target = Annotated[
    FilesTarget | PrometheusTarget | AlertmanagerTarget, Field(discriminator="provider")
]


class TargetsOwner(Model):
    """Whose objects the targets hold: a random id, and the repository's address if Git has none."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{16,64}$")]
    repository: Annotated[str, Field(pattern=r"^[!-~]+/[!-~]+$")] | None = None


class SyncTargetsSpec(Model):
    """The owner, the hosts that may be reached, and the targets in the order they are written."""

    owner: TargetsOwner | None = None
    allowed_hosts: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()


class SyncTargets(Kind):
    """What `plan`, `sync` and `drift` work on."""

    api_version: Literal["reliability/v1"]
    kind: Literal["SyncTargets"]
    spec: SyncTargetsSpec
