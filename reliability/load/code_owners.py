"""Paths of CODEOWNERS, and the file that the code host uses."""

from __future__ import annotations

import stat
from pathlib import Path, PurePosixPath
from typing import Final

CODE_OWNERS: Final = tuple(
    PurePosixPath(path)
    for path in (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
)
"""Paths in an order that is that of GitHub (the first three) and of GitLab (the last three).

Only the first existing file is used (ee/lib/gitlab/code_owners.rb of GitLab).
"""
LARGEST: Final = 3_000_000
"""Limit in bytes; GitHub ignores a larger file (About code owners, CODEOWNERS file size)."""


def read_code_owners(root: Path) -> tuple[PurePosixPath, bytes] | None:
    """Return path and content of the CODEOWNERS file that is used, or None if there is none.

    Links are not followed. A file that cannot be opened counts as missing.
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
