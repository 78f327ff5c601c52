"""The owner of a path in a CODEOWNERS file: the last matching line decides, as on GitHub.

Most lines of a large repository name the folder of one service and are looked up by name. The
codeowners library parses the other lines, and RE2 matches them in linear time, since a pull request
may contain any pattern.
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
MAX_PATTERNS: Final = 1000
"""The maximum number of lines with patterns; each is tried on each file."""
LONGEST: Final = 50_000
"""The maximum length of these lines together, in characters."""


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One line: its number, its RE2 pattern (empty for a service folder), and its owners."""

    number: int
    pattern: str
    has_owners: bool

    def matches(self, path: str) -> bool:
        """Return whether the line matches a path."""
        try:
            return not self.pattern or compiled(self.pattern).search(path) is not None
        except RegexRefusedError:
            return False


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The lines for one service each, by name, and all other lines, the last one first."""

    folders: Mapping[str, OwnerLine]
    others: tuple[OwnerLine, ...]

    def deciding(self, path: PurePosixPath) -> OwnerLine | None:
        """Return the line that decides the owners of a file."""
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
    """Parse a file; None if it has an invalid pattern or too many patterns."""
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
    if len(followed) > MAX_PATTERNS or sum(followed) > LONGEST:
        return None

    try:
        return CodeOwners(folders, tuple(_lines("\n".join(rest))))
    except (ValueError, re.error):
        return None


def _lines(text: str) -> Iterator[OwnerLine]:
    import codeowners  # imported late: few repositories have lines that need it

    for pattern, _, owners, number, _ in codeowners.CodeOwners(text).paths:
        yield OwnerLine(number, pattern.pattern.replace(r"\Z", r"\z"), bool(owners))
