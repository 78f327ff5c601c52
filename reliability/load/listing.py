"""Which documents lie below a folder; what stands there as one and cannot be read, too.

Paths are text here: ten thousand services have thirty thousand, and each is used once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

SUFFIXES: Final = (".yaml", ".yml", ".json")
DEEPEST: Final = 20
"""How many folders, one in the other, are looked into below `services/` or `policies/`."""


def listed(folder: str) -> Iterator[str]:
    """What lies in a folder and below it as a document; links and folders named so, too.

    So are folders that cannot be opened, or lie deeper than DEEPEST. Of a link only itself.
    """
    if os.path.islink(folder):  # noqa: PTH114 - False where it may not be asked
        yield folder
    else:
        yield from _below(folder, DEEPEST)


def _below(folder: str, deeper: int) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            dir_entries = list(entries)
    except PermissionError:
        yield folder
        return
    except OSError:  # it is not there, or no folder
        return
    for entry in dir_entries:
        if _leads_to_folder(entry):
            yield from _of_folder(entry, deeper)
        elif entry.name.endswith(SUFFIXES):
            yield entry.path


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _of_folder(entry: os.DirEntry[str], deeper: int) -> Iterator[str]:
    if entry.name.startswith("."):
        return
    is_link = entry.is_symlink()
    if is_link or entry.name.endswith(SUFFIXES) or not deeper:
        yield entry.path
    if deeper and not is_link:
        yield from _below(entry.path, deeper - 1)
