"""The lines of a patch as GitHub counts them: line numbers of the new file, and positions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatchLine:
    """A line that may take a comment; `position` counts from the first `@@`, which is 0."""

    position: int
    line: int
    hunk: int
    text: str


def lines_of(patch: str) -> Iterator[PatchLine]:
    """The lines of the new file that a patch shows."""
    line = hunk = 0
    for position, text in enumerate(patch.split("\n")):
        if header := re.match(r"@@ -\S+ \+(\d+)", text):
            line = int(header[1])
            hunk += 1
        elif text[:1] in ("+", " "):
            yield PatchLine(position, line, hunk, text[1:])
            line += 1


def find_line(patch: str, line: int) -> PatchLine | None:
    """The line of this number, where the patch shows it."""
    return next((each for each in lines_of(patch) if each.line == line), None)


def follow(patch: str, line: int, text: str) -> int | None:
    """Where a line stands now, which stood at `line` before; None where it was changed."""
    same = [each.line for each in lines_of(patch) if each.text == text]
    return min(same, key=lambda now: abs(now - line), default=None)
