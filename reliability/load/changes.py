"""What a commit changes below `services/` and `policies/`, by the names of Git's blobs.

Two commits with the same changes are the same proposal, whatever else was merged in between. A blob
is named by its content, so an approval of one holds for the other, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reliability.errors import RevisionError
from reliability.git import GitRepository
from reliability.load.files import FOLDERS

Blob = tuple[str, str]
"""Mode and object, so that a file that becomes a link is another file."""
Change = Mapping[str, tuple[Blob | None, Blob | None]]
"""The files that differ, each before and after; None if there is none."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Reads changes from the objects of one repository; `root` is where `services/` lies."""

    repository: GitRepository
    root: Path

    @classmethod
    def at(cls, root: Path) -> Changes:
        """The changes of the repository that holds a folder.

        Raises:
            RevisionError: it is not in a Git repository.
        """
        return cls(GitRepository.containing(root), root)

    def proposal(self, tip: str, commit: str) -> Change:
        """What a commit proposes to a branch whose newest commit is `tip`.

        Raises:
            RevisionError: a commit is not in this clone, or they share no history.
        """
        return self.between(self.merge_base(tip, commit), commit)

    def tip(self, branch: str, fallback: str) -> str:
        """The newest commit of a branch of the remote, else what the forge named.

        GitHub's `base.sha` may be older than what was merged into the head since.
        """
        ref = f"refs/remotes/origin/{branch}"
        return ref if self.has(ref) else fallback

    def between(self, before: str, after: str) -> Change:
        """The governed files that differ between two commits.

        Raises:
            RevisionError: a commit is not in this clone.
        """
        old, new = self._governed(before), self._governed(after)
        return {
            path: (old.get(path), new.get(path))
            for path in sorted({*old, *new})
            if old.get(path) != new.get(path)
        }

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor of two commits.

        Raises:
            RevisionError: there is none, or a commit is not in this clone.
        """
        names = self.repository.commit(one), self.repository.commit(other)
        return self.repository.run("merge-base", *names).decode().split("\n")[0]

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Whether a commit is the other one, or comes before it.

        Raises:
            RevisionError: a commit is not in this clone.
        """
        name, other = self.repository.commit(commit), self.repository.commit(of)
        only = self.repository.run("rev-list", "--max-count=1", name, "--not", other)
        return not only

    def has(self, commit: str) -> bool:
        """Whether a commit is in this clone."""
        try:
            self.repository.commit(commit)
        except RevisionError:
            return False
        return True

    def _governed(self, commit: str) -> dict[str, Blob]:
        """The documents of a commit; where they lay elsewhere then, all that could be some."""
        name = self.repository.commit(commit)
        prefix = self.repository.prefix(self.root)
        folders = (f"{prefix}/{folder}".lstrip("/") for folder in FOLDERS)
        below = [entry for folder in folders for entry in self.repository.tree(name, folder)]
        entries = below or [
            entry
            for entry in self.repository.tree(name)
            if not set(FOLDERS).isdisjoint(entry.path.split("/"))
        ]
        return {entry.path: (entry.mode, entry.object) for entry in entries}
