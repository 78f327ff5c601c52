"""The files of a repository on disk: which are documents, and which exist at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reliability.errors import RootNotFoundError
from reliability.finding import Finding, Label, Problem, Severity
from reliability.load.loader import SourceFile
from reliability.location import Location, Span

FOLDERS = ("services", "policies")
SUFFIXES = (".yaml", ".yml", ".json")
_TOP = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class DiskFiles:
    """Whether a path below the root is a file; asked for runbooks and other evidence."""

    root: Path

    def __contains__(self, path: object) -> bool:
        return isinstance(path, PurePosixPath) and (self.root / path).exists()


def find_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that holds `services/`.

    Raises:
        RootNotFoundError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "services").is_dir():
            return folder
    raise RootNotFoundError(
        f"no services/ in {start} or above; run `reliability demo` to see one, "
        "or pass --root with the folder that holds it"
    )


def read_repository(root: Path) -> tuple[list[SourceFile], list[Finding]]:
    """Every document below `services/` and `policies/`; what cannot be read is a finding."""
    paths = [path for folder in FOLDERS for path in sorted(_walk(root / folder))]
    return read_files(root, paths)


def read_files(root: Path, paths: Iterable[Path]) -> tuple[list[SourceFile], list[Finding]]:
    """The bytes of files, by their path relative to `root` (or as given when outside of it)."""
    files: list[SourceFile] = []
    findings: list[Finding] = []
    seen: dict[str, PurePosixPath] = {}
    for path in paths:
        name = _relative(root, path)
        twin = seen.setdefault(str(name).lower(), name)
        if path.is_symlink():
            findings.append(_unreadable(name, "a symbolic link, and links are not followed"))
        elif twin != name:
            problem = f"differs from {twin} only in case, and some disks hold one of them"
            findings.append(_unreadable(name, problem, Label(Location(twin, _TOP), "the other")))
        else:
            _read(path, name, files, findings)
    return files, findings


def documents_below(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and every document in or below the folders."""
    for path in paths:
        yield from _walk(path) if path.is_dir() else (path,)


def _read(path: Path, name: PurePosixPath, files: list[SourceFile], into: list[Finding]) -> None:
    try:
        files.append((name, path.read_bytes()))
    except OSError as error:
        into.append(
            _unreadable(name, f"cannot be opened: {(error.strerror or 'no reason').lower()}")
        )


def _unreadable(path: PurePosixPath, message: str, *related: Label) -> Finding:
    problem = Problem(Location(path, _TOP), message, "make it a plain readable file", related)
    return Finding("document-unreadable", Severity.ERROR, problem)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        here = Path(parent)
        yield from (here / each for each in folders if (here / each).is_symlink())
        yield from (here / name for name in names if name.endswith(SUFFIXES))


def _relative(root: Path, path: Path) -> PurePosixPath:
    try:
        return PurePosixPath(path.relative_to(root).as_posix())
    except ValueError:
        return PurePosixPath(path.as_posix())
