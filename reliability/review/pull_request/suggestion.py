"""A finding's fix as a block that a reader of a pull request can commit with one click.

GitHub replaces the lines that the comment stands on by the block's content
(https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/
commenting-on-a-pull-request), so the comment has to stand on just these lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from reliability.finding import Finding
from reliability.load.edit import apply_edits

MOST_LINES: Final = 20
FENCE: Final = 3
"""Backticks that begin a block, at least."""


@dataclass(frozen=True, slots=True)
class SuggestedLines:
    """The text that replaces the lines from `first` to `last`, both included."""

    first: int
    last: int
    text: str

    @property
    def block(self) -> str:
        """The block as GitHub reads it; no backticks in the text end it."""
        longest = max(map(len, re.findall(r"`+", self.text)), default=0)
        fence = "`" * max(FENCE, longest + 1)
        return f"{fence}suggestion\n{self.text}\n{fence}"


def suggested_lines(finding: Finding, texts: Mapping[PurePosixPath, str]) -> SuggestedLines | None:
    """Whole lines with the fix in them; None without a fix, or if it is too long to be read.

    Files with line ends of Windows are left alone: GitHub writes a block with those of Unix.
    """
    problem = finding.problem
    text = texts.get(problem.at.path)
    if problem.fix is None or text is None or "\r" in text:
        return None
    first = min(edit.span.line for edit in problem.fix.edits)
    last = max(edit.span.end_line for edit in problem.fix.edits)
    before = text.split("\n")
    after = apply_edits(text, problem.fix.edits).split("\n")
    lines = after[first - 1 : len(after) - (len(before) - last)]
    if max(last - first + 1, len(lines)) > MOST_LINES:
        return None
    return SuggestedLines(first, last, "\n".join(lines))
