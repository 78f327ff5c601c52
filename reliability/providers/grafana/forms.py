"""Grafana's folders and dashboards as bodies, and the marks that they carry.

Annotations are those of pkg/apimachinery/utils/meta.go and manager.go of grafana/grafana. `kubectl`
is the kind of manager that Grafana's own command line (grafana/grafanactl) writes for a tool that
uses this API; the server does not let anyone change kind or id of a manager, so the id has no
owner. A server may ignore annotations (docs of the dashboard API of Grafana 12), so a mark is also
in the dashboard, and in the description of a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from reliability.compile.boards.grafana_fields import uid_prefix
from reliability.compile.grafana.comparable import MODEL_MARK, comparable
from reliability.compile.grafana.compiler import FOLDER
from reliability.plan.held import Owner
from reliability.providers.description_mark import read_mark, with_mark
from reliability.render.times import minute_text
from reliability.resource import Json

MANAGED_BY: Final = "grafana.app/managedBy"
MANAGER_ID: Final = "grafana.app/managerId"
SOURCE_PATH: Final = "grafana.app/sourcePath"
SOURCE_CHECKSUM: Final = "grafana.app/sourceChecksum"
IN_FOLDER: Final = "grafana.app/folder"
OWNER_ID: Final = "reliability/owner"
REPOSITORY: Final = "reliability/repository"
TOOL: Final = "reliability"
KIND_OF_TOOL: Final = "kubectl"
WRITTEN: Final = "Written by reliability: change the repository instead."
NO_ADDRESS: Final = "-"

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GrafanaMark:
    """Digest of what was written, and its owner."""

    digest: str
    owner: Owner | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaObject:
    """A folder or dashboard; `folder` is the uid of the one that it is in, or empty.

    `model` is the JSON of a dashboard, and None if only its place was read. `title` is None if it
    was not read. `version` changes with every write. `managed_by` says who else manages it, and
    `changed_by` who changed it last and when, if Grafana says so.
    """

    kind: str
    uid: str
    folder: str
    title: str | None
    version: str
    model: Raw | None = None
    description: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    managed_by: str = ""
    changed_by: str = ""
    has_annotations: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaWrite:
    """A folder or dashboard as it is written; `source` is the path of what declares it."""

    kind: str
    name: str
    body: Mapping[str, Any]
    mark: GrafanaMark
    source: str

    @property
    def uid(self) -> str:
        """Uid of the object."""
        return str(self.body["uid"])

    @property
    def title(self) -> str:
        """Title of the object; empty if it has none."""
        return str(self.body.get("title", ""))

    @property
    def description(self) -> str:
        """Description of a folder, with the mark."""
        return with_mark(WRITTEN, self.name, self.mark.digest, self.mark.owner)

    @property
    def annotations(self) -> dict[str, str]:
        """Annotations with the mark, and the folder of a dashboard."""
        return dict(self._annotations())

    def _annotations(self) -> Iterator[tuple[str, str]]:
        if self.kind != FOLDER:
            yield IN_FOLDER, str(self.body["folder"])
        yield MANAGED_BY, KIND_OF_TOOL
        yield MANAGER_ID, TOOL
        yield SOURCE_PATH, self.source
        yield SOURCE_CHECKSUM, self.mark.digest
        if self.mark.owner is not None:
            yield OWNER_ID, self.mark.owner.id
            yield REPOSITORY, self.mark.owner.address or NO_ADDRESS

    @property
    def model_mark(self) -> dict[str, Json]:
        """The mark in a dashboard."""
        owner = self.mark.owner
        by = {"owner": owner.id, "repository": owner.address} if owner else {}
        return {"sha256": self.mark.digest, **by}


def mark_of(remote: GrafanaObject, reader: Owner | None) -> GrafanaMark | None:
    """Return the mark of an object with our prefix, or None if it has none.

    The older endpoints have no place for the mark of a folder: its uid says whose it is. After an
    upgrade, such a folder has no owner until it is adopted.
    """
    annotations = remote.annotations
    checksum = annotations.get(SOURCE_CHECKSUM)
    if annotations.get(MANAGER_ID) == TOOL and checksum:
        return GrafanaMark(checksum, _owner(annotations.get(OWNER_ID), annotations.get(REPOSITORY)))
    if remote.kind != FOLDER:
        return _model_mark((remote.model or {}).get(MODEL_MARK))
    if remote.has_annotations:
        text = read_mark(remote.description)
        if text:
            return GrafanaMark(text.digest, text.owner)
    if not is_ours(remote.uid, reader):
        return None
    # Without an owner, a plan takes over only what is as declared, and deletes nothing.
    is_adoptable = remote.has_annotations and reader is not None
    return GrafanaMark("", None if is_adoptable else reader)


def is_ours(uid: str, reader: Owner | None) -> bool:
    """Return whether a uid is one that this repository may write."""
    return uid.startswith(uid_prefix(reader.id if reader else ""))


def name_of(uid: str) -> str:
    """Return the name in a uid of ours, which is that of the resource."""
    return uid[len(uid_prefix("")) :]


def other_manager(annotations: Mapping[str, str]) -> str:
    """Return who else manages an object; empty if nobody does.

    The kind alone makes an object managed (pkg/apimachinery/utils/meta.go).
    """
    manager, identity = annotations.get(MANAGED_BY, ""), annotations.get(MANAGER_ID, "")
    is_ours = manager in ("", KIND_OF_TOOL) and identity in ("", TOOL)
    return "" if is_ours else f"{manager} {identity}".strip()


def last_change(who: str, time: str) -> str:
    """Return who changed an object last and when, as far as Grafana says so."""
    try:
        moment = datetime.fromisoformat(time)
        text = minute_text(moment) if moment.tzinfo else ""
    except (ValueError, OverflowError):
        return who
    return ", ".join(filter(None, (who, text)))


def _model_mark(mark: object) -> GrafanaMark | None:
    # A dashboard that was imported from a file has a text here, and is not ours to change.
    if not isinstance(mark, dict) or not isinstance(mark.get("sha256"), str):
        return None
    return GrafanaMark(mark["sha256"], _owner(mark.get("owner"), mark.get("repository")))


def _owner(identity: object, address: object) -> Owner | None:
    if not identity:
        return None
    return Owner(str(identity), "" if address in (None, NO_ADDRESS) else str(address))


def body_of(remote: GrafanaObject) -> dict[str, Json]:
    """Return the body of an object; raises TypeError for another form."""
    if remote.kind == FOLDER:
        parent = {"parent": remote.folder} if remote.folder else {}
        return {"uid": remote.uid, "title": remote.title, **parent}
    if remote.model is None:
        raise TypeError
    return {"uid": remote.uid, "folder": remote.folder, **comparable(remote.model)}
