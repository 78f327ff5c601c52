"""Provider of a running Prometheus: one rule file per service, reloaded and verified."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from reliability.errors import ProviderError
from reliability.http.prometheus import FirstFault, Success, data_of
from reliability.plan.change import Change
from reliability.plan.held import Foreign, Held, Intact, MarkedObject, Owner, Stale
from reliability.plan.sync import Outcome
from reliability.providers.active import active_in_prometheus
from reliability.providers.disk import Disk, unconfirmed
from reliability.providers.http import HttpServer
from reliability.providers.live import LiveFiles, Steps
from reliability.providers.loaded_files import LoadedFiles, LookedAt, evaluation_error
from reliability.providers.loaded_rules import Body
from reliability.providers.prometheus_runner import PrometheusRunner
from reliability.providers.rules_api import Loaded
from reliability.providers.shelf import FolderPlace, TargetFiles
from reliability.resource import ResourceId

KIND: Final = "rules"
SUFFIX: Final = ".yml"


class NotifiedAlertmanager(Loaded):
    """An Alertmanager that a Prometheus sends alerts to, and the URL that it posts them to."""

    url: str


class NotifiedAlertmanagers(Loaded):
    """Data of a response of `GET /api/v1/alertmanagers`."""

    active_alertmanagers: Annotated[list[NotifiedAlertmanager], FirstFault()]


ALERTMANAGERS: Final = TypeAdapter(Success[NotifiedAlertmanagers])


@dataclass(slots=True, kw_only=True)
class PrometheusProvider:
    """A `Provider` of the rule files in `folder`, which the server's `rule_files` has to name."""

    target: str
    folder: Path
    disk: Disk
    server: HttpServer
    tell: Callable[[str], None]
    owner: Owner | None = None
    place: FolderPlace = field(init=False)
    shelf: TargetFiles = field(init=False)
    runner: PrometheusRunner = field(init=False)
    stale: tuple[Stale, ...] = field(default=(), init=False)
    steps: Steps = field(default_factory=Steps, init=False)
    stored: dict[ResourceId, Body] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.place = FolderPlace(self.folder, SUFFIX)
        self.shelf = TargetFiles(self.target, {KIND: self.place}, self.owner)
        self.runner = self._runner()

    def _runner(self) -> PrometheusRunner:
        """Return the server's reload and verification; other servers of this API have their own."""
        return PrometheusRunner(self.server, self.place, self.stored, tell=self.tell)

    def read(self) -> Held:
        """Return the files of the folder, and which of them the server does not run as stored."""
        if not self.folder.is_dir():
            raise ProviderError(
                f"{self.target}: {self.folder} is not there; make the folder, and name "
                f"{self.place.glob} in the server's {self.runner.names_files}"
            )

        held = list(self.shelf.read())
        kept = tuple(held_object for held_object in held if not isinstance(held_object, Foreign))
        foreign = tuple(held_object for held_object in held if isinstance(held_object, Foreign))
        self.stored.clear()
        self.stored.update(
            (kept_object.id, kept_object.resource.body)
            for kept_object in kept
            if isinstance(kept_object, Intact)
        )
        self.stale = tuple(self._stale(kept, {held_object.id for held_object in held}))

        return Held(
            kept=kept, foreign=foreign, stale=self.stale, active=active_in_prometheus(self.server)
        )

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write the files, reload once, and verify; restore the former files of refused changes."""
        stale = [old.id for old in self.stale]
        yield from LiveFiles(
            shelf=self.shelf, disk=self.disk, runner=self.runner, stale=stale, steps=self.steps
        ).apply(changes)

    def alertmanagers(self) -> frozenset[str]:
        """Return the addresses (host and port) of the Alertmanagers that the server notifies.

        Raises:
            ProviderError: the server does not answer as a Prometheus does.
        """
        active = data_of(self.server.get("/api/v1/alertmanagers"), ALERTMANAGERS)
        # The URL of the API ends with a path and may have a prefix; targets are known by host and
        # port.
        return frozenset(urlsplit(item.url).netloc for item in active.active_alertmanagers)

    def _stale(self, kept: Iterable[MarkedObject], there: set[ResourceId]) -> Iterator[Stale]:
        """Yield files that the server does not run as stored, and removed ones that it runs."""
        files = {
            self.shelf.path_of(kept_object.id): kept_object
            for kept_object in kept
            if isinstance(kept_object, Intact)
        }
        hinted = self._hinted(files)
        names = frozenset(path.name for path in files)
        loaded = self.runner.loaded(LookedAt(names=names, compared=hinted))

        for path, intact in files.items():
            why = self._why_stale(intact, path, loaded, hint=path.name in hinted)
            if why is not None:
                yield Stale(intact.id, why)

        # Prometheus keeps running the rules of a deleted file until the next reload.
        for name in loaded.ours:
            identity = ResourceId(self.target, KIND, name.removesuffix(SUFFIX))
            if name.endswith(SUFFIX) and identity not in there:
                yield Stale(identity, "the server still runs the rules of a file that is gone")

    def _hinted(self, files: Collection[Path]) -> frozenset[str]:
        """Return the names of files that the server may run otherwise; see `_why_stale`."""
        # Read before the loaded rules: a reload in between makes a file look newer than it is,
        # which costs a comparison, and never hides a difference.
        last_reload = self.runner.last_reload()
        hidden = set(unconfirmed(self.folder))
        return frozenset(
            path.name for path in files if path in hidden or _changed_after(path, last_reload)
        )

    def _why_stale(
        self, intact: Intact, path: Path, loaded: LoadedFiles, *, hint: bool
    ) -> str | None:
        """Compare a file with what runs, but only if something hints at a difference.

        Hints are that it is newer than the last reload, that a sync ended without confirming it,
        and that nothing runs under its path. A comparison of all files would have to parse them.
        """
        groups = loaded.ours.get(path.name, ())
        # Measured on stores of many files, parsing dominates the read; a file that is older than
        # the last reload is what the server has read.
        if hint or not groups:
            running = loaded.running(path, intact.resource.body, self.runner.is_same)
            if running.differs is not None:
                return f"the server runs it otherwise: {running.differs}"
            groups = running.groups

        return evaluation_error(groups)


def _changed_after(path: Path, moment: datetime) -> bool:
    """Return whether a file was put in place at or after a time in whole seconds.

    Unlike its mtime, a file's ctime changes with a rename, and nobody can set it.
    """
    # The server reports whole seconds, so a file of the same second may be newer: compare with
    # `>=`.
    return path.stat().st_ctime >= moment.timestamp()
