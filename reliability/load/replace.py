"""Puts a new content in place of a file in one step, keeping who may read it."""

from __future__ import annotations

import stat
from pathlib import Path

from reliability.writing import replace, repository_of


def replace_file(root: Path, path: Path, before: bytes, after: bytes) -> bool:
    """Write a file anew if it is a plain file and still holds what it held; tell whether it did.

    No link of the repository around `root` is followed. Whoever reads the file sees all of the
    old or all of the new content.

    Raises:
        OSError: the file or its folder cannot be read or written.
    """
    if not stat.S_ISREG(path.lstat().st_mode) or path.read_bytes() != before:
        return False
    replace(path, after, repository_of(root))
    return True
