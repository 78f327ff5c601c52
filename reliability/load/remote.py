"""The address of the Git repository that a folder belongs to, normalized to host/owner/name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from reliability.git import GitRepository, top_of

SCP: Final = re.compile(r"(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]{2,}):(?P<path>(?!//)\S+)")
"""`git@github.com:acme/reliability.git`, as scp and Git write it (git-clone(1), GIT URLS)."""

NETWORK: Final = frozenset({"https", "http", "ssh", "git", "git+ssh", "ssh+git"})


def repository_address(root: Path) -> str:
    """The normalized address of the remote `origin`, or of the only remote; empty if unknown.

    A folder inside the repository follows behind a colon: two of them may hold documents each.

    Raises:
        RevisionError: there is a repository, and git does not accept it.
    """
    if top_of(root) is None:
        return ""
    repository = GitRepository.containing(root)
    address, inside = normalized_address(repository.origin()), repository.prefix(root)

    return f"{address}:{quote(inside)}" if address and inside else address


def normalized_address(url: str) -> str:
    """A Git URL as host/owner/name in lower case: one text for HTTPS and SSH, without credentials.

    A path on this machine is no address: another machine has another repository there.
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
    """Hosts ignore the case of owners and names, and the ending `.git`."""
    name = unquote(path).strip("/").lower().removesuffix(".git").strip("/")
    return f"{host.lower()}/{quote(name, safe='/~._-+@')}" if host and name else ""
