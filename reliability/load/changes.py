"""Changes that a commit makes in `services/`, `policies/` and CODEOWNERS, as Git blobs.

Two commits with the same changes are the same proposal, whatever else was merged in between. The
hash of a blob identifies its content, so an approval of one commit is valid for the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reliability.errors import RevisionError
from reliability.git import GitRepository
from reliability.load.code_owners import CODE_OWNERS
from reliability.load.files import FOLDERS
from reliability.load.merge import start_of

Blob = tuple[str, str]
"""Mode and object hash; the mode detects a file replaced by a link with the same content."""
Change = Mapping[str, tuple[Blob | None, Blob | None]]
"""Changed files, each with its blob before and after; None if it does not exist."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Reader of changes from the objects of a repository; `root` contains `services/`."""

    repository: GitRepository
    root: Path

    @classmethod
    def at(cls, root: Path) -> Changes:
        """Open the repository that a folder is in.

        Raises:
            RevisionError: the folder is not in a Git repository.
        """
        return cls(GitRepository.containing(root), root)

    def proposal(self, tip: str, commit: str) -> Change:
        """Return what a commit proposes to a branch whose newest commit is `tip`.

        Raises:
            RevisionError: a commit is not in this clone, or they have several merge bases.
        """
        start = start_of(self.repository, self.repository.commit(tip), commit)
        return self.between(start, commit)

    def tip(self, branch: str, fallback: str) -> str:
        """Return the remote-tracking reference of a branch, or `fallback` if it was not fetched.

        The fallback comes from the forge. GitHub's `base.sha` may be older than commits that were
        merged into the head since.
        """
        ref = f"refs/remotes/origin/{branch}"
        return ref if self.has(ref) else fallback

    def between(self, before: str, after: str) -> Change:
        """Return the governed files that differ between two commits.

        Raises:
            RevisionError: a commit is not in this clone.
        """
        old, new = self._governed(before), self._governed(after)
        return {
            path: (old.get(path), new.get(path))
            for path in sorted({*old, *new})
            if old.get(path) != new.get(path)
        }

    def proposes(self, tip: str, commit: str, proposal: Change) -> bool | None:
        """Return whether a commit makes exactly this proposal; None if it is not in this clone."""
        if not self.has(commit):
            return None
        try:
            return self.proposal(tip, commit) == proposal
        except RevisionError:
            return False

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Return whether a commit equals the other one or is its ancestor.

        Raises:
            RevisionError: a commit is not in this clone.
        """
        name, other = self.repository.commit(commit), self.repository.commit(of)
        only = self.repository.run("rev-list", "--max-count=1", name, "--not", other)
        return not only

    def has(self, commit: str) -> bool:
        """Return whether a commit is in this clone."""
        try:
            self.repository.commit(commit)
        except RevisionError:
            return False
        return True

    def _governed(self, commit: str) -> dict[str, Blob]:
        """Return the documents of a commit by path, and CODEOWNERS.

        If the documents were elsewhere at that commit, include all files that may have been
        documents.
        """
        name = self.repository.commit(commit)
        prefix = self.repository.prefix(self.root)
        folders = (f"{prefix}/{folder}".lstrip("/") for folder in FOLDERS)
        below = [entry for folder in folders for entry in self.repository.tree(name, folder)]

        entries = below or [
            entry
            for entry in self.repository.tree(name)
            if not set(FOLDERS).isdisjoint(entry.path.split("/"))
        ]
        owners = (f"{prefix}/{path}".lstrip("/") for path in CODE_OWNERS)
        entries += [entry for path in owners for entry in self.repository.entries(name, path)]

        return {entry.path: (entry.mode, entry.object) for entry in entries}
