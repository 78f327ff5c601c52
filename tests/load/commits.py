"""Commits with files, links and submodules, made in one run of `git fast-import`."""

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.environment import environment
from tests.load.test_git import git

PERSON: Final = "dev <dev@example.com>"
MADE: Final = datetime(2025, 10, 9, 9, tzinfo=UTC)
Content = str | tuple[str, str] | None
"""Text of a file, mode and content of another entry, or None if the commit removes it."""

LINK: Final = "120000"
SUBMODULE: Final = "160000"


class Commits:
    """A repository whose branches are made by their changes to other branches."""

    def __init__(self, folder: Path) -> None:
        """Make an empty repository."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        git(folder, "init", "--quiet", "--initial-branch=main")
        self.stream: list[bytes] = []

    def commit(
        self,
        branch: str,
        files: Mapping[str, Content],
        *parents: str,
        at: datetime = MADE,
        subject: str = "change",
    ) -> None:
        """Add a commit of files that differ from those of its first parent."""
        self.line(f"commit refs/heads/{branch}")
        self.line(f"committer {PERSON} {at.timestamp():.0f} +0000")
        self.data(subject)
        for number, parent in enumerate(parents):
            if parent != branch:  # a commit follows the one before on its branch by itself
                self.line(f"{'merge' if number else 'from'} refs/heads/{parent}")
        for path, content in files.items():
            match content:
                case None:
                    self.line(f'D "{path}"')
                case (mode, name) if mode == SUBMODULE:
                    self.line(f'M {mode} {name} "{path}"')
                case (mode, text):
                    self.line(f'M {mode} inline "{path}"')
                    self.data(text)
                case str():
                    self.line(f'M 100644 inline "{path}"')
                    self.data(content)

    def line(self, text: str) -> None:
        """Add a line to the stream."""
        self.stream.append(f"{text}\n".encode())

    def data(self, text: str) -> None:
        """Add content with its length."""
        content = text.encode()
        self.stream.append(b"data %d\n%s\n" % (len(content), content))

    def written(self, checkout: str = "main") -> Path:
        """Write the commits, check one out, and return the folder."""
        subprocess.run(
            ["git", "fast-import", "--quiet"],
            cwd=self.folder,
            env=environment(),
            input=b"".join(self.stream),
            check=True,
        )
        git(self.folder, "checkout", "--quiet", checkout)
        return self.folder
