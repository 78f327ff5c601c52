"""Provider of a running Alertmanager: its configuration file is replaced, reloaded and verified."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from reliability.alert_labels import LABEL_SETS
from reliability.alertmanager.containment import missing_from
from reliability.errors import ProviderError
from reliability.http.reply import one_line
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.plan.alerts import ActiveAlert
from reliability.plan.change import Change, Delete
from reliability.plan.former_routes import (
    LABEL,
    FormerRoute,
    former_routes,
    with_former_routes,
    without_former_routes,
)
from reliability.plan.held import (
    Foreign,
    Held,
    Intact,
    MarkedObject,
    Owner,
    Pending,
    Stale,
    Unreadable,
)
from reliability.plan.sync import ChangeFailed, Outcome
from reliability.providers.active import active_in_alertmanager, silences_in_alertmanager
from reliability.providers.disk import Disk
from reliability.providers.http import HttpServer
from reliability.providers.live import LiveFiles, ReloadRefused, Verdict
from reliability.providers.mark import MARK, MARK_WITHIN
from reliability.providers.reload import ensure_reloadable, metric, reload
from reliability.providers.shelf import FilePlace, TargetFiles
from reliability.providers.yaml_body import BodyError, YamlBody, parse_body
from reliability.resource import Json, Resource, ResourceId

KIND: Final = "config"
NAME: Final = "alertmanager"
IDENTITY: Final = ResourceId("alertmanager", KIND, NAME)
HASH: Final = "alertmanager_config_hash"
HEARTBEAT: Final = "heartbeat"
"""Value of the kind label of an alert that always fires."""

COMMENT: Final = re.compile(rb"^[ \t]*#", re.MULTILINE)
LONGEST_KEPT: Final = timedelta(days=1)
"""Time after the last write for which former routes are kept for alerts that do not end."""


@dataclass(frozen=True, slots=True)
class AlertmanagerRunner:
    """A `Runner`; the metric `alertmanager_config_hash` shows what the server runs."""

    server: HttpServer
    file: Path

    def ensure_ready(self) -> None:
        """See `Runner`."""
        ensure_reloadable(self.server, "check that the URL is that of an Alertmanager")

    def reload(self) -> str | None:
        """See `Runner`."""
        return reload(self.server, "alertmanager")

    def running_hash(self) -> float:
        """Return the hash of the configuration that the server runs; see `config_hash`.

        Raises:
            ProviderError: the server does not answer, or not as an Alertmanager does.
        """
        return metric(self.server.get("/metrics").text, HASH, self.server)

    def verdicts(self, changes: Sequence[Change]) -> Mapping[ResourceId, Verdict]:
        """See `Runner`."""
        # A reload that succeeded says nothing about which file was read: `--config.file` may name
        # another.
        if self.running_hash() == config_hash(self.file.read_bytes()):
            return {}
        why = f"the server loaded another file; start it with --config.file={self.file}"
        return {change.id: ReloadRefused(why) for change in changes}

    def settled(
        self, changes: Sequence[Change], verdicts: Mapping[ResourceId, Verdict]
    ) -> Mapping[ResourceId, Verdict]:
        """See `Runner`; a configuration that is loaded needs no further wait."""
        del changes
        return verdicts

    def explain(self, change: Change) -> str:  # noqa: ARG002
        """See `Runner`; the response to the reload already has the whole reason."""
        return ""


@dataclass(slots=True, kw_only=True)
class AlertmanagerProvider:
    """A `Provider` with one object, `config alertmanager`."""

    target: str
    file: Path
    disk: Disk
    server: HttpServer
    owner: Owner | None = None
    base: Path | None = None
    """The repository's base configuration; see `adopted`."""

    shelf: TargetFiles = field(init=False)
    runner: AlertmanagerRunner = field(init=False)
    stored: Mapping[str, Json] | None = field(default=None, init=False)
    former: tuple[FormerRoute, ...] = field(default=(), init=False)
    stale: tuple[Stale, ...] = field(default=(), init=False)
    is_adopted: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.shelf = TargetFiles(self.target, {KIND: FilePlace(NAME, self.file)}, self.owner)
        self.runner = AlertmanagerRunner(self.server, self.file)

    def read(self) -> Held:
        """Return the stored configuration without former routes, and whether the server runs it."""
        if not self.file.parent.is_dir():
            raise ProviderError(f"{self.target}: the folder {self.file.parent} does not exist")
        self.stored, self.former, self.is_adopted = None, (), False
        held = [self._adopted(kept_object) for kept_object in self.shelf.read()]
        running = self.runner.running_hash()
        active = active_in_alertmanager(self.server)
        kept = tuple(
            self._declared(held_object, active)
            for held_object in held
            if not isinstance(held_object, Foreign)
        )
        foreign = tuple(held_object for held_object in held if isinstance(held_object, Foreign))
        self.stale = tuple(
            Stale(kept_object.id, "the server runs another configuration than the one in the file")
            for kept_object in kept
            if isinstance(kept_object, Intact) and running != config_hash(self.file.read_bytes())
        )

        return Held(
            kept=kept,
            foreign=foreign,
            stale=self.stale,
            active=active,
            silences=silences_in_alertmanager(self.server),
            pending=tuple(self._pending()),
        )

    def with_former(self, after: Resource) -> Resource:
        """Add former routes to a new configuration: routes in the file that it no longer has."""
        if self.stored is None:
            return after
        return replace(after, body=with_former_routes(self.stored, after.body))

    def _declared(self, kept: MarkedObject, active: Sequence[ActiveAlert]) -> MarkedObject:
        """Return what was read without former routes; keep the stored body and those routes."""
        if isinstance(kept, Unreadable):
            return kept
        self.stored = kept.resource.body
        # Search the bytes first: most files have no former routes, and parsing a large body takes
        # longer than everything else in the read.
        if LABEL.encode() not in self.file.read_bytes():
            return kept

        self.former = former_routes(self.stored, self._needing(active))
        plain = replace(kept.resource, body=without_former_routes(self.stored))
        if isinstance(kept, Intact):
            return replace(kept, resource=plain, digest=plain.digest)

        return replace(kept, resource=plain)

    def _needing(self, active: Sequence[ActiveAlert]) -> Iterator[Mapping[str, str]]:
        """Yield the labels of alerts that need former routes: all but heartbeats, for one day."""
        # The age of the file is that of the former routes, because only a sync writes either.
        age = time.time() - self.file.stat().st_mtime
        for alert in active if age < LONGEST_KEPT.total_seconds() else ():
            kinds = {alert.labels.get(names.kind) for names in LABEL_SETS.values()}
            # A heartbeat never ends, so its former route would never be removed.
            if HEARTBEAT not in kinds:
                yield alert.labels

    def _pending(self) -> Iterator[Pending]:
        identity = ResourceId(self.target, KIND, NAME)
        for route in self.former:
            yield Pending(identity, kept_for(route))
        if self.base is not None and self.is_adopted and COMMENT.search(self.file.read_bytes()):
            yield Pending(identity, f"its comments are not kept; {BASE_ALERTMANAGER} may have them")

    def _adopted(self, held_object: MarkedObject | Foreign) -> MarkedObject | Foreign:
        if isinstance(held_object, Foreign) and self.base is not None:
            found = adopted(held_object, self.file, self.base, owner=self.owner)
            self.is_adopted = isinstance(found, Intact)
            return found
        return held_object

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write the file, reload and verify it; restore the previous file if it is refused."""
        stale = [old.id for old in self.stale]
        files = LiveFiles(shelf=self.shelf, disk=self.disk, runner=self.runner, stale=stale)
        for change in changes:
            if isinstance(change, Delete):
                yield ChangeFailed(change, "an Alertmanager does not run without a configuration")
        yield from files.apply([change for change in changes if not isinstance(change, Delete)])


def kept_for(route: FormerRoute) -> str:
    """Describe a former route: an alert that it is kept for, and the number of other ones."""
    named = f"the former route {route.matchers or '(all alerts)'}"
    if not route.alerts:
        return f"{named}: no alert needs it; the next sync removes it"
    first = route.alerts[0]
    name = one_line(first.get("alertname", ""))
    of = f" of {one_line(first['service'])}" if "service" in first else ""
    more = f" and {len(route.alerts) - 1} more" if len(route.alerts) > 1 else ""
    return f"{named}: kept for the alert {name}{of}{more}, to {', '.join(route.receivers)}"


def config_hash(content: bytes) -> float:
    """Return the `alertmanager_config_hash` of an Alertmanager that runs these bytes.

    It is the first six bytes of their MD5 as a little-endian number (config/coordinator.go of
    Alertmanager).
    """
    return float(int.from_bytes(hashlib.md5(content, usedforsecurity=False).digest()[:6], "little"))


def adopted(
    foreign: Foreign, file: Path, base: Path, owner: Owner | None
) -> MarkedObject | Foreign:
    """Return a file without a mark as an object that may be updated, if `base` contains all of it.

    An update then loses nothing: the plan shows what changes, and the live file stays in place
    until a sync replaces it. Any other file stays foreign, as does one that has a mark.
    """
    way = f"take it over: `reliability init --alertmanager {file}`"
    if file.is_symlink() or not file.is_file() or not base.is_file():
        return Foreign(foreign.id, f"{foreign.why}; {way}")

    content = file.read_bytes()
    # Its mark could not be read or is damaged; that is a fault to look into, and not a file to take
    # over.
    if MARK.search(content, 0, MARK_WITHIN) is not None:
        return foreign

    try:
        missing = missing_from(parse_body(base.read_bytes()), parse_body(content))
    except BodyError as error:
        return Foreign(foreign.id, f"{foreign.why}; it cannot be compared: {error}")

    if missing is not None:
        where = ".".join(map(str, missing)) or "its whole"
        why = f"{foreign.why}; {base.name} does not contain {where}; {way}"
        return Foreign(foreign.id, why)

    live = Resource(foreign.id, YamlBody(lambda: content))
    return Intact(live, live.digest, owner)
