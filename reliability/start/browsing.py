"""Under which address people read the files of a repository, so that a runbook can be clicked."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from reliability.start.tool_source import over_https

FORMS: Final = (
    ("github", "blob"),
    ("gitlab", "-/blob"),
    ("bitbucket", "src"),
    ("codeberg", "src/branch"),
    ("gitea", "src/branch"),
    ("forgejo", "src/branch"),
)
"""What stands between a repository and a branch, by a word of the host's name."""


def browsing_base(root: Path) -> str:
    """The address before a path of `root`, from the remote `origin` and the branch.

    Empty if there is no remote, or its host is of no kind that is known.
    """
    top = next((each for each in (root, *root.parents) if (each / ".git").is_dir()), None)
    if top is None:
        return ""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read(top / ".git/config", encoding="utf-8")
        head = (top / ".git/HEAD").read_text(encoding="utf-8").strip()
        remote = parser.get('remote "origin"', "url", fallback="") or ""
    except (OSError, UnicodeDecodeError, configparser.Error):
        return ""
    parts = urlsplit(over_https(remote).removesuffix(".git"))
    between = next((form for word, form in FORMS if word in (parts.hostname or "")), None)
    if parts.scheme != "https" or between is None:
        return ""
    branch = head.removeprefix("ref: refs/heads/") if head.startswith("ref: ") else "main"
    folder = root.relative_to(top).as_posix()
    below = "" if folder == "." else f"/{quote(folder)}"
    return f"{parts.geturl()}/{between}/{quote(branch)}{below}"
