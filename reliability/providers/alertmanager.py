"""A running Alertmanager: its one configuration file, written whole, reloaded and read back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.change import Change, Delete
from reliability.plan.held import Foreign, Held, Intact, Kept, Owner, Stale
from reliability.providers.active import active_in_alertmanager
from reliability.providers.adoption import adopted
from reliability.providers.disk import Disk
from reliability.providers.http import Server
from reliability.providers.live import LiveFiles, Refused, Verdict
from reliability.providers.reload import ensure_reloadable, metric, reload
from reliability.providers.shelf import FilePlace, Shelf
from reliability.resource import ResourceId
from reliability.sync import Failed, Outcome

KIND: Final = "config"
NAME: Final = "alertmanager"
HASH: Final = "alertmanager_config_hash"


@dataclass(frozen=True, slots=True)
class AlertmanagerRunner:
    """See `Runner`; which file the server runs is told by the hash of its bytes."""

    server: Server
    file: Path

    def ensure_ready(self) -> None:
        """See `Runner`."""
        ensure_reloadable(self.server, "ask the address whether it is an Alertmanager")

    def reload(self) -> str | None:
        """See `Runner`."""
        return reload(self.server, "alertmanager")

    def running_hash(self) -> float:
        """The hash of the bytes that the server runs.

        Raises:
            ProviderError: the server does not answer, or not as an Alertmanager does.
        """
        return metric(self.server.get("/metrics").text, HASH, self.server)

    def verdicts(self, changes: Sequence[Change]) -> Mapping[ResourceId, Verdict]:
        """See `Runner`."""
        if self.running_hash() == config_hash(self.file.read_bytes()):
            return {}
        why = f"the server took another file; start it with --config.file={self.file}"
        return {change.id: Refused(why) for change in changes}

    def explain(self, change: Change) -> str:  # noqa: ARG002
        """See `Runner`: the server's own answer says all."""
        return ""


@dataclass(slots=True)
class AlertmanagerProvider:
    """See `Provider`; it holds one object, `config alertmanager`."""

    target: str
    file: Path
    disk: Disk
    server: Server
    owner: Owner | None = None
    base: Path | None = None
    """The repository's copy of the configuration, by which one without a mark is taken over."""

    shelf: Shelf = field(init=False)
    runner: AlertmanagerRunner = field(init=False)
    stale: tuple[Stale, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.target, {KIND: FilePlace(NAME, self.file)}, self.owner)
        self.runner = AlertmanagerRunner(self.server, self.file)

    def read(self) -> Held:
        """The file, and whether the server runs it as it is."""
        if not self.file.parent.is_dir():
            raise ProviderError(f"{self.target}: the folder {self.file.parent} is not there")
        found = [self._adopted(each) for each in self.shelf.read()]
        running = self.runner.running_hash()
        kept = tuple(each for each in found if not isinstance(each, Foreign))
        foreign = tuple(each for each in found if isinstance(each, Foreign))
        self.stale = tuple(
            Stale(each.id, "the server runs another configuration than the file holds")
            for each in kept
            if isinstance(each, Intact) and running != config_hash(self.file.read_bytes())
        )
        return Held(kept, foreign, self.stale, active_in_alertmanager(self.server))

    def _adopted(self, found: Kept | Foreign) -> Kept | Foreign:
        if isinstance(found, Foreign) and self.base is not None:
            return adopted(found, self.file, self.base, self.owner)
        return found

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write the file, reload, and compare what the server runs; restore what it refuses."""
        stale = [each.id for each in self.stale]
        files = LiveFiles(self.shelf, self.disk, self.runner, stale)
        for change in changes:
            if isinstance(change, Delete):
                yield Failed(change, "an Alertmanager does not run without a configuration")
        yield from files.apply([change for change in changes if not isinstance(change, Delete)])


def config_hash(content: bytes) -> float:
    """What an Alertmanager that runs these bytes says in `alertmanager_config_hash`.

    The first six bytes of their MD5, as a number (Alertmanager, config/coordinator.go).
    """
    return float(int.from_bytes(hashlib.md5(content, usedforsecurity=False).digest()[:6], "little"))
