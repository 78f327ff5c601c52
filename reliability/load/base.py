"""Loading of another commit's catalog from Git objects, without a checkout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reliability.errors import RevisionError
from reliability.finding import Finding
from reliability.git import SYMLINK, GitRepository, TreeEntry
from reliability.load.catalog import Catalog
from reliability.load.code_owners import CODE_OWNERS, LARGEST
from reliability.load.files import FOLDERS
from reliability.load.listing import SUFFIXES
from reliability.load.loader import SourceFile, load


@dataclass(frozen=True, slots=True)
class Base:
    """Catalog of a commit, with its full hash, and findings about files that cannot be read."""

    commit: str
    catalog: Catalog
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class CommitFiles:
    """Documents and CODEOWNERS of a commit; `objects` has all paths below its folder."""

    commit: str
    files: Mapping[PurePosixPath, bytes]
    objects: Mapping[PurePosixPath, str]

    def loaded(self) -> Base:
        """Load the catalog of these files."""
        return Base(self.commit, *load(self.files.items(), self.objects))


def load_base(root: Path, revision: str) -> Base:
    """Load the catalog at the merge base of `revision` and HEAD.

    Raises:
        RevisionError: `root` is not in a Git repository, the revision is unknown, or an object of
            the base is not in this clone.
    """
    repository = GitRepository.containing(root)
    tip = repository.commit(revision)
    return files_at(repository, root, repository.merge_base(tip) or tip).loaded()


def load_commit(root: Path, revision: str) -> Base:
    """Load the catalog at a commit.

    Raises:
        RevisionError: `root` is not in a Git repository, or the commit is not in this clone.
    """
    repository = GitRepository.containing(root)
    return files_at(repository, root, repository.commit(revision)).loaded()


def files_at(repository: GitRepository, root: Path, commit: str) -> CommitFiles:
    """Read the files of a commit below the folder that `root` is, or was before it was moved.

    Raises:
        RevisionError: an object is not in this clone, or several folders were moved.
    """
    entries = _below(repository, commit, _folder_at(repository, commit, root))
    objects = {path: entry.object for path, entry in entries.items()}
    return CommitFiles(commit, dict(_files(repository, entries)), objects)


def _folder_at(repository: GitRepository, commit: str, root: Path) -> str:
    """Find the folder of the documents at a commit: the same path, unless they were moved since.

    A pull request may move them and leave a link behind. A comparison with an empty base would then
    report no loosening at all.
    """
    prefix = repository.prefix(root)
    if any(map(_is_document, _below(repository, commit, prefix))):
        return prefix

    moved = _document_folders(repository, commit)
    if not repository.is_submodule:
        moved -= _document_folders(repository, repository.commit("HEAD"))
    if len(moved) > 1 or (moved and repository.is_submodule):
        names = ", ".join(sorted(f"{folder or '.'}/services" for folder in moved))
        raise RevisionError(
            f"commit {commit[:12]} has no documents below {prefix or '.'}, but in {names}; "
            "move one folder at a time, and run it in a checkout of the repository itself"
        )

    return next(iter(moved), prefix)


def _document_folders(repository: GitRepository, commit: str) -> set[str]:
    """Return the folders of a commit that contain `services/` with documents."""
    paths = (PurePosixPath(f"/{entry.path}") for entry in repository.tree(commit))
    return {
        str(path.parents[2])[1:]
        for path in paths
        if path.name.endswith(SUFFIXES) and path.parts[-3:-2] == FOLDERS[:1]
    }


def _is_document(path: PurePosixPath) -> bool:
    return path.parts[0] in FOLDERS and path.name.endswith(SUFFIXES)


def _below(
    repository: GitRepository, commit: str, prefix: str
) -> Mapping[PurePosixPath, TreeEntry]:
    return {
        PurePosixPath(entry.path).relative_to(prefix): entry
        for entry in repository.tree(commit, prefix)
    }


def _files(
    repository: GitRepository, entries: Mapping[PurePosixPath, TreeEntry]
) -> list[SourceFile]:
    plain = {
        path: entry.object
        for path, entry in entries.items()
        # The blob of a link holds the path of its target, which is not YAML, and may lead anywhere.
        if entry.kind == "blob" and entry.mode != SYMLINK
    }
    owners = next((path for path in CODE_OWNERS if path in plain), None)
    wanted = [path for path in plain if _is_document(path) or path == owners]
    contents = repository.contents(plain[path] for path in wanted)

    return [
        (path, content)
        for path, content in zip(wanted, contents, strict=True)
        if path != owners or len(content) <= LARGEST
    ]
