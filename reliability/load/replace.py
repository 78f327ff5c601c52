"""Puts a new content in place of a file in one step, keeping who may read it."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path


def replace_file(path: Path, before: bytes, after: bytes) -> bool:
    """Write a file anew if it is a plain file and still holds what it held; tell whether it did.

    A link is not followed. Whoever reads the file sees all of the old or all of the new content.

    Raises:
        OSError: the file or its folder cannot be read or written.
    """
    if not stat.S_ISREG(path.lstat().st_mode) or path.read_bytes() != before:
        return False
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    staged = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, staged, follow_symlinks=False)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return True
