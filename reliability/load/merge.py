"""Merge of a change into the newest commit of its branch, to check the result of the merge.

The author of a change chooses the commit that it starts from, however old. So it is compared with
the current state of the branch, and checked as it would be after the merge.

Files are merged as a whole. A file that both sides have changed is not merged: the author has to
merge the branch first. Otherwise a guess about how the code host merges lines would decide who has
to approve.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.errors import RevisionError
from reliability.finding import Finding
from reliability.git import GitRepository
from reliability.load.base import Base, CommitFiles, files_at
from reliability.load.code_owners import CODE_OWNERS
from reliability.load.files import BEGINNING, FOLDERS, DiskFiles, read_repository
from reliability.load.loader import load

Files = Mapping[PurePosixPath, bytes]
WORKING_TREE: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What a branch declares now, and what it would declare after a change is merged.

    `start` is the merge base. The files of `overlapping` were changed on both sides: of these,
    `base` has the version at the merge base and `head` the version of the change. `head.commit` is
    empty for the working tree.
    """

    base: Base
    head: Base
    start: str
    overlapping: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeFiles:
    """Files of the change; `existing` contains each path that exists."""

    files: Files
    existing: Container[PurePosixPath]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class MergedDiskFiles(DiskFiles):
    """Files on disk, and files that were added to the branch since the merge base."""

    added: Mapping[PurePosixPath, str] = field(default_factory=dict)
    repository: GitRepository | None = None

    def __contains__(self, path: object) -> bool:
        return path in self.added or DiskFiles.__contains__(self, path)

    def beginning(self, path: PurePosixPath) -> str | None:
        """Read the first 4 KiB of a file as text, or return None if it is not a regular file."""
        if path not in self.added or self.repository is None:
            return DiskFiles.beginning(self, path)
        [content] = self.repository.contents([self.added[path]])
        return content[:BEGINNING].decode("utf-8-sig", "replace")


def start_of(repository: GitRepository, tip: str, head: str) -> str:
    """Return the merge base of a change and a branch, or the tip if they share no history.

    Raises:
        RevisionError: there are several merge bases, as after a criss-cross merge. The change would
            depend on which one is used, and its author could choose.
    """
    starts = repository.merge_bases(tip, head)
    if len(starts) > 1:
        raise RevisionError(
            f"commits {head[:12]} and {tip[:12]} have {len(starts)} merge bases, so the change is "
            "ambiguous; merge the base branch into the branch of the change, and push"
        )

    return starts[0] if starts else tip


def merge_working_tree(root: Path, revision: str, here: Base) -> Merge:
    """Merge the working tree, loaded as `here`, into the commit that `revision` names.

    Raises:
        RevisionError: the commit is unknown, there are several merge bases, or an object is not in
            this clone.
    """
    repository = GitRepository.containing(root)
    tip = repository.commit(revision)
    start = start_of(repository, tip, repository.commit("HEAD"))
    if start == tip:
        return Merge(base=files_at(repository, root, tip).loaded(), head=here, start=start)

    sides = MergeSides.at(repository, root, (start, tip, "HEAD"))
    files, unread = read_repository(root)
    disk = MergedDiskFiles(root, added=sides.added, repository=repository)
    return _merged(sides, ChangeFiles(dict(files), disk, tuple(unread)), WORKING_TREE)


def merge_commit(root: Path, revision: str, commit: str) -> Merge:
    """Merge a commit into the one that `revision` names.

    Raises:
        RevisionError: a commit is unknown, there are several merge bases, or an object is not in
            this clone.
    """
    repository = GitRepository.containing(root)
    tip, head = repository.commit(revision), repository.commit(commit)
    start = start_of(repository, tip, head)
    held = files_at(repository, root, head)
    if start == tip:
        base = files_at(repository, root, tip).loaded()
        return Merge(base=base, head=held.loaded(), start=start)

    sides = MergeSides.at(repository, root, (start, tip, head))
    change = ChangeFiles(held.files, frozenset((*held.objects, *sides.added)))
    return _merged(sides, change, head)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSides:
    """Files at the merge base and on the branch now; `head` is the commit of the change."""

    repository: GitRepository
    prefix: str
    start: CommitFiles
    tip: CommitFiles
    head: str

    @classmethod
    def at(cls, repository: GitRepository, root: Path, commits: tuple[str, str, str]) -> MergeSides:
        """Read the files at the merge base and the tip."""
        start, tip = (files_at(repository, root, commit) for commit in commits[:2])
        prefix = repository.prefix(root)
        return cls(repository=repository, prefix=prefix, start=start, tip=tip, head=commits[2])

    @property
    def added(self) -> Mapping[PurePosixPath, str]:
        """Paths that were added to the branch since the merge base, with their objects."""
        start, tip = self.start.objects, self.tip.objects
        return {path: name for path, name in tip.items() if path not in start}

    def renamed(self) -> Iterator[PurePosixPath]:
        """Yield documents that one side renamed and the other side changed.

        Git's merge follows renames: it applies the change to the new path, even if only one of the
        two paths is a document.
        """
        start, tip = self.start.commit, self.tip.commit
        for ours, theirs in ((tip, self.head), (self.head, tip)):
            for old, new in self.repository.renames(start, ours):
                path = PurePosixPath(new)
                if not path.is_relative_to(self.prefix):
                    continue
                document = path.relative_to(self.prefix)
                is_changed = self._object(start, old) != self._object(theirs, old)
                if is_governed(document) and is_changed:
                    yield document

    def _object(self, commit: str, path: str) -> str | None:
        entries = self.repository.entries(commit, path)
        return next((entry.object for entry in entries), None)


def is_governed(path: PurePosixPath) -> bool:
    """Return whether a path, relative to the root, is a document or CODEOWNERS."""
    return path.parts[0] in FOLDERS or path in CODE_OWNERS


def _merged(sides: MergeSides, change: ChangeFiles, commit: str) -> Merge:
    start, tip, head = sides.start.files, sides.tip.files, change.files
    paths = {*start, *tip, *head}
    overlapping = {path for path in paths if _differ(start, tip, head, path=path)} | {
        *sides.renamed()
    }

    # Nobody knows the merged content of a file that both sides changed, so it is compared with the
    # merge base, and `overlapping` blocks the change.
    before = {path: (start if path in overlapping else tip).get(path) for path in paths}
    after = {
        path: head.get(path) if path in overlapping or _has_changed(start, head, path) else old
        for path, old in before.items()
    }
    catalog, findings = load(_there(after), change.existing)

    return Merge(
        base=Base(sides.tip.commit, *load(_there(before), sides.tip.objects)),
        head=Base(commit, catalog, (*change.findings, *findings)),
        start=sides.start.commit,
        overlapping=tuple(sorted(path.as_posix() for path in overlapping)),
    )


def _differ(start: Files, tip: Files, head: Files, path: PurePosixPath) -> bool:
    """Return whether both sides have changed a file, to different content."""
    both = _has_changed(start, tip, path) and _has_changed(start, head, path)
    return both and tip.get(path) != head.get(path)


def _has_changed(before: Files, after: Files, path: PurePosixPath) -> bool:
    return before.get(path) != after.get(path)


def _there(files: Mapping[PurePosixPath, bytes | None]) -> Iterable[tuple[PurePosixPath, bytes]]:
    return [(path, content) for path, content in files.items() if content is not None]
