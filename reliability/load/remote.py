"""Address of the Git repository that a folder is in, normalized to host/owner/name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from reliability.git import GitRepository, top_of

SCP: Final = re.compile(r"(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]{2,}):(?P<path>(?!//)\S+)")
"""`git@github.com:acme/reliability.git`, the scp-like syntax (git-clone(1), GIT URLS)."""

NETWORK: Final = frozenset({"https", "http", "ssh", "git", "git+ssh", "ssh+git"})


def repository_address(root: Path) -> str:
    """Return the normalized address of the remote `origin`, or of the only remote.

    It is empty if unknown. The folder inside the repository follows after a colon, because several
    may contain documents.

    Raises:
        RevisionError: git does not accept the repository.
    """
    if top_of(root) is None:
        return ""
    repository = GitRepository.containing(root)
    address, inside = normalized_address(repository.origin()), repository.prefix(root)

    return f"{address}:{quote(inside)}" if address and inside else address


def normalized_address(url: str) -> str:
    """Convert a Git URL to host/owner/name in lower case, the same for HTTPS and SSH.

    Credentials are removed. A local path becomes empty, because it may be another repository on
    another machine.
    """
    scp = SCP.fullmatch(url.strip())
    if scp is not None:
        return _joined(scp["host"], scp["path"])

    try:
        parts = urlsplit(url.strip())
        return _joined(parts.hostname or "", parts.path) if parts.scheme in NETWORK else ""
    except ValueError:
        return ""


def _joined(host: str, path: str) -> str:
    """Join host and path as Git hosts compare them: without case and the suffix `.git`."""
    name = unquote(path).strip("/").lower().removesuffix(".git").strip("/")
    return f"{host.lower()}/{quote(name, safe='/~._-+@')}" if host and name else ""
