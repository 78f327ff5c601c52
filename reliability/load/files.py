"""The files of a repository on disk: which are documents, and which exist at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path, PurePosixPath

from reliability.errors import RootNotFoundError
from reliability.finding import Finding, Label, Problem, Severity
from reliability.load.code_owners import read_code_owners
from reliability.load.document import DEFAULT_LIMITS
from reliability.load.loader import SourceFile
from reliability.load.text import SPLIT, too_large
from reliability.location import Location, Span

FOLDERS = ("services", "policies")
SUFFIXES = (".yaml", ".yml", ".json")
DEEPEST = 20
"""How many folders, one in the other, are looked into below `services/` or `policies/`."""
_TOP = Span(1, 1, 1, 1)


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
    in_order = attrgetter("parts")  # the order of paths, and a sort by it takes half the time
    paths = [
        path for folder in FOLDERS for path in sorted(documents_in(root / folder), key=in_order)
    ]
    files, findings = read_files(root, paths)
    owners = read_code_owners(root)
    return (files if owners is None else [*files, owners]), findings


def read_files(root: Path, paths: Iterable[Path]) -> tuple[list[SourceFile], list[Finding]]:
    """The bytes of files, by their path relative to `root` (or as given when outside of it)."""
    files: list[SourceFile] = []
    findings: list[Finding] = []
    seen: dict[str, PurePosixPath] = {}
    above = f"{root.as_posix().rstrip('/')}/"
    for path in paths:
        name = _relative(root, above, path)
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
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            into.append(_unreadable(name, _nature(path, status.st_mode)))
        elif status.st_size > DEFAULT_LIMITS.bytes:
            into.append(_too_large(name, status.st_size))
        else:
            with path.open("rb", buffering=0) as file:
                files.append((name, file.readall()))
    except OSError as error:
        into.append(
            _unreadable(name, f"cannot be opened: {(error.strerror or 'no reason').lower()}")
        )


def _nature(path: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link, and links are not followed"
    if stat.S_ISDIR(mode) and path.name.endswith(SUFFIXES):
        return "a folder, and its name ends as a document's does"
    if stat.S_ISDIR(mode) and not os.access(path, os.R_OK | os.X_OK):
        return "a folder that cannot be opened: permission denied"
    if stat.S_ISDIR(mode):
        return f"a folder in more than {DEEPEST} others, and deeper ones are not read"
    return "neither a file nor a folder, and nothing else is read"


def _too_large(path: PurePosixPath, size: int) -> Finding:
    problem = Problem(Location(path, _TOP), too_large(size, DEFAULT_LIMITS.bytes), SPLIT)
    return Finding("document-unreadable", Severity.ERROR, problem)


def _unreadable(path: PurePosixPath, message: str, *related: Label) -> Finding:
    problem = Problem(Location(path, _TOP), message, "make it plain and readable", related)
    return Finding("document-unreadable", Severity.ERROR, problem)


def documents_in(folder: Path) -> Iterator[Path]:
    """What lies in a folder and below it as a document; links and folders named so, too.

    So are folders that cannot be opened, or lie deeper than DEEPEST.
    """
    if _is_link(folder):
        yield folder
        return
    closed: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=lambda error: _closed(error, closed)):
        here = Path(parent)
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        yield from (here / each for each in folders if _is_no_folder(here / each))
        yield from (here / name for name in names if name.endswith(SUFFIXES))
        if len(here.parts) - len(folder.parts) == DEEPEST:
            yield from (here / each for each in folders if not _is_no_folder(here / each))
            folders.clear()
    yield from closed


def _closed(error: OSError, into: list[Path]) -> None:
    """Note a folder that is there and cannot be opened."""
    if isinstance(error, PermissionError):
        into.append(Path(error.filename))


def _exists(path: str) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - False where it may not be asked


def _is_link(path: Path) -> bool:
    return os.path.islink(path)  # noqa: PTH114 - False where it may not be asked


def _is_no_folder(path: Path) -> bool:
    return path.name.endswith(SUFFIXES) or _is_link(path)


def _relative(root: Path, above: str, path: Path) -> PurePosixPath:
    """A path below `root`, which is `above` with a slash; as it is where it lies elsewhere."""
    text = path.as_posix()
    if text.startswith(above):
        return PurePosixPath(text[len(above) :])
    whole = physical(path)
    return PurePosixPath(
        (whole.relative_to(root) if whole.is_relative_to(root) else path).as_posix()
    )


def physical(path: Path) -> Path:
    """The path from the top, its folders without links and dots; a link at its end stays one."""
    whole = Path(os.path.normpath(path.absolute()))
    return whole.parent.resolve() / whole.name
