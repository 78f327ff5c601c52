"""Who a CODEOWNERS file names for a path: the last line that matches decides.

Lines that name one service's folder, most of them in a large repository, are looked up by its
name; the library reads the others, and RE2 matches them, in linear time whatever they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from reliability.regex import RegexRefusedError, compiled

FOLDER: Final = re.compile(r"/?services/([a-z0-9][-a-z0-9]*)(?:/|/\*\*)?")
ELSEWHERE: Final = re.compile(
    r"/(?!services/|policies/|\*)[\w.-]+/.*|(?!services/|policies/)[\w.-]+/.+"
)
MOST: Final = 1000
"""How many lines with patterns are followed; each is tried on each file."""
LONGEST: Final = 50_000
"""How many characters these lines may have together."""


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One line: its number, its pattern for RE2 (empty where a folder is named), its owners."""

    number: int
    pattern: str
    has_owners: bool

    def matches(self, path: str) -> bool:
        """Whether the line is about a path."""
        try:
            return not self.pattern or compiled(self.pattern).search(path) is not None
        except RegexRefusedError:
            return False


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The lines about one service each, by its name, and all others, the last first."""

    folders: Mapping[str, OwnerLine]
    others: tuple[OwnerLine, ...]

    def deciding(self, path: PurePosixPath) -> OwnerLine | None:
        """The line that decides about a file."""
        name = path.parts[1] if len(path.parts) > 2 and path.parts[0] == "services" else ""
        folder = self.folders.get(name)
        text = path.as_posix()
        for line in self.others:
            if folder is not None and folder.number > line.number:
                return folder
            if line.matches(text):
                return line
        return folder


def read_code_owners(text: str) -> CodeOwners | None:
    """The lines of a file; None where it has a pattern that cannot be read, or too many."""
    folders: dict[str, OwnerLine] = {}
    rest: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        folder = FOLDER.fullmatch(words[0]) if words else None
        if folder is not None:
            folders[folder[1]] = OwnerLine(number, "", any("@" in word for word in words[1:]))
        is_about_others = folder is not None or (words and ELSEWHERE.fullmatch(words[0]))
        rest.append("" if is_about_others else line)
    followed = [len(line) for line in rest if line and not line.startswith("#")]
    if len(followed) > MOST or sum(followed) > LONGEST:
        return None
    try:
        return CodeOwners(folders, tuple(_lines("\n".join(rest))))
    except (ValueError, re.error):
        return None


def _lines(text: str) -> Iterator[OwnerLine]:
    import codeowners  # late: few repositories have lines that need it

    for pattern, _, owners, number, _ in codeowners.CodeOwners(text).paths:
        yield OwnerLine(number, pattern.pattern.replace(r"\Z", r"\z"), bool(owners))
