"""Atomic replacement of a file's content, which keeps its permissions."""

from __future__ import annotations

import stat
from pathlib import Path

from reliability.writing import replace, repository_of


def replace_file(root: Path, path: Path, before: bytes, after: bytes) -> bool:
    """Replace the content of a regular file if it is still `before`; return whether it was.

    Links in the repository around `root` are not followed. A reader sees either all of the old or
    all of the new content.

    Raises:
        OSError: the file or its folder cannot be read or written.
    """
    if not stat.S_ISREG(path.lstat().st_mode) or path.read_bytes() != before:
        return False
    replace(path, after, repository_of(root))
    return True
