"""Past of the documents of services, from Git: commits by day, and the files as of any time."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from urllib.parse import quote

from reliability.errors import RevisionError
from reliability.git import GitRepository, top_of
from reliability.load.listing import SUFFIXES
from reliability.load.loader import SourceFile

MOST: Final = 20_000
"""Largest number of commits that are read, the latest first."""
BEGINS: Final = re.compile(rb"\x01(?=[0-9a-f]{40,64}\0\d+\0)")
"""Beginning of a commit, which no subject looks like: it may have U+0001, but no NUL."""
HEAD: Final = re.compile(rb"([0-9a-f]{40,64})\0(\d+)\0([^\0]*)\0")
RAW: Final = re.compile(rb":\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*")
FORM: Final = "--format=%x01%H%x00%ct%x00%s%x00"
GITHUB: Final = re.compile(
    r"(?:https://github\.com/|git@github\.com:)([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
"""Addresses of repositories on GitHub, whose owner and name are letters, digits and `.-_`."""


@dataclass(frozen=True, slots=True)
class MergedCommit:
    """A commit of the main branch: its full hash, the time it was made, and its subject."""

    commit: str
    at: datetime
    subject: str

    @property
    def day(self) -> date:
        """The UTC day on which it was made."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file from a commit on: its object, or None if it was removed or is not a plain file."""

    commit: MergedCommit
    object: str | None


MergedDays = Mapping[date, Sequence[MergedCommit]]
"""Commits by day."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GitPast:
    """What Git knows of the past of services.

    `head` is the commit of HEAD, empty without Git. `merged` has the commits of each service by
    day, and `versions` its files by their path below the documents, each with the latest version
    first. `contents` has the objects of services that were read. `begins` is the time before which
    nothing is known, because the clone is shallow; None if all is known. `edit` is the address
    below which GitHub edits a file; empty elsewhere.
    """

    head: str = ""
    merged: Mapping[str, MergedDays] = field(default_factory=dict)
    versions: Mapping[str, Mapping[PurePosixPath, Sequence[FileVersion]]] = field(
        default_factory=dict
    )
    repository: GitRepository | None = None
    contents: dict[str, bytes] = field(default_factory=dict)
    begins: datetime | None = None
    edit: str = ""

    def read(self, services: Iterable[str]) -> None:
        """Read the contents of all versions of services, and forget those of others.

        Raises:
            RevisionError: an object is not in this clone.
        """
        self.contents.clear()
        objects = dict.fromkeys(
            version.object
            for service in services
            for of_file in self.versions.get(service, {}).values()
            for version in of_file
            if version.object is not None
        )
        if self.repository is not None:
            contents = self.repository.contents(objects)
            self.contents.update(zip(objects, contents, strict=True))

    def files(
        self, service: str, at: datetime
    ) -> tuple[SourceFile, ...] | Literal["unknown", "none"]:
        """Return the documents of a service that was read; `none` before the first of them.

        They are those as of a time. `unknown` is returned without Git, and before the commits that
        a shallow clone holds.
        """
        if not self.head or (self.begins is not None and at < self.begins):
            return "unknown"
        files: list[SourceFile] = []
        for path, versions in self.versions.get(service, {}).items():
            version = next((one for one in versions if one.commit.at <= at), None)
            if version is not None and version.object is not None:
                files.append((path, self.contents[version.object]))
        return tuple(files) or "none"

    def latest(self, service: str, at: datetime | None = None) -> MergedCommit | None:
        """Return the latest commit, up to a time if given, that changed a document of a service."""
        commits = [
            version.commit
            for versions in self.versions.get(service, {}).values()
            for version in versions
            if at is None or version.commit.at <= at
        ]
        return max(commits, key=lambda commit: commit.at, default=None)

    def revision(self, services: Iterable[str]) -> str:
        """Return the latest commit that changed a document of these services.

        It is that of HEAD if one of them has none, and empty without Git.
        """
        commits = [self.latest(service) for service in services]
        known = [commit for commit in commits if commit is not None]
        if not known or len(known) < len(commits):
            return self.head
        return max(known, key=lambda commit: commit.at).commit


NO_GIT: Final = GitPast()


def git_past(root: Path) -> GitPast:
    """Read which commits changed the folder of each service, along the first parents of HEAD.

    Raises:
        RevisionError: git is not installed, or the repository is damaged.
    """
    if top_of(root) is None:
        return NO_GIT
    repository = GitRepository.containing(root)
    try:
        head = repository.commit("HEAD")
    except RevisionError:  # a repository without a commit
        return NO_GIT

    prefix = repository.prefix(root)
    changes = [*_changes(repository, head, prefix)]
    merged: defaultdict[str, dict[date, dict[MergedCommit, None]]] = defaultdict(dict)
    versions: defaultdict[str, dict[PurePosixPath, list[FileVersion]]] = defaultdict(dict)
    for path, version in changes:
        service = path.parts[1]
        merged[service].setdefault(version.commit.day, {})[version.commit] = None
        if path.name.endswith(SUFFIXES):
            versions[service].setdefault(path, []).append(version)

    return GitPast(
        head=head,
        merged={
            service: {day: tuple(commits) for day, commits in days.items()}
            for service, days in merged.items()
        },
        versions=versions,
        repository=repository,
        begins=_begins(repository, head),
        edit=_edit(repository, prefix),
    )


def _changes(
    repository: GitRepository, head: str, prefix: str
) -> Iterator[tuple[PurePosixPath, FileVersion]]:
    """Yield each change of a file below `services/`, the latest first."""
    above = f"{prefix}/" if prefix else ""
    options = ("--first-parent", "-m", f"--max-count={MOST}", "--no-renames")
    raw = ("--raw", "--no-abbrev", "-z", FORM)
    listed = repository.run("log", *options, *raw, head, "--", f"{above}services/")
    for part in BEGINS.split(listed):
        start = HEAD.match(part)
        if start is None:  # what is before the first commit
            continue
        moment = datetime.fromtimestamp(int(start[2]), UTC)
        commit = MergedCommit(start[1].decode(), moment, start[3].decode("utf-8", "replace"))
        for path, blob in _entries(part[start.end() :]):
            below = PurePosixPath(path.removeprefix(above))
            if len(below.parts) > 2:
                yield below, FileVersion(commit, blob)


def _entries(listed: bytes) -> Iterator[tuple[str, str | None]]:
    """Yield path and object of each file that a commit changed."""
    fields = listed.strip(b"\n\0").split(b"\0")
    for entry, name in zip(fields[::2], fields[1::2], strict=False):
        change = RAW.fullmatch(entry.strip(b"\n"))
        if change is not None:
            is_file = change[1].startswith(b"100")
            yield os.fsdecode(name), change[2].decode() if is_file else None


def _begins(repository: GitRepository, head: str) -> datetime | None:
    if repository.run("rev-parse", "--is-shallow-repository").strip() != b"true":
        return None
    # The first parents of a commit end with one commit that has no parent in this clone.
    first = repository.run("log", "--first-parent", "--max-parents=0", "--format=%ct", head)
    return datetime.fromtimestamp(int(first), UTC)


def _edit(repository: GitRepository, prefix: str) -> str:
    github = GITHUB.fullmatch(repository.origin())
    if github is None:
        return ""
    return f"https://github.com/{github[1]}/edit/HEAD/{f'{quote(prefix)}/' if prefix else ''}"
