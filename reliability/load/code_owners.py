"""Where a code host looks for CODEOWNERS, and the one that counts."""

from __future__ import annotations

import stat
from pathlib import Path, PurePosixPath
from typing import Final

CODE_OWNERS: Final = tuple(
    PurePosixPath(path) for path in (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
)
"""In the order in which GitHub looks; only the first that is there counts."""
LARGEST: Final = 3_000_000
"""Bytes; GitHub does not read a larger one."""


def read_code_owners(root: Path) -> tuple[PurePosixPath, bytes] | None:
    """The path and the bytes of the one that counts; None where there is none that is read.

    Links are not followed, and one that cannot be opened is not there.
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
