"""Files of a target's objects, and what is in them: intact, drifted, unreadable or foreign."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.held import Foreign, MarkedObject, Owner
from reliability.providers.disk import reason
from reliability.providers.mark import marked_text, read_marked
from reliability.providers.template_files import text_of, with_template
from reliability.resource import Resource, ResourceId

SAFE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """Files of a kind of object, one per object: `<folder>/<name><suffix>`."""

    folder: Path
    suffix: str

    @property
    def glob(self) -> str:
        """Glob of all files, as a server's configuration names them."""
        return f"{self.folder}/*{self.suffix}"

    def path_of(self, name: str) -> Path:
        """Return the file of an object.

        Raises:
            ProviderError: the name is not a safe file name.
        """
        if not SAFE_NAME.fullmatch(name):
            raise ProviderError(f"{name!r} is not a safe file name")
        return self.folder / f"{name}{self.suffix}"

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield the name and path of each file, sorted.

        Raises:
            ProviderError: the folder exists and cannot be listed.
        """
        for path in _listed(self.folder) if self.folder.is_dir() else ():
            name = path.name.removesuffix(self.suffix)
            # A name that no managed object could have is somebody else's file, and not a foreign
            # object in the place of one.
            if path.name.endswith(self.suffix) and SAFE_NAME.fullmatch(name):
                yield name, path


@dataclass(frozen=True, slots=True)
class FilePlace:
    """File of the only object of a kind, which may have any name."""

    name: str
    file: Path

    @property
    def folder(self) -> Path:
        """Folder of the file."""
        return self.file.parent

    def path_of(self, name: str) -> Path:
        """Return the file; `name` must be that of the object."""
        if name != self.name:
            raise ProviderError(f"{name}: this target has only {self.name}")
        return self.file

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield the name and the path of the file, if it exists."""
        if self.file.exists() or self.file.is_symlink():
            yield self.name, self.file


Place = FolderPlace | FilePlace


@dataclass(frozen=True, slots=True)
class TargetFiles:
    """Files of one target; `seen` has the digest of each file that was read.

    Files are written with the mark of `owner`.
    """

    target: str
    places: Mapping[str, Place]
    owner: Owner | None = None
    seen: dict[Path, str] = field(default_factory=dict)

    def path_of(self, identity: ResourceId) -> Path:
        """Return the file of an object.

        Raises:
            ProviderError: the target does not support the kind, or the name is not a file name.
        """
        if identity.kind not in self.places:
            raise ProviderError(f"{self.target} does not support {identity.kind}")
        return self.places[identity.kind].path_of(identity.name)

    def content(self, resource: Resource) -> bytes:
        """Return the content of a resource's file, with the mark."""
        return marked_text(resource, self.owner)

    def read(self) -> Iterator[MarkedObject | Foreign]:
        """Yield every object at a path that a managed object could have.

        Raises:
            ProviderError: a file or a folder cannot be read.
        """
        self.seen.clear()
        for kind, place in self.places.items():
            for name, path in place.files():
                yield self._read(ResourceId(self.target, kind, name), path)

    def _read(self, identity: ResourceId, path: Path) -> MarkedObject | Foreign:
        if path.is_symlink() or not path.is_file():
            return Foreign(identity, f"{path}: not a regular file")
        content = _content(path)
        digest = self.seen[path] = _digest(content)
        # Thousands of files are not kept in memory. A single one may be needed after it has been
        # replaced.
        is_one_of_many = isinstance(self.places[identity.kind], FolderPlace)
        again = partial(_same_content, path, digest) if is_one_of_many else None
        match read_marked(identity, content, again):
            case Foreign(_, why):
                return Foreign(identity, f"{path}: {why}")
            case kept if identity.kind == "config":
                text = content.decode(errors="replace")
                return with_template(kept, text, lambda name: text_of(path.with_name(name)))
            case kept:
                return kept

    def ensure_unchanged(self, path: Path) -> None:
        """Ensure that a file is as it was when it was read, before it is replaced.

        Raises:
            ProviderError: it was changed, created or removed since.
        """
        there = _digest(_content(path)) if path.exists() or path.is_symlink() else None
        if there != self.seen.get(path):
            raise ProviderError(f"{path} was changed since the plan was made; plan again")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProviderError(f"{reason(error)}, so it cannot be compared") from error


def _same_content(path: Path, digest: str) -> bytes:
    """Return the content of a file again.

    Raises:
        ProviderError: it is another one, or cannot be read.
    """
    content = _content(path)
    if _digest(content) != digest:
        raise ProviderError(f"{path} was changed while it was compared; plan again")
    return content


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise ProviderError(f"{reason(error)}, so it cannot be listed") from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
