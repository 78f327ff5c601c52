"""The files of a repository on disk: which are documents, and which exist at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reliability.errors import RootNotFoundError
from reliability.finding import Finding, Label, Problem, Severity
from reliability.load.code_owners import read_code_owners
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
    """Every document below `services/` and `policies/`, and CODEOWNERS; what cannot be read is a
    finding.
    """
    paths = [path for folder in FOLDERS for path in sorted(documents_in(root / folder))]
    files, findings = read_files(root, paths)
    owners = read_code_owners(root)
    return (files if owners is None else [*files, owners]), findings


def read_files(root: Path, paths: Iterable[Path]) -> tuple[list[SourceFile], list[Finding]]:
    """The bytes of files, by their path relative to `root` (or as given when outside of it)."""
    files: list[SourceFile] = []
    findings: list[Finding] = []
    seen: dict[str, PurePosixPath] = {}
    for path in paths:
        name = _relative(root, path)
        twin = seen.setdefault(str(name).lower(), name)
        if twin != name:
            problem = f"differs from {twin} only in case, and some disks hold one of them"
            findings.append(_unreadable(name, problem, Label(Location(twin, _TOP), "the other")))
        else:
            _read(path, name, files, findings)
    return files, findings


def documents_below(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and every document in or below the folders."""
    for path in paths:
        yield from documents_in(path) if path.is_dir() else (path,)


def _read(path: Path, name: PurePosixPath, files: list[SourceFile], into: list[Finding]) -> None:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            files.append((name, path.read_bytes()))
        else:
            into.append(_unreadable(name, _nature(mode)))
    except OSError as error:
        into.append(
            _unreadable(name, f"cannot be opened: {(error.strerror or 'no reason').lower()}")
        )


def _nature(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link, and links are not followed"
    if stat.S_ISDIR(mode):
        return "a folder, and its name ends as a document's does"
    return "neither a file nor a folder, and nothing else is read"


def _unreadable(path: PurePosixPath, message: str, *related: Label) -> Finding:
    problem = Problem(Location(path, _TOP), message, "make it a plain readable file", related)
    return Finding("document-unreadable", Severity.ERROR, problem)


def documents_in(folder: Path) -> Iterator[Path]:
    """What lies in a folder and below it as a document; links and folders named so, too."""
    if folder.is_symlink():
        yield folder
        return
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        here = Path(parent)
        yield from (here / each for each in folders if _is_no_folder(here / each))
        yield from (here / name for name in names if name.endswith(SUFFIXES))


def _is_no_folder(path: Path) -> bool:
    return path.name.endswith(SUFFIXES) or path.is_symlink()


def _relative(root: Path, path: Path) -> PurePosixPath:
    if path.is_relative_to(root):
        return PurePosixPath(path.relative_to(root).as_posix())
    whole = physical(path)
    return PurePosixPath(
        (whole.relative_to(root) if whole.is_relative_to(root) else path).as_posix()
    )


def physical(path: Path) -> Path:
    """The path from the top, its folders without links and dots; a link at its end stays one."""
    whole = Path(os.path.normpath(path.absolute()))
    return whole.parent.resolve() / whole.name
