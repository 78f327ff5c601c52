"""A copy of the shipped repository that a test may break."""

import shutil
from pathlib import Path
from typing import Final

from tests.project.repository import ROOT

DAY: Final = "2026-11-25"


def copied(folder: Path) -> Path:
    """Copy services, policies and runbooks into a folder; returns the folder."""
    for name in ("services", "policies", "docs/runbooks"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first place of a text in a file; the text must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
