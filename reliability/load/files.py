"""The files of a repository on disk: which are documents, and which exist at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.errors import RootNotFoundError
from reliability.finding import Finding, Label, Problem, Severity
from reliability.load.code_owners import read_code_owners
from reliability.load.document import DEFAULT_LIMITS
from reliability.load.listing import DEEPEST, SUFFIXES, listed
from reliability.load.loader import SourceFile
from reliability.load.text import SPLIT, too_large
from reliability.location import Location, SourceSpan
from reliability.real_path import real_path
from reliability.tuning import collector_paused

FOLDERS = ("services", "policies")
PLAIN: Final = "put a plain file there that can be read, or take it away"
BEGINNING: Final = 4096
"""Bytes; what is read of a runbook to see whether it says anything."""
_TOP = SourceSpan(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class DiskFiles:
    """Whether a path below the root is a file; asked for runbooks and other evidence.

    Many alerts name one runbook, so what the disk said is remembered.
    """

    root: Path
    said: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, PurePosixPath):
            return False
        name = str(path)
        if name not in self.said:
            self.said[name] = _exists(f"{self.root}/{name}")
        return self.said[name]

    def beginning(self, path: PurePosixPath) -> str | None:
        """The first 4 KiB of a file below the root, as text; None where it is none."""
        try:
            whole = real_path(self.root / path)
            if not whole.is_relative_to(real_path(self.root)) or not whole.is_file():
                return None
            with whole.open("rb") as file:
                return file.read(BEGINNING).decode("utf-8-sig", "replace")
        except OSError:
            return None


def find_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that holds `services/`.

    Raises:
        RootNotFoundError: there is none.
    """
    for folder in (start, *start.parents):
        if os.path.isdir(folder / "services"):  # noqa: PTH112 - False where it may not be asked
            return folder
    raise RootNotFoundError(
        f"no services/ in {start} or above; begin one with `reliability init`, "
        "see one with `reliability demo`, or pass --root with the folder that holds it"
    )


def read_repository(root: Path) -> tuple[list[SourceFile], list[Finding]]:
    """Every document below `services/` and `policies/`, and CODEOWNERS; what cannot be read is a
    finding.
    """
    with collector_paused():
        files, findings = _read_all(root, _below(root))
    owners = read_code_owners(root)
    return (files if owners is None else [*files, owners]), findings


def read_files(root: Path, paths: Iterable[Path]) -> tuple[list[SourceFile], list[Finding]]:
    """The bytes of files, by their path relative to `root` (or as given when outside of it)."""
    return _read_all(root, map(os.fspath, paths))


def _below(root: Path) -> Iterator[str]:
    for folder in FOLDERS:
        yield from sorted(listed(f"{root}/{folder}"), key=lambda path: path.split("/"))


def _read_all(root: Path, paths: Iterable[str]) -> tuple[list[SourceFile], list[Finding]]:
    files: list[SourceFile] = []
    findings: list[Finding] = []
    seen: dict[str, PurePosixPath] = {}
    above = f"{root.as_posix().rstrip('/')}/"

    for path in paths:
        name = _relative(root, above, path)
        twin = seen.setdefault(str(name).lower(), name)
        if twin != name:
            problem = f"differs from {twin} only in case, and some disks hold one of them"
            related = Label(Location(twin, _TOP), "the other")
            findings.append(_unreadable(name, problem, related, help_text="rename one of the two"))
        else:
            _read(path, name, files, findings)

    return files, findings


def documents_below(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and every document in or below the folders."""
    for path in paths:
        yield from documents_in(path) if path.is_dir() else (path,)


def _read(path: str, name: PurePosixPath, files: list[SourceFile], into: list[Finding]) -> None:
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            into.append(_unreadable(name, _nature(path, status.st_mode)))
        elif status.st_size > DEFAULT_LIMITS.bytes:
            into.append(_too_large(name, status.st_size))
        else:
            files.append((name, _content(path, status.st_size)))
    except OSError as error:
        into.append(
            _unreadable(name, f"cannot be opened: {(error.strerror or 'no reason').lower()}")
        )


def _content(path: str, size: int) -> bytes:
    """The bytes of a file of about this size; a file object would take twice as long."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(descriptor, size + 1)
        while len(data) != size:  # it has just changed
            size = len(data)
            data += os.read(descriptor, DEFAULT_LIMITS.bytes)
        return data
    finally:
        os.close(descriptor)


def _nature(path: str, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link, and links are not followed"
    if stat.S_ISDIR(mode) and path.endswith(SUFFIXES):
        return "a folder, and its name ends as a document's does"
    if stat.S_ISDIR(mode) and not os.access(path, os.R_OK | os.X_OK):
        return "a folder that cannot be opened: permission denied"
    if stat.S_ISDIR(mode):
        return f"a folder in more than {DEEPEST} others, and deeper ones are not read"
    return "neither a file nor a folder, and nothing else is read"


def _too_large(path: PurePosixPath, size: int) -> Finding:
    problem = Problem(Location(path, _TOP), too_large(size, DEFAULT_LIMITS.bytes), SPLIT)
    return Finding("document-unreadable", Severity.ERROR, problem)


def _unreadable(
    path: PurePosixPath, message: str, *related: Label, help_text: str = PLAIN
) -> Finding:
    problem = Problem(Location(path, _TOP), message, help_text, related)
    return Finding("document-unreadable", Severity.ERROR, problem)


def documents_in(folder: Path) -> Iterator[Path]:
    """Every document in a folder or below it, and what stands there as one and cannot be read."""
    return map(Path, listed(os.fspath(folder)))


def _exists(path: str) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - False where it may not be asked


def _relative(root: Path, above: str, path: str) -> PurePosixPath:
    """A path below `root`, which is `above` with a slash; as it is where it lies elsewhere."""
    if path.startswith(above):
        return PurePosixPath(path[len(above) :])
    whole = physical(Path(path))
    return PurePosixPath(
        (whole.relative_to(root) if whole.is_relative_to(root) else Path(path)).as_posix()
    )


def physical(path: Path) -> Path:
    """The path from the top, its folders without links and dots; a link at its end stays one."""
    whole = Path(os.path.normpath(path.absolute()))
    return real_path(whole.parent) / whole.name
