"""Files of a repository on disk: its documents, and whether other paths exist."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.errors import RootNotFoundError, reason_of
from reliability.finding import Finding, Label, Problem, Severity
from reliability.load.code_owners import read_code_owners
from reliability.load.document import DEFAULT_LIMITS
from reliability.load.listing import DEEPEST, SUFFIXES, listed
from reliability.load.loader import SourceFile
from reliability.load.text import SPLIT, too_large
from reliability.location import Location
from reliability.message import Message
from reliability.real_path import real_path
from reliability.tuning import collector_paused

FOLDERS = ("services", "policies")
PLAIN: Final = Message("replace it with a readable file, or remove it")
BEGINNING: Final = 4096
"""Bytes of a runbook to read, to see whether it has any text."""


@dataclass(frozen=True, slots=True)
class DiskFiles:
    """Existence of paths below the root, such as runbooks or other evidence.

    Results are cached, because many alerts have the same runbook.
    """

    root: Path
    cache: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, PurePosixPath):
            return False
        name = str(path)
        if name not in self.cache:
            self.cache[name] = _exists(f"{self.root}/{name}")
        return self.cache[name]

    def beginning(self, path: PurePosixPath) -> str | None:
        """Read the first 4 KiB of a file below the root as text; None if it is not a file."""
        try:
            whole = real_path(self.root / path)
            if not whole.is_relative_to(real_path(self.root)) or not whole.is_file():
                return None
            with whole.open("rb") as file:
                return file.read(BEGINNING).decode("utf-8-sig", "replace")
        except OSError:
            return None


def find_root(start: Path) -> Path:
    """Find the closest folder, from `start` upwards, that contains `services/`.

    Raises:
        RootNotFoundError: there is none.
    """
    for folder in (start, *start.parents):
        # Path.is_dir raises PermissionError before Python 3.14; os.path.isdir is False.
        if os.path.isdir(folder / "services"):  # noqa: PTH112
            return folder
    raise RootNotFoundError(
        f"no services/ in {start} or its parents; run `reliability init` to create it, "
        "`reliability demo` for an example, or pass --root with the folder that contains it"
    )


def read_repository(root: Path) -> tuple[list[SourceFile], list[Finding]]:
    """Read every document below `services/` and `policies/`, and CODEOWNERS.

    A file that cannot be read becomes a finding.
    """
    with collector_paused():
        files, findings = _read_all(root, _below(root))
    owners = read_code_owners(root)
    return (files if owners is None else [*files, owners]), findings


def read_files(root: Path, paths: Iterable[Path]) -> tuple[list[SourceFile], list[Finding]]:
    """Read files, named by their path relative to `root`, or as given if they are outside it."""
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
            findings.append(_differs_in_case(name, twin))
        else:
            _read(path, name, files, into=findings)

    return files, findings


def _differs_in_case(path: PurePosixPath, twin: PurePosixPath) -> Finding:
    """Return the finding on a path that macOS and Windows cannot check out beside its twin."""
    message = Message(
        "the path differs from {path} only in case; some file systems keep only one of them",
        path=twin,
    )
    related = Label(Location(twin), Message("the other file"))
    return _unreadable(path, message, related, help_text=Message("rename one of the two"))


def documents_below(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files themselves, and every document in or below the folders."""
    for path in paths:
        yield from documents_in(path) if path.is_dir() else (path,)


def _read(path: str, name: PurePosixPath, files: list[SourceFile], into: list[Finding]) -> None:
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            into.append(_unreadable(name, _not_a_file(path, status.st_mode)))
        elif status.st_size > DEFAULT_LIMITS.bytes:
            into.append(_too_large(name, status.st_size))
        else:
            files.append((name, _content(path, status.st_size)))
    except OSError as error:
        message = Message("cannot be opened: {reason}", reason=reason_of(error))
        into.append(_unreadable(name, message))


def _content(path: str, size: int) -> bytes:
    """Read the bytes of a file of about this size; a file object would take twice as long."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(descriptor, size + 1)
        while len(data) != size:  # the file was changed after its size was read
            size = len(data)
            data += os.read(descriptor, DEFAULT_LIMITS.bytes)
        return data
    finally:
        os.close(descriptor)


def _not_a_file(path: str, mode: int) -> Message:
    if stat.S_ISLNK(mode):
        return Message("is a symbolic link; links are not followed")
    if stat.S_ISDIR(mode) and path.endswith(SUFFIXES):
        return Message("is a folder with the file extension of a document")
    if stat.S_ISDIR(mode) and not os.access(path, os.R_OK | os.X_OK):
        return Message("is a folder that cannot be opened: permission denied")
    if stat.S_ISDIR(mode):
        return Message(
            "is nested more than {limit} folders deep; deeper folders are not read", limit=DEEPEST
        )

    return Message("is neither a file nor a folder")


def _too_large(path: PurePosixPath, size: int) -> Finding:
    problem = Problem(Location(path), too_large(size, DEFAULT_LIMITS.bytes), SPLIT)
    return Finding(rule="document-unreadable", severity=Severity.ERROR, problem=problem)


def _unreadable(
    path: PurePosixPath, message: Message, *related: Label, help_text: Message = PLAIN
) -> Finding:
    problem = Problem(Location(path), message, help_text, related=related)
    return Finding(rule="document-unreadable", severity=Severity.ERROR, problem=problem)


def documents_in(folder: Path) -> Iterator[Path]:
    """Yield every document below a folder, and unreadable entries with the name of a document."""
    return map(Path, listed(os.fspath(folder)))


def _exists(path: str) -> bool:
    # Path.exists raises PermissionError before Python 3.14; os.path.exists is False.
    return os.path.exists(path)  # noqa: PTH110


def _relative(root: Path, above: str, path: str) -> PurePosixPath:
    """Return a path relative to `root` if it is below it; `above` is `root` with a slash."""
    if path.startswith(above):
        return PurePosixPath(path[len(above) :])
    whole = physical(Path(path))
    return PurePosixPath(
        (whole.relative_to(root) if whole.is_relative_to(root) else Path(path)).as_posix()
    )


def physical(path: Path) -> Path:
    """Make a path absolute and resolve links in its folders, but not a link at its end."""
    whole = Path(os.path.normpath(path.absolute()))
    return real_path(whole.parent) / whole.name
