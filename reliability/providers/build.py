"""Compiled outputs as files of any folder, written as they come; nothing is planned or held.

The layout and the files are those of the `files` provider. Files of ours that are wanted no more
go; what is not ours stays, and where it stands in the way is an error.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reliability.errors import ProviderError
from reliability.plan.held import Foreign
from reliability.providers.disk import Disk, reason
from reliability.providers.files import OUTPUTS
from reliability.providers.mark import marked_text, read_marked
from reliability.providers.shelf import FolderPlace
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is new or has other content than before."""

    path: Path


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file that was as it should be."""

    path: Path


@dataclass(frozen=True, slots=True)
class Removed:
    """A file of ours that was wanted no more."""

    path: Path


Built = Written | Unchanged | Removed


def build(resources: Iterable[Resource], folder: Path) -> Iterator[Built]:
    """Write resources below a folder, and remove what an earlier build wrote and this did not.

    Raises:
        ProviderError: something that is not ours stands in the way, or cannot be written.
    """
    disk = Disk(writable=True, durable=False)
    places = {name: FolderPlace(folder / into, end) for name, (_, into, end) in OUTPUTS.items()}
    wanted: set[Path] = set()
    try:
        for resource in resources:
            path = places[resource.id.target].path_of(resource.id.name)
            wanted.add(path)
            yield _write(resource, path, disk)
        for output, place in places.items():
            for name, path in place.files():
                identity = ResourceId(output, OUTPUTS[output][0], name)
                if path not in wanted and _is_ours(identity, path):
                    disk.remove(path)
                    yield Removed(path)
    except OSError as error:
        raise ProviderError(reason(error)) from error


def _write(resource: Resource, path: Path, disk: Disk) -> Written | Unchanged:
    content = marked_text(resource)
    if os.path.lexists(path):
        if not _is_ours(resource.id, path):
            raise ProviderError(f"{path}: not ours, and left untouched; move it away")
        if path.read_bytes() == content:
            return Unchanged(path)
    disk.make_folder(path.parent)
    disk.stage(path, content)
    disk.put(path)
    return Written(path)


def _is_ours(identity: ResourceId, path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    return not isinstance(read_marked(identity, path.read_bytes()), Foreign)
