"""Provider of a folder from which other tools take the files; a failure does not stop the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import Foreign, Held, Owner
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.disk import Disk, reason, unconfirmed
from reliability.providers.shelf import FolderPlace, TargetFiles
from reliability.providers.template_files import remove_unnamed, write_template

OUTPUTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "prometheus": ("rules", "prometheus", ".yml"),
    "prometheus-tests": ("tests", "prometheus-tests", ".yml"),
    "prometheus-operator": ("manifest", "prometheus-operator", ".yaml"),
    "alertmanager": ("config", "alertmanager", ".yml"),
    "grafana": ("grafana-dashboard", "grafana", ".json"),
    "grafana-configmap": ("config-map", "grafana-configmap", ".yaml"),
    "grafana-alerting": ("provisioning", "grafana-alerting", ".yaml"),
    "perses": ("perses-dashboard", "perses", ".yaml"),
    "perses-operator": ("perses-resource", "perses-operator", ".yaml"),
}
"""Kind, folder and file name suffix of each compiled output."""


def output_places(folder: Path, writes: Iterable[str]) -> dict[str, FolderPlace]:
    """Return the place of each kind of object, for the compiled outputs that a folder holds."""
    outputs = (OUTPUTS[output] for output in writes)
    return {kind: FolderPlace(folder / name, end) for kind, name, end in outputs}


@dataclass(slots=True, kw_only=True)
class FilesProvider:
    """A `Provider` of files in folders; `places` has the folder of each kind of object."""

    target: str
    places: Mapping[str, FolderPlace]
    disk: Disk
    owner: Owner | None = None
    shelf: TargetFiles = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = TargetFiles(self.target, self.places, self.owner)

    def read(self) -> Held:
        """Return the objects in the folder; none if it does not exist yet."""
        held = list(self.shelf.read())
        kept = tuple(held_object for held_object in held if not isinstance(held_object, Foreign))
        return Held(
            kept=kept,
            foreign=tuple(held_object for held_object in held if isinstance(held_object, Foreign)),
        )

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write and remove files one by one, each atomically."""
        kinds = {change.id.kind for change in changes}
        written = {place.folder for kind, place in self.places.items() if kind in kinds}
        with ExitStack() as locks:
            # Once for each folder: a second lock on it would wait for the first one.
            for folder in dict.fromkeys(place.folder for place in self.places.values()):
                self._enter(folder, locks, create=folder in written)
            for change in changes:
                try:
                    self._apply(change)
                except (OSError, ProviderError) as error:
                    yield ChangeFailed(change, reason(error))
                else:
                    yield ChangeApplied(change)

    def _enter(self, folder: Path, locks: ExitStack, *, create: bool) -> None:
        try:
            if create:
                self.disk.make_folder(folder)
            if folder.is_dir():
                locks.enter_context(self.disk.locked(folder))
                # Staged files of a sync that was killed; a folder has no server that could still
                # run an old one.
                for path in set(unconfirmed(folder)):
                    self.disk.confirm(path)
                locks.callback(list, remove_unnamed(folder, self.disk))
        except OSError as error:
            raise ProviderError(reason(error)) from error

    def _apply(self, change: Change) -> None:
        path = self.shelf.path_of(change.id)
        self.shelf.ensure_unchanged(path)
        match change:
            case Create(after) | Update(_, after) | Claim(after):
                list(write_template(after, path, self.disk))
                self.disk.stage(path, self.shelf.content(after))
                self.disk.put(path)
            case Delete():
                self.disk.remove(path)
            case Reload():
                raise ProviderError("a folder cannot be reloaded")
