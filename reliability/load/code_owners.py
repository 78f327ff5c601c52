"""The locations of CODEOWNERS, and which file counts."""

from __future__ import annotations

import stat
from pathlib import Path, PurePosixPath
from typing import Final

CODE_OWNERS: Final = tuple(
    PurePosixPath(path) for path in (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
)
"""In the order in which GitHub searches them; only the first that exists counts."""
LARGEST: Final = 3_000_000
"""Bytes; GitHub ignores a larger file (About code owners, CODEOWNERS file size)."""


def read_code_owners(root: Path) -> tuple[PurePosixPath, bytes] | None:
    """Read the path and the bytes of the CODEOWNERS file that counts; None if there is none.

    Links are not followed. A file that cannot be opened is the same as a missing one.
    """
    for path in CODE_OWNERS:
        file = root / path
        try:
            status = file.lstat()
            if stat.S_ISREG(status.st_mode) and not file.parent.is_symlink():
                return (path, file.read_bytes()) if status.st_size <= LARGEST else None
        except OSError:
            continue
    return None
