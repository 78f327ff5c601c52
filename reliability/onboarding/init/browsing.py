"""The URL at which people read the files of a repository, for links to runbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from reliability.errors import RevisionError
from reliability.git import GitRepository
from reliability.onboarding.init.tool_source import over_https
from reliability.real_path import real_path

FORMS: Final = (
    ("github", "blob"),
    ("gitlab", "-/blob"),
    ("bitbucket", "src"),
    ("codeberg", "src/branch"),
    ("gitea", "src/branch"),
    ("forgejo", "src/branch"),
)
"""The path between a repository and a branch, by a word of the host's name."""


def browsing_base(root: Path) -> str:
    """Return the URL before a path of `root`, from the remote `origin` and the branch.

    Empty if there is no remote, or its host is not of a known kind.
    """
    try:
        repository = GitRepository.containing(root)
        remote = repository.run("config", "--get", "remote.origin.url").decode().strip()
        branch = repository.run("symbolic-ref", "--short", "HEAD").decode().strip()
    except RevisionError:
        return ""

    parts = urlsplit(over_https(remote).removesuffix(".git"))
    between = next((form for word, form in FORMS if word in (parts.hostname or "")), None)
    if parts.scheme != "https" or between is None:
        return ""

    folder = real_path(root).relative_to(repository.top).as_posix()
    below = "" if folder == "." else f"/{quote(folder)}"
    return f"{parts.geturl()}/{between}/{quote(branch)}{below}"
