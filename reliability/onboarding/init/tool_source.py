"""Where a workflow gets this program from: a Git repository over HTTPS, at one full commit.

The distribution is on no package index, so its bare name must never be installed: whoever registers
that name would run code in jobs that hold credentials.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from reliability.errors import RevisionError
from reliability.git import GitRepository, top_of
from reliability.real_path import real_path

DISTRIBUTION: Final = "reliability-as-code"
EXAMPLE: Final = "git+https://HOST/OWNER/NAME.git@COMMIT"
COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?(/[\w.~-]+)+", re.ASCII)
SCP_LIKE: Final = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)([\w./~-]+)", re.ASCII)
"""`git@host:owner/name.git`, as `git clone` takes it beside addresses."""


@dataclass(frozen=True, slots=True)
class ToolSource:
    """The address of a Git repository (`https://...`) and a full commit of it."""

    address: str
    commit: str

    @property
    def requirement(self) -> str:
        """The line that pip installs; with `--no-deps` it names nothing else."""
        return f"{DISTRIBUTION} @ git+{self.address}@{self.commit}"


@dataclass(frozen=True, slots=True)
class UnknownSource:
    """Why the address or the commit is not known."""

    reason: str


def read_source(text: str) -> ToolSource:
    """`git+https://HOST/OWNER/NAME.git@COMMIT`, also behind the distribution's name and `@`.

    Raises:
        ValueError: it is not such an address, or the commit is not a full one.
    """
    line = text.strip().removeprefix(DISTRIBUTION).strip().removeprefix("@").strip()
    address, at, commit = line.removeprefix("git+").rpartition("@")
    if not line.startswith("git+") or not at or ADDRESS.fullmatch(address) is None:
        raise ValueError(f"{text!r} is not an address such as {EXAMPLE}")
    if COMMIT.fullmatch(commit) is None:
        raise ValueError(f"{commit!r} is not a full commit: 40 hexadecimal digits")
    return ToolSource(address, commit)


def installed_source() -> ToolSource | UnknownSource:
    """Where the program that runs was installed from."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return UnknownSource("the program runs without being installed")
    return source_of(text)


def source_of(direct_url: str | None) -> ToolSource | UnknownSource:
    """What `direct_url.json` of an installed distribution says, or the clone that it names.

    Its fields: https://packaging.python.org/en/latest/specifications/direct-url-data-structure/
    """
    try:
        body: Any = json.loads(direct_url or "{}")
        url, version_control = str(body.get("url", "")), body.get("vcs_info")
    except (ValueError, AttributeError):
        return UnknownSource("direct_url.json of the installation cannot be read")
    if isinstance(version_control, dict):
        return _source(url, str(version_control.get("commit_id", "")))
    parts = urlsplit(url)
    if "dir_info" in body and parts.scheme == "file":
        return _of_clone(Path(unquote(parts.path)))
    return UnknownSource("the program was not installed from a Git repository")


def _of_clone(folder: Path) -> ToolSource | UnknownSource:
    """The commit that a clone has checked out, if a branch of its remote holds it."""
    if not folder.is_dir() or top_of(folder) != real_path(folder):
        return UnknownSource(f"{folder}, from which it was installed, is not a clone")
    try:
        clone = GitRepository.containing(folder)
        commit = clone.commit("HEAD")
        remotes = clone.run("remote").decode().split()
        if "origin" not in remotes:
            return UnknownSource(f"the clone {folder} has no remote named origin")
        if not clone.run("branch", "--remotes", "--contains", commit).strip():
            return UnknownSource(f"no branch of the remote of {folder} holds {commit[:12]}")
        return _source(clone.run("remote", "get-url", "origin").decode().strip(), commit)
    except RevisionError as error:
        return UnknownSource(f"the commit of {folder} cannot be read: {error}")


def _source(url: str, commit: str) -> ToolSource | UnknownSource:
    address = over_https(url)
    try:
        return read_source(f"git+{address}@{commit}")
    except ValueError:
        return UnknownSource(
            "it was installed from an address that is not HTTPS, or no full commit"
        )


def over_https(url: str) -> str:
    """The same repository over HTTPS, without a user or a password; other addresses as they are."""
    parts = urlsplit(url)
    if parts.scheme in ("https", "ssh") and parts.hostname:
        port = f":{parts.port}" if parts.port and parts.scheme == "https" else ""
        return f"https://{parts.hostname}{port}{parts.path.rstrip('/')}"
    scp = SCP_LIKE.fullmatch(url)
    return f"https://{scp[1]}/{scp[2].strip('/')}" if scp else url
