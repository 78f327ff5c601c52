"""Lines of a pull request that may take a comment: those that the patches of its diff show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HEADER: Final = re.compile(r"^@@ -\d+(?:,\d+)? \+(?P<first>\d+)(?:,(?P<length>\d+))? @@")


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of the new file that a diff shows together, numbered from 1; `last` is included."""

    first: int
    last: int
    added: frozenset[int] = frozenset()

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes; it has no hunks if the forge returns no patch."""

    path: str
    status: str
    hunks: tuple[Hunk, ...] = ()

    def takes(self, line: int) -> bool:
        """Return whether a comment on this line is possible."""
        return any(line in hunk for hunk in self.hunks)

    def takes_together(self, first: int, last: int) -> bool:
        """Return whether one comment may span these lines: a single hunk contains both."""
        return any(first in hunk and last in hunk for hunk in self.hunks)

    def adds(self, line: int) -> bool:
        """Return whether the pull request adds or changes this line."""
        return any(line in hunk.added for hunk in self.hunks)


def hunks_of(patch: str) -> tuple[Hunk, ...]:
    """Return the hunks of a patch that begins with `@@`, except those that have no new lines."""
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
