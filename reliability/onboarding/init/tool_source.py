"""The source from which a workflow installs this program: Git over HTTPS, at one full commit.

The distribution is not on a package index, so its bare name must never be installed: anyone who
registers that name could run code in jobs with credentials.
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
"""`git@host:owner/name.git`, which `git clone` accepts besides URLs."""


@dataclass(frozen=True, slots=True)
class ToolSource:
    """The URL of a Git repository (`https://...`) and a full commit of it."""

    address: str
    commit: str

    @property
    def requirement(self) -> str:
        """The requirement for `pip install --no-deps`."""
        return f"{DISTRIBUTION} @ git+{self.address}@{self.commit}"


@dataclass(frozen=True, slots=True)
class UnknownSource:
    """The reason why the URL or the commit is not known."""

    reason: str


def read_source(text: str) -> ToolSource:
    """Read `git+https://HOST/OWNER/NAME.git@COMMIT`, optionally after `reliability-as-code @`.

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
    """Return where the running program was installed from."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return UnknownSource("reliability is not installed as a package")
    return source_of(text)


def source_of(direct_url: str | None) -> ToolSource | UnknownSource:
    """Return the source in `direct_url.json` of a distribution, or that of the clone it names.

    Its fields: https://packaging.python.org/en/latest/specifications/direct-url-data-structure/
    """
    try:
        body: Any = json.loads(direct_url or "{}")
        url, version_control = str(body.get("url", "")), body.get("vcs_info")
    except (ValueError, AttributeError):
        return UnknownSource("direct_url.json of the installation is not valid")

    if isinstance(version_control, dict):
        return _source(url, str(version_control.get("commit_id", "")))
    parts = urlsplit(url)
    if "dir_info" in body and parts.scheme == "file":
        return _of_clone(Path(unquote(parts.path)))

    return UnknownSource("reliability was not installed from a Git repository")


def _of_clone(folder: Path) -> ToolSource | UnknownSource:
    """Return the commit that a clone has checked out, if it is on a remote branch."""
    if not folder.is_dir() or top_of(folder) != real_path(folder):
        return UnknownSource(f"reliability was installed from {folder}, which is not a Git clone")
    try:
        clone = GitRepository.containing(folder)
        commit = clone.commit("HEAD")
        remotes = clone.run("remote").decode().split()
        if "origin" not in remotes:
            return UnknownSource(f"the clone {folder} has no remote named origin")
        if not clone.run("branch", "--remotes", "--contains", commit).strip():
            return UnknownSource(f"commit {commit[:12]} of {folder} is on no remote branch")
        return _source(clone.run("remote", "get-url", "origin").decode().strip(), commit)
    except RevisionError as error:
        return UnknownSource(f"the commit of {folder} cannot be read: {error}")


def _source(url: str, commit: str) -> ToolSource | UnknownSource:
    address = over_https(url)
    try:
        return read_source(f"git+{address}@{commit}")
    except ValueError:
        return UnknownSource(
            "reliability was installed without an HTTPS URL or without a full commit"
        )


def over_https(url: str) -> str:
    """Return the URL over HTTPS, without user and password; other addresses are not changed."""
    parts = urlsplit(url)
    if parts.scheme in ("https", "ssh") and parts.hostname:
        port = f":{parts.port}" if parts.port and parts.scheme == "https" else ""
        return f"https://{parts.hostname}{port}{parts.path.rstrip('/')}"
    scp = SCP_LIKE.fullmatch(url)
    return f"https://{scp[1]}/{scp[2].strip('/')}" if scp else url
