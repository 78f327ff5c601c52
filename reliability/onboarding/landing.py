"""Puts new files into a repository; a file that is there stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from reliability.errors import ReliabilityError
from reliability.load.replace import replace_file
from reliability.writing import repository_of, write_new


@dataclass(frozen=True, slots=True)
class WritePlan:
    """Files by their path in the repository: those that are new, those that are there.

    `kept` are there with another text, `same` with this one; `edited` are changed in one place,
    each with its text before and after.
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
        """Look which of the files are there."""
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
        return cls(root, new, tuple(kept), tuple(same), edited or {})

    def write(self) -> Iterator[PurePosixPath]:
        """Edit and write the files, each yielded once it is there.

        Raises:
            ReliabilityError: a step of its path is a link, or it cannot be written.
        """
        for path, (before, after) in self.edited.items():
            if not replace_file(self.root, self.root / path, before.encode(), after.encode()):
                raise ReliabilityError(f"{self.root / path} was changed meanwhile; import again")
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
