"""Writes the notes of a release, the section of CHANGELOG.md: `make dist-notes`."""

import re
import sys

from reliability import __version__
from tools.release.build import DIST
from tools.release.programs import ROOT


def main() -> int:
    """Write dist/notes.md; 1 if the changelog has no section of this version."""
    text = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), __version__)
    if not text:
        print(f"CHANGELOG.md has no section of {__version__}")
        return 1
    (DIST / "notes.md").write_text(text, encoding="utf-8")
    return 0


def notes(changelog: str, version: str) -> str:
    """Return what is below the heading of a version, up to the next version."""
    heading = rf"^## \[{re.escape(version)}\][^\n]*\n"
    section = re.search(rf"{heading}(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    return f"{section[1].strip()}\n" if section else ""


if __name__ == "__main__":
    sys.exit(main())
