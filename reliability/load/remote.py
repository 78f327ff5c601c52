"""The address of the Git repository that a folder belongs to, normalized to host/owner/name."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

SCP: Final = re.compile(r"(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]{2,}):(?P<path>(?!//)\S+)")
"""`git@github.com:acme/reliability.git`, as scp and Git write it (git-clone(1), GIT URLS)."""

NETWORK: Final = frozenset({"https", "http", "ssh", "git", "git+ssh", "ssh+git"})


def repository_address(root: Path) -> str:
    """The normalized address of the remote `origin`, or of the only remote; empty if unknown.

    A folder inside the repository follows behind a colon: two of them may hold documents each.
    """
    for top in (root, *root.parents):
        if (top / ".git").exists():
            address = normalized_address(_remote(_git_folder(top)))
            inside = root.relative_to(top).as_posix()
            return address if not address or inside == "." else f"{address}:{quote(inside)}"
    return ""


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


def _remote(git: Path) -> str:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read(git / "config", encoding="utf-8")
    except (OSError, UnicodeDecodeError, configparser.Error):
        return ""
    remotes = {
        section: parser.get(section, "url", fallback="") or ""
        for section in parser.sections()
        if section.startswith("remote ")
    }
    only = next(iter(remotes.values())) if len(remotes) == 1 else ""
    return remotes.get('remote "origin"', only)


def _git_folder(top: Path) -> Path:
    """The folder that holds the configuration; a worktree's `.git` is a file that leads to it.

    See gitrepository-layout(5): `gitdir:` in the file, `commondir` in the folder it names.
    """
    git = top / ".git"
    try:
        if git.is_file():
            git = top / git.read_text(encoding="utf-8").partition("gitdir:")[2].strip()
        common = git / "commondir"
        return git / common.read_text(encoding="utf-8").strip() if common.is_file() else git
    except (OSError, UnicodeDecodeError):
        return git
