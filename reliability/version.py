"""The version of the program, and the commit that it was built from."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from reliability import __version__

DISTRIBUTION: Final = "reliability-as-code"
COMMIT_FILE: Final = "commit.txt"


def version_text() -> str:
    """Return the version, and the first twelve digits of the commit if it is known."""
    commit = built_commit(Path(__file__).parent)
    if not commit:
        return __version__
    digits, mark, state = commit.partition("-")
    return f"{__version__} (commit {digits[:12]}{mark}{state})"


def built_commit(package: Path) -> str:
    """Return the commit of the build, or an empty string.

    A wheel contains the commit (`tools/commit_hook.py`). Without that file, pip's record of a
    direct URL names it (PEP 610).
    """
    file = package / COMMIT_FILE
    if file.is_file():
        return file.read_text(encoding="ascii").strip()
    try:
        record = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    commit = json.loads(record or "{}").get("vcs_info", {}).get("commit_id", "")
    return str(commit)
