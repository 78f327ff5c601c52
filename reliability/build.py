"""Writes compiled resources as files below any folder, piece by piece and without a plan.

The layout and the files are those of the `files` provider. Marked files that are no longer wanted
are removed. A file without a mark, or with the mark of another owner, is kept, and is an error if
it is in the way.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from reliability.compile.compiler import Compiler
from reliability.compile.pieces import Piece, pieces_of
from reliability.errors import ProviderError
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.targets import SyncTargets
from reliability.plan.held import Foreign
from reliability.processes import in_processes
from reliability.progress import stepped
from reliability.providers.disk import Disk, reason
from reliability.providers.files import OUTPUTS
from reliability.providers.mark import marked_text, read_marked
from reliability.providers.shelf import FolderPlace
from reliability.providers.template_files import remove_unnamed, write_template
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that is new or changed."""

    path: Path
    word: ClassVar[str] = "written"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file whose content is already up to date."""

    path: Path
    word: ClassVar[str] = "unchanged"


@dataclass(frozen=True, slots=True)
class Removed:
    """A file of an earlier build that this build does not write."""

    path: Path
    word: ClassVar[str] = "removed"


Built = WrittenFile | Unchanged | Removed
Done = list[WrittenFile | Unchanged | Problem]
"""The result of a piece: the files of its resources, and problems of what cannot be compiled."""


@dataclass(frozen=True, slots=True)
class Output:
    """The folder to write below, and the ID in the marks of files that may be replaced."""

    folder: Path
    disk: Disk
    owner_id: str = ""

    @property
    def places(self) -> dict[str, FolderPlace]:
        """The folder of each target's resources."""
        return {
            name: FolderPlace(self.folder / into, end) for name, (_, into, end) in OUTPUTS.items()
        }


def build(
    catalog: Catalog,
    compilers: Iterable[Compiler],
    folder: Path,
    disk: Disk,
    *,
    jobs: int,
    is_whole: bool,
) -> tuple[list[Built], list[Problem]]:
    """Compile and write below a folder, and remove the stale files of earlier builds.

    Nothing is removed if the catalog is not all that the repository declares (`is_whole`), or if
    something cannot be compiled: the missing part would look deleted. A problem that several
    compilers have is one problem. Whatever the number of processes, the first error in the order
    of the pieces is raised.

    Raises:
        ProviderError: a file that this repository does not own is in the way, or cannot be written.
    """
    pieces = list(pieces_of(compilers, catalog))
    output = Output(folder, disk, _owner_id(catalog))
    work = partial(_done, pieces, output)
    numbers = range(len(pieces))
    built: list[Built] = []
    problems: dict[Problem, None] = {}

    made = map(work, numbers) if jobs == 1 else in_processes(len(pieces), work, jobs)
    for done in stepped("compiling", made, len(pieces)):
        if isinstance(done, ProviderError):
            raise done
        for file in done:
            if isinstance(file, Problem):
                problems[file] = None
            else:
                built.append(file)

    if is_whole and not problems:
        built += removed(output, {file.path for file in built})
    return built, list(problems)


def _owner_id(catalog: Catalog) -> str:
    """Return the ID in the marks of this repository's syncs; marks of a build have none."""
    targets = catalog.only(SyncTargets)
    owner = targets.value.spec.owner if targets else None
    return owner.id if owner else ""


def _done(pieces: Sequence[Piece], output: Output, number: int) -> Done | ProviderError:
    """Compile and write a piece; return an error, so that errors are raised in order."""
    compiled = list(pieces[number].compiled())
    problems = [result for result in compiled if isinstance(result, Problem)]
    resources = [result for result in compiled if isinstance(result, Resource)]
    try:
        return [*write(resources, output), *problems]
    except ProviderError as error:
        return error


def write(resources: Sequence[Resource], output: Output) -> Iterator[WrittenFile | Unchanged]:
    """Write resources below a folder.

    Raises:
        ProviderError: a file that this repository does not own is in the way, or cannot be written.
    """
    places = output.places
    try:
        for target in dict.fromkeys(built_resource.id.target for built_resource in resources):
            output.disk.make_folder(places[target].folder)
        for resource in resources:
            path = places[resource.id.target].path_of(resource.id.name)
            for file, is_new in write_template(resource, path, output.disk):
                yield WrittenFile(file) if is_new else Unchanged(file)
            yield _write(resource, path, output)
    except OSError as error:
        raise ProviderError(reason(error)) from error


def removed(output: Output, wanted: Collection[Path]) -> Iterator[Removed]:
    """Remove the marked files below a folder that this build did not write.

    Raises:
        ProviderError: one cannot be removed.
    """
    try:
        for target, place in output.places.items():
            for name, path in place.files():
                identity = ResourceId(target, OUTPUTS[target][0], name)
                if path not in wanted and _is_ours(identity, path, output.owner_id):
                    output.disk.remove(path)
                    yield Removed(path)
            yield from map(Removed, remove_unnamed(place.folder, output.disk))
    except OSError as error:
        raise ProviderError(reason(error)) from error


def _write(resource: Resource, path: Path, output: Output) -> WrittenFile | Unchanged:
    content = marked_text(resource)
    if os.path.lexists(path) and not _is_ours(resource.id, path, output.owner_id):
        raise ProviderError(
            f"{path}: without a mark of this repository, so it is left untouched; move it away"
        )
    return WrittenFile(path) if output.disk.write(path, content) else Unchanged(path)


def _is_ours(identity: ResourceId, path: Path, owner_id: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    marked = read_marked(identity, path.read_bytes())
    if isinstance(marked, Foreign):
        return False
    return marked.owner is None or marked.owner.id == owner_id
