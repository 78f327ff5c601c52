"""Writes new files into a repository; existing files are not changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from reliability.errors import ReliabilityError
from reliability.load.replace import replace_file
from reliability.writing import repository_of, write_new


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePlan:
    """Files to write, by their paths in the repository.

    `new` do not exist yet. `kept` exist with another text and `same` with this text; neither is
    written. `edited` are existing files with their texts before and after.
    """

    root: Path
    new: Mapping[PurePosixPath, str]
    kept: tuple[PurePosixPath, ...]
    same: tuple[PurePosixPath, ...]
    edited: Mapping[PurePosixPath, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        root: Path,
        files: Mapping[PurePosixPath, str],
        edited: Mapping[PurePosixPath, tuple[str, str]] | None = None,
    ) -> WritePlan:
        """Compare the files with those on disk."""
        new: dict[PurePosixPath, str] = {}
        kept: list[PurePosixPath] = []
        same: list[PurePosixPath] = []

        for path, text in files.items():
            there = root / path
            if not there.exists() and not there.is_symlink():
                new[path] = text
            elif there.is_file() and there.read_bytes() == text.encode():
                same.append(path)
            else:
                kept.append(path)

        return cls(root=root, new=new, kept=tuple(kept), same=tuple(same), edited=edited or {})

    def write(self) -> Iterator[PurePosixPath]:
        """Write the files; yield each path once it is written.

        Raises:
            ReliabilityError: part of a path is a symbolic link, or a file cannot be written.
        """
        for path, (before, after) in self.edited.items():
            if not replace_file(self.root, self.root / path, before.encode(), after=after.encode()):
                raise ReliabilityError(
                    f"{self.root / path} changed during the import; import again"
                )
            yield path
        for path, text in self.new.items():
            there = self.root / path
            try:
                write_new(there, text.encode(), repository_of(self.root))
            except OSError as error:
                reason = (error.strerror or "no reason").lower()
                place = error.filename or there
                raise ReliabilityError(f"{place} cannot be written: {reason}") from error
            yield path
