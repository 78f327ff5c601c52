"""Hooks of hatchling: the commit in the package, and a description that an index can show.

An sdist contains the file with the commit, so that a wheel built from it needs no Git.
"""

import re
import subprocess
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

COMMIT: Final = "reliability/commit.txt"


class CommitHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's config is untyped
    """Adds `reliability/commit.txt`, with the full commit or, if it differs, `COMMIT-modified`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file into the build folder; an editable install reads Git instead."""
        if version == "editable" or not (Path(self.root) / ".git").exists():
            return
        file = Path(self.directory) / "commit.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{commit_of(Path(self.root))}\n", encoding="ascii")
        build_data["force_include"][str(file)] = COMMIT

    def finalize(self, *_built: Any) -> None:
        """Leave nothing but the artifact in the build folder."""
        (Path(self.directory) / "commit.txt").unlink(missing_ok=True)


class ReadmeHook(MetadataHookInterface):
    """Sets the description: README.md, with links to files of the repository at this version."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the description; without a repository address, links stay relative."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        repository = self.config.get("repository", "")
        if repository:
            text = with_absolute_links(text, repository, f"v{metadata['version']}")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def with_absolute_links(text: str, repository: str, tag: str) -> str:
    """Return Markdown in which relative links and pictures lead to a tag of the repository."""

    def absolute(match: re.Match[str]) -> str:
        folder = "raw" if match["path"].endswith((".svg", ".png")) else "blob"
        return f"]({repository}/{folder}/{tag}/{match['path']})"

    return re.sub(r"\]\((?P<path>(?!https?:|#)[^)\s]+)\)", absolute, text)


def commit_of(root: Path) -> str:
    """Return the commit that is checked out; `-modified` if tracked files differ from it."""
    commit = _git(root, "rev-parse", "HEAD")
    return f"{commit}-modified" if _git(root, "status", "--porcelain", "-uno") else commit


def _git(root: Path, *arguments: str) -> str:
    command = ("git", "-C", str(root), *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
