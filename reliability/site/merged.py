"""Commits by service and day, from Git: what was merged on the day of an alert."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from reliability.errors import RevisionError
from reliability.git import GitRepository, top_of

MOST: Final = 20_000
"""Largest number of commits that are read, the latest first."""
BEGINS: Final = b"\x01"
HEAD: Final = re.compile(rb"([0-9a-f]{40,64})\0(\d+)\0([^\0]*)\0")
FORM: Final = "--format=%x01%H%x00%ct%x00%s%x00"


@dataclass(frozen=True, slots=True)
class MergedCommit:
    """A commit of the main branch: its full hash, the UTC day it was made, and its subject."""

    commit: str
    day: date
    subject: str


MergedDays = Mapping[tuple[str, date], Sequence[MergedCommit]]
"""Commits by service and day."""


@dataclass(frozen=True, slots=True)
class GitPast:
    """The commits that changed a service, by day; the commit of HEAD, or empty without Git.

    `edit` is the address below which GitHub edits a file of the documents; empty elsewhere.
    """

    head: str
    merged: MergedDays
    edit: str = ""


NO_GIT: Final = GitPast("", {})
GITHUB: Final = re.compile(
    r"(?:https://github\.com/|git@github\.com:)([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
"""Addresses of repositories on GitHub, whose owner and name are letters, digits and `.-_`."""


def git_past(root: Path) -> GitPast:
    """Read which commits changed the folder of each service, along the first parents of HEAD.

    Raises:
        RevisionError: git is not installed, or the repository is damaged.
    """
    if top_of(root) is None:
        return NO_GIT
    repository = GitRepository.containing(root)
    try:
        head = repository.commit("HEAD")
    except RevisionError:  # a repository without a commit
        return NO_GIT

    prefix = repository.prefix(root)
    below = f"{prefix}/services/" if prefix else "services/"
    options = ("--first-parent", "-m", f"--max-count={MOST}", "--no-renames", "--name-only", "-z")
    listed = repository.run("log", *options, FORM, head, "--", below)
    merged: dict[tuple[str, date], list[MergedCommit]] = {}
    for service, commit in _changes(listed, below):
        merged.setdefault((service, commit.day), []).append(commit)
    return GitPast(head, merged, _edit(repository, prefix))


def _edit(repository: GitRepository, prefix: str) -> str:
    found = GITHUB.fullmatch(repository.origin())
    if found is None:
        return ""
    return f"https://github.com/{found[1]}/edit/HEAD/{f'{quote(prefix)}/' if prefix else ''}"


def _changes(listed: bytes, below: str) -> Iterator[tuple[str, MergedCommit]]:
    for part in listed.split(BEGINS):
        head = HEAD.match(part)
        if head is None:  # the rest of a subject with this character
            continue
        day = datetime.fromtimestamp(int(head[2]), UTC).date()
        commit = MergedCommit(head[1].decode(), day, head[3].decode("utf-8", "replace"))
        names = (os.fsdecode(name).strip("\n") for name in part[head.end() :].split(b"\0"))
        services = (name.removeprefix(below).partition("/")[0] for name in names if name)
        for service in dict.fromkeys(services):
            yield service, commit
