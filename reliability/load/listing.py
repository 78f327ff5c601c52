"""Listing of the documents below a folder, and of unreadable entries with such a name.

Paths are strings and not `Path`, which is slower: ten thousand services have thirty thousand files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

SUFFIXES: Final = (".yaml", ".yml", ".json")
DEEPEST: Final = 20
"""Limit of nested folders below `services/` or `policies/`."""


def listed(folder: str) -> Iterator[str]:
    """Yield the documents in and below a folder, and links and folders with the name of one.

    Folders that cannot be opened or are nested deeper than DEEPEST are yielded, too, so that they
    become findings. Links are yielded and not followed.
    """
    # Path.is_symlink raises PermissionError before Python 3.14; os.path.islink is False.
    if os.path.islink(folder):  # noqa: PTH114
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
    except OSError:  # it does not exist, or is not a folder
        return

    for entry in dir_entries:
        if _leads_to_folder(entry):
            yield from _of_folder(entry, deeper)
        elif entry.name.endswith(SUFFIXES):
            yield entry.path


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder or a link to a folder."""
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
