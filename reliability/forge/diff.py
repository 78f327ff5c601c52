"""Which lines of a pull request may take a comment: those of its diff, as the patches show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HEADER: Final = re.compile(r"^@@ -\d+(?:,\d+)? \+(?P<first>\d+)(?:,(?P<length>\d+))? @@")


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that a diff shows together, numbered from 1 in the new file; the last is included."""

    first: int
    last: int
    added: frozenset[int] = frozenset()

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes; without hunks where the forge shows no patch of it."""

    path: str
    status: str
    hunks: tuple[Hunk, ...] = ()

    def takes(self, line: int) -> bool:
        """Whether a comment may stand at this line."""
        return any(line in hunk for hunk in self.hunks)

    def takes_together(self, first: int, last: int) -> bool:
        """Whether one comment may span these lines: a hunk shows both."""
        return any(first in hunk and last in hunk for hunk in self.hunks)

    def adds(self, line: int) -> bool:
        """Whether the pull request writes this line itself."""
        return any(line in hunk.added for hunk in self.hunks)


def hunks_of(patch: str) -> tuple[Hunk, ...]:
    """The hunks of a patch, which begins at its first `@@`; those that only delete have no line."""
    hunks: list[Hunk] = []
    line = 0
    added: set[int] = set()

    for text in patch.split("\n"):
        if header := HEADER.match(text):
            added = set()
            line = int(header["first"])
            last = line + int(header["length"] or 1) - 1
            if last >= line > 0:
                hunks.append(Hunk(line, last))
        elif text.startswith("+") and hunks:
            added.add(line)
            hunks[-1] = Hunk(hunks[-1].first, hunks[-1].last, frozenset(added))
            line += 1
        elif text.startswith(" "):
            line += 1

    return tuple(hunks)
