"""Where a target's objects lie as files, and what is there: ours, changed, unreadable, foreign."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.held import Foreign, Kept, Owner
from reliability.providers.disk import reason
from reliability.providers.mark import marked_text, read_marked
from reliability.resource import Resource, ResourceId

SAFE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """Objects of a kind, one file each: `<folder>/<name><suffix>`."""

    folder: Path
    suffix: str

    @property
    def glob(self) -> str:
        """All files of the place, as a server's configuration names them."""
        return f"{self.folder}/*{self.suffix}"

    def path_of(self, name: str) -> Path:
        """The file of an object."""
        if not SAFE_NAME.fullmatch(name):
            raise ProviderError(f"{name!r} is not a safe file name")
        return self.folder / f"{name}{self.suffix}"

    def files(self) -> Iterator[tuple[str, Path]]:
        """The names and files that are there, sorted.

        Raises:
            ProviderError: the folder is there and cannot be listed.
        """
        for path in _listed(self.folder) if self.folder.is_dir() else ():
            name = path.name.removesuffix(self.suffix)
            if path.name.endswith(self.suffix) and SAFE_NAME.fullmatch(name):
                yield name, path


@dataclass(frozen=True, slots=True)
class FilePlace:
    """The one object of a kind, in a file of any name."""

    name: str
    file: Path

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self.file.parent

    def path_of(self, name: str) -> Path:
        """The file, for the one name that there is."""
        if name != self.name:
            raise ProviderError(f"{name}: this target has only {self.name}")
        return self.file

    def files(self) -> Iterator[tuple[str, Path]]:
        """The name and the file, where it is there."""
        if self.file.exists() or self.file.is_symlink():
            yield self.name, self.file


Place = FolderPlace | FilePlace


@dataclass(frozen=True, slots=True)
class TargetFiles:
    """The files of one target; it remembers what it read, so that nothing newer is written over.

    What is written gets the mark of `owner`.
    """

    target: str
    places: Mapping[str, Place]
    owner: Owner | None = None
    seen: dict[Path, str] = field(default_factory=dict)

    def path_of(self, identity: ResourceId) -> Path:
        """The file of an object.

        Raises:
            ProviderError: the target does not support the kind, or the name is not a file name.
        """
        if identity.kind not in self.places:
            raise ProviderError(f"{self.target} does not support {identity.kind}")
        return self.places[identity.kind].path_of(identity.name)

    def content(self, resource: Resource) -> bytes:
        """A resource as its file holds it, marked."""
        return marked_text(resource, self.owner)

    def read(self) -> Iterator[Kept | Foreign]:
        """Yield every object at a path that a managed object could have.

        Raises:
            ProviderError: a file or a folder cannot be read.
        """
        self.seen.clear()
        for kind, place in self.places.items():
            for name, path in place.files():
                yield self._read(ResourceId(self.target, kind, name), path)

    def _read(self, identity: ResourceId, path: Path) -> Kept | Foreign:
        if path.is_symlink() or not path.is_file():
            return Foreign(identity, f"{path}: not a regular file")
        content = _content(path)
        self.seen[path] = _digest(content)
        match read_marked(identity, content):
            case Foreign(_, why):
                return Foreign(identity, f"{path}: {why}")
            case kept:
                return kept

    def ensure_unchanged(self, path: Path) -> None:
        """Let a file be written over that is as it was when it was read.

        Raises:
            ProviderError: somebody has changed, made or removed it since.
        """
        there = _digest(_content(path)) if path.exists() or path.is_symlink() else None
        if there != self.seen.get(path):
            raise ProviderError(f"{path} was changed since the plan was made; plan again")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProviderError(f"{reason(error)}, so it cannot be compared") from error


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise ProviderError(f"{reason(error)}, so it cannot be listed") from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
