"""The owner of a path in a CODEOWNERS file: the last matching line decides, as on GitHub.

Most lines of a large repository name the folder of one service and are looked up by name. The
codeowners library parses the other lines, and RE2 matches them in linear time, since a pull request
may contain any pattern. Files of GitLab have sections and other patterns; see `gitlab_owners`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Final

from reliability.check.lookups.gitlab_owners import (
    HEADING,
    GitLabEntry,
    gitlab_entries,
    gitlab_pattern,
)
from reliability.regex import RegexRefusedError, compiled

FOLDER: Final = re.compile(r"/?services/([a-z0-9][-a-z0-9]*)(?:/|/\*\*)?")
GITLAB_FOLDER: Final = re.compile(r"/services/([a-z0-9][-a-z0-9]*)/")
"""Pattern of all files of a service; `/services/a` and `/services/a/**` match fewer on GitLab."""
ROOTED_ELSEWHERE: Final = r"/(?!services/|policies/|\*)[\w.-]+/.*"
ELSEWHERE: Final = re.compile(rf"{ROOTED_ELSEWHERE}|(?!services/|policies/)[\w.-]+/.+")
GITLAB_ELSEWHERE: Final = re.compile(ROOTED_ELSEWHERE)
"""A pattern of GitLab without a slash at its beginning matches in any folder."""
MAX_PATTERNS: Final = 1000
"""The maximum number of lines with patterns; each is tried on each file."""
LONGEST: Final = 50_000
"""The maximum length of these lines together, in characters."""


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One line: its number, its RE2 pattern (empty for a service folder), and its owners.

    `is_optional` is set if its section is optional, so that nobody has to approve.
    """

    number: int
    pattern: str
    has_owners: bool
    is_optional: bool = False

    def matches(self, path: str) -> bool:
        """Return whether the line matches a path."""
        try:
            return not self.pattern or compiled(self.pattern).search(path) is not None
        except RegexRefusedError:
            return False


@dataclass(frozen=True, slots=True)
class OwnerSection:
    """The lines for one service each, by name, and all other lines, the last one first.

    An exclusion takes its paths out of the section, also if a later line matches them.
    """

    folders: Mapping[str, OwnerLine]
    others: tuple[OwnerLine, ...]
    exclusions: tuple[OwnerLine, ...] = ()

    def deciding(self, path: PurePosixPath) -> OwnerLine | None:
        """Return the line of this section that decides the owners of a file."""
        name = path.parts[1] if len(path.parts) > 2 and path.parts[0] == "services" else ""
        folder = self.folders.get(name)
        text = path.as_posix()
        excluded = next((line for line in self.exclusions if line.matches(text)), None)
        if excluded is not None:
            return excluded
        for line in self.others:
            if folder is not None and folder.number > line.number:
                return folder
            if line.matches(text):
                return line
        return folder


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The sections of a file; on GitHub there is one."""

    sections: tuple[OwnerSection, ...]

    def deciding(self, path: PurePosixPath) -> OwnerLine | None:
        """Return the line that decides the owners of a file.

        The owners of each section of GitLab approve, so one with owners decides, if there is one,
        and an optional section only if no other one has owners.
        """
        found = (section.deciding(path) for section in self.sections)
        lines = [line for line in found if line is not None]
        return max(lines, key=lambda line: (line.has_owners, not line.is_optional), default=None)


def read_code_owners(text: str, *, is_gitlab: bool = False) -> CodeOwners | None:
    """Parse a file; None if it has an invalid pattern or too many patterns."""
    return _of_gitlab(text) if is_gitlab else _of_github(text)


def _of_github(text: str) -> CodeOwners | None:
    folders: dict[str, OwnerLine] = {}
    rest: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        folder = FOLDER.fullmatch(words[0]) if words else None
        if folder is not None:
            folders[folder[1]] = OwnerLine(number, "", any("@" in word for word in words[1:]))
        is_about_others = folder is not None or (words and ELSEWHERE.fullmatch(words[0]))
        # GitHub skips lines that it cannot read, such as the headings of GitLab.
        is_skipped = is_about_others or HEADING.match(line.strip())
        rest.append("" if is_skipped else line)

    if _are_too_many([line for line in rest if line and not line.startswith("#")]):
        return None
    try:
        return CodeOwners((OwnerSection(folders, tuple(_lines("\n".join(rest)))),))
    except (ValueError, re.error):
        return None


def _lines(text: str) -> Iterator[OwnerLine]:
    import codeowners  # imported late: few repositories have lines that need it

    for pattern, _, owners, number, _ in codeowners.CodeOwners(text).paths:
        yield OwnerLine(number, pattern.pattern.replace(r"\Z", r"\z"), bool(owners))


def _of_gitlab(text: str) -> CodeOwners | None:
    sections: dict[str, list[GitLabEntry]] = {}
    for entry in gitlab_entries(text):
        if not GITLAB_ELSEWHERE.fullmatch(entry.pattern):
            sections.setdefault(entry.section, []).append(entry)

    tried = [
        entry.pattern
        for entry in chain.from_iterable(sections.values())
        if entry.is_exclusion or not GITLAB_FOLDER.fullmatch(entry.pattern)
    ]
    if _are_too_many(tried):
        return None
    return CodeOwners(tuple(map(_section, sections.values())))


def _section(entries: Sequence[GitLabEntry]) -> OwnerSection:
    folders: dict[str, OwnerLine] = {}
    others: list[OwnerLine] = []
    exclusions: list[OwnerLine] = []
    # Of sections with the same name, one that is not optional makes all of them required.
    is_optional = all(entry.is_optional for entry in entries)
    for entry in entries:
        folder = None if entry.is_exclusion else GITLAB_FOLDER.fullmatch(entry.pattern)
        pattern = "" if folder else gitlab_pattern(entry.pattern)
        if pattern is None:
            continue
        line = OwnerLine(entry.number, pattern, entry.has_owners, is_optional)
        if folder is not None:
            folders[folder[1]] = line
        else:
            (exclusions if entry.is_exclusion else others).append(line)
    return OwnerSection(folders, tuple(reversed(others)), tuple(exclusions))


def _are_too_many(lines: Sequence[str]) -> bool:
    return len(lines) > MAX_PATTERNS or sum(map(len, lines)) > LONGEST
