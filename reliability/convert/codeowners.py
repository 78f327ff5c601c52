"""`codeowners`: CODEOWNERS -> teams, and who answers for and agrees to the services it names.

Format: GitHub's and GitLab's pages on code owners; sections and their defaults are GitLab's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Original,
    OriginalLocation,
    PlainFile,
    decide,
    left_out,
)
from reliability.convert.documents import NOBODY, ownership, team
from reliability.convert.names import slug
from reliability.convert.writing import Block
from reliability.resource import Json

SECTION: Final = re.compile(r"^\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?\s*(?P<owners>.*)$")
WORD: Final = re.compile(r"(?:\\.|\S)+")
HANDLE: Final = re.compile(r"@[A-Za-z0-9][-A-Za-z0-9_/.]*")
EVERYTHING: Final = frozenset(("*", "**", "/", "/*", "/**"))
"""Patterns that match every file, or every file at the top."""

FOLDERS: Final = frozenset(("services", "service", "apps", "packages", "components"))
"""Folders whose subfolders are taken for services."""


@dataclass(frozen=True, slots=True)
class CodeOwnersLine:
    """One pattern with its owners, in the order written, and where it stands."""

    pattern: str
    owners: tuple[str, ...]
    origin: OriginalLocation

    @property
    def teams(self) -> tuple[str, ...]:
        """The owners that are teams: `@organisation/team`."""
        return tuple(owner for owner in self.owners if HANDLE.fullmatch(owner) and "/" in owner)

    @property
    def people(self) -> tuple[str, ...]:
        """The owners that are people: `@name`."""
        return tuple(owner for owner in self.owners if HANDLE.fullmatch(owner) and "/" not in owner)


class CodeOwnersConverter:
    """Every line is in a draft or in a remark; the last line that matches a service counts."""

    name = "codeowners"

    def recognizes(self, original: Original) -> bool:
        """Whether it is a file named CODEOWNERS."""
        return isinstance(original, PlainFile)

    def convert(
        self, originals: Sequence[Original], wishes: ConversionOptions
    ) -> Iterator[Converted]:
        """Teams of all lines, ownership of the services that patterns name."""
        lines = [
            line
            for original in originals
            if isinstance(original, PlainFile)
            for line in _lines(original)
        ]
        yield from _teams(lines)
        last: dict[str, CodeOwnersLine] = {}
        for line in lines:
            yield from _mails(line)
            service = _service(line.pattern, wishes)
            if service is None:
                yield left_out(line.origin, f"{line.pattern} names no service", _people(line))
                continue
            former = last.get(service)
            if former is not None and _is_whole(former.pattern) and not _is_whole(line.pattern):
                message = f"{line.pattern} is a part of {service}, and another line names the whole"
                yield left_out(line.origin, message, _people(line))
                continue
            if former is not None:
                yield left_out(former.origin, f"a later line speaks of {service}, and counts")
            last[service] = line
        for service, line in last.items():
            yield from _owner(service, line)


def _lines(file: PlainFile) -> Iterator[CodeOwnersLine]:
    defaults: tuple[str, ...] = ()
    for index, written in enumerate(file.text.splitlines()):
        text = re.sub(r"(?:^|\s)#.*", "", written).strip()
        section = SECTION.match(text)
        if section:
            defaults = tuple(section["owners"].split())
        elif text:
            pattern, *owners = WORD.findall(text)
            yield CodeOwnersLine(
                pattern, tuple(owners) or defaults, OriginalLocation(file, (index,))
            )


def _teams(lines: Sequence[CodeOwnersLine]) -> Iterator[Converted]:
    first: dict[str, tuple[str, CodeOwnersLine]] = {}
    for line in lines:
        for handle in line.teams:
            first.setdefault(slug(handle.rpartition("/")[2]), (handle, line))
    for name, (handle, line) in first.items():
        if not name:
            continue
        body: Mapping[str, Json] = {"members": [NOBODY], "codeHost": handle}
        yield team(name, Block(body, {"members": "decide: who they are"}), line.origin)
        message = f"CODEOWNERS does not say who {handle} are and how they are reached"
        yield decide(line.origin, message, f"complete policies/teams/{name}.yaml")
    yield from _teams_of_one(lines, frozenset(first))


def _teams_of_one(lines: Sequence[CodeOwnersLine], named: frozenset[str]) -> Iterator[Converted]:
    """A team for each handle without an organization that owns every file.

    It is a person on GitHub, and a person or a group on GitLab.
    """
    handles = {
        handle: line for line in lines if line.pattern in EVERYTHING for handle in line.people
    }
    for handle, line in handles.items():
        name = slug(handle)
        if name in named:
            continue
        body: Mapping[str, Json] = {"members": [handle]}
        yield team(name, Block(body, {"members": "decide: a person or a group"}), line.origin)
        message = f"{handle} owns every file, and is taken for a team with one member"
        help_text = f"complete policies/teams/{name}.yaml: members, onCall and channels"
        yield decide(line.origin, message, help_text)


def _mails(line: CodeOwnersLine) -> Iterator[Converted]:
    for owner in line.owners:
        if not HANDLE.fullmatch(owner):
            message = f"owner {owner} is no handle, and is not carried over"
            yield left_out(line.origin, message, "write the handle on the code host")


def _service(pattern: str, wishes: ConversionOptions) -> str | None:
    """The folder below `services/` and the like, or a service that there is already."""
    if pattern.startswith("!"):
        return None  # GitHub reads no such line, and GitLab takes owners away by it
    parts = [part for part in pattern.replace("\\ ", " ").split("/") if part]
    for folder, inner in pairwise(parts):
        if folder in FOLDERS and "*" not in inner and slug(inner) and "." not in inner:
            return slug(inner)
    return next((slug(part) for part in reversed(parts) if slug(part) in wishes.services), None)


def _is_whole(pattern: str) -> bool:
    """Whether a pattern names all of a service, and not some of its files."""
    parts = [part for part in pattern.split("/") if part.strip("*")]
    return len(parts) < 2 or parts[-2] in FOLDERS


def _people(line: CodeOwnersLine) -> str | None:
    return f"its owners are {' '.join(line.owners)}" if line.owners else None


def _owner(service: str, line: CodeOwnersLine) -> Iterator[Converted]:
    name = slug(line.teams[0].rpartition("/")[2]) if line.teams else None
    handles = [*line.people, *line.teams]
    more: dict[str, Json] = {}
    if handles:
        more["approvers"] = {"product": NOBODY, "technical": handles[0]}
    comments = {"approvers": "decide: who agrees for the product"}
    yield ownership(service, line.origin, name, more, comments)
    known = f"{handles[0]} is proposed as technical approver; " if handles else ""
    others = [handle for handle in handles[1:] if handle != (line.teams or ("",))[0]]
    rest = f"; also there: {' '.join(others)}" if others else ""
    answers = "who agrees for the product" if name else "which team answers, and who agrees"
    message = f"{service}: {known}nothing says {answers}{rest}"
    yield decide(line.origin, message, f"complete services/{service}/ownership.yaml")
