"""A unified diff of one file, safe to print on a terminal and in a CI log."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import PurePath

from reliability.render.display import LINE_BREAK, inert, safe


def file_diff(path: PurePath, before: str, after: str) -> Iterator[str]:
    """Yield the lines of a unified diff.

    Control characters are escaped, and no line is a command to GitHub (`::`) or Azure (`##[`).
    """
    old, new = LINE_BREAK.split(before), LINE_BREAK.split(after)
    name = safe(path.as_posix())
    for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""):
        shown = line[:1] + safe(line[1:])
        yield inert(shown if not shown.lstrip().startswith("::") else shown.replace("::", "∶∶", 1))
