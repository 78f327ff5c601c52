"""`codeowners`: converts CODEOWNERS to teams, and to owners and approvers of services.

Format: the documentation of GitHub and GitLab on code owners; only GitLab has sections with default
owners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from reliability.check.wording import NOBODY
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Original,
    OriginalLocation,
    PlainFile,
    decide,
    left_out,
)
from reliability.convert.documents import DECIDE_MEMBERS, ownership, team
from reliability.convert.names import slug
from reliability.convert.writing import Block
from reliability.resource import Json

CODEOWNERS: Final = "CODEOWNERS"
SECTION: Final = re.compile(r"^\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?\s*(?P<owners>.*)$")
WORD: Final = re.compile(r"(?:\\.|\S)+")
HANDLE: Final = re.compile(r"@[A-Za-z0-9][-A-Za-z0-9_/.]*")
EVERYTHING: Final = frozenset(("*", "**", "/", "/*", "/**"))
"""Patterns that match every file, or every file in the root folder."""

FOLDERS: Final = frozenset(("services", "service", "apps", "packages", "components"))
"""Folders whose subfolders are read as services."""


@dataclass(frozen=True, slots=True)
class CodeOwnersLine:
    """One pattern, its owners in the order written, and its location."""

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
    """Converter of each line to a draft or a diagnostic.

    As on GitHub, the last line that matches a service takes precedence.
    """

    name = "codeowners"

    def recognizes(self, original: Original) -> bool:
        """Return whether the file is named CODEOWNERS."""
        return isinstance(original, PlainFile) and original.path.name == CODEOWNERS

    def convert(
        self, originals: Sequence[Original], options: ConversionOptions
    ) -> Iterator[Converted]:
        """Yield a team for each team handle, and ownership for each service in a pattern."""
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
            service = _service(line.pattern, options)
            if service is None:
                message = f"{line.pattern} does not name a service"
                yield left_out(line.origin, message, _people(line))
                continue
            former = last.get(service)
            if former is not None and _is_whole(former.pattern) and not _is_whole(line.pattern):
                message = f"{line.pattern} is only part of {service}; another line owns all of it"
                yield left_out(line.origin, message, _people(line))
                continue
            if former is not None:
                message = f"a later line for {service} takes precedence"
                yield left_out(former.origin, message)
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
        yield team(name, Block(body, {"members": DECIDE_MEMBERS}), line.origin)
        message = f"CODEOWNERS does not list the members or channels of {handle}"
        help_text = f"set members, onCall and channels in policies/teams/{name}.yaml"
        yield decide(line.origin, message, help_text)

    yield from _teams_of_one(lines, frozenset(first))


def _teams_of_one(lines: Sequence[CodeOwnersLine], named: frozenset[str]) -> Iterator[Converted]:
    """Yield a team for each handle without an organization that owns every file.

    Such a handle is a person on GitHub, and a person or a group on GitLab.
    """
    handles = {
        handle: line for line in lines if line.pattern in EVERYTHING for handle in line.people
    }
    for handle, line in handles.items():
        name = slug(handle)
        if name in named:
            continue

        body: Mapping[str, Json] = {"members": [handle]}
        yield team(
            name, Block(body, {"members": "decide: is this a person or a group?"}), line.origin
        )
        message = f"{handle} owns every file and is imported as a team with one member"
        help_text = f"set members, onCall and channels in policies/teams/{name}.yaml"
        yield decide(line.origin, message, help_text)


def _mails(line: CodeOwnersLine) -> Iterator[Converted]:
    for owner in line.owners:
        if not HANDLE.fullmatch(owner):
            message = f"owner {owner} is not a handle and is not imported"
            yield left_out(line.origin, message, "write the owner's handle, such as @name")


def _service(pattern: str, options: ConversionOptions) -> str | None:
    """Return the folder below `services/` and the like, or a service of the repository, or None."""
    if pattern.startswith("!"):
        return None  # GitHub ignores such a line; on GitLab it removes owners
    parts = [part for part in pattern.replace("\\ ", " ").split("/") if part]
    for folder, inner in pairwise(parts):
        if folder in FOLDERS and "*" not in inner and slug(inner) and "." not in inner:
            return slug(inner)
    return next((slug(part) for part in reversed(parts) if slug(part) in options.services), None)


def _is_whole(pattern: str) -> bool:
    """Return whether a pattern names all of a service, not only some of its files."""
    parts = [part for part in pattern.split("/") if part.strip("*")]
    return len(parts) < 2 or parts[-2] in FOLDERS


def _people(line: CodeOwnersLine) -> str | None:
    return f"its owners: {' '.join(line.owners)}" if line.owners else None


def _owner(service: str, line: CodeOwnersLine) -> Iterator[Converted]:
    name = slug(line.teams[0].rpartition("/")[2]) if line.teams else None
    handles = [*line.people, *line.teams]
    more: dict[str, Json] = {}
    if handles:
        more["approvers"] = {"product": NOBODY, "technical": handles[0]}

    comments = {"approvers": "decide: the product approver"}
    yield ownership(service, line.origin, name, more=more, comments=comments)
    known = f"; {handles[0]} is proposed as the technical approver" if handles else ""
    others = [handle for handle in handles[1:] if handle != (line.teams or ("",))[0]]
    rest = f"; other owners: {' '.join(others)}" if others else ""
    missing = "the product approver" if name else "the team and the approvers"
    message = f"{service}: {missing} cannot be read from CODEOWNERS{known}{rest}"
    yield decide(line.origin, message, f"set them in services/{service}/ownership.yaml")
