"""Finds the programs of Prometheus and Alertmanager on this machine."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.errors import DemoError

PROMETHEUS: Final = ("prometheus",)
ALERTMANAGER: Final = ("alertmanager", "prometheus-alertmanager")
"""Debian uses the second name."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The paths of both programs."""

    prometheus: Path
    alertmanager: Path


def find_programs(folder: Path | None, search_path: str) -> Programs:
    """Find the programs in a folder, or on the search path without a folder.

    Raises:
        DemoError: one or both are missing; the message names them and where they were searched.
    """
    where = str(folder) if folder else search_path
    paths = [_find(names, where) for names in (PROMETHEUS, ALERTMANAGER)]
    prometheus, alertmanager = paths
    if prometheus and alertmanager:
        return Programs(prometheus, alertmanager)

    missing = " and ".join(
        names[0] for names, path in zip((PROMETHEUS, ALERTMANAGER), paths, strict=True) if not path
    )
    place = f"in {folder}" if folder else "on the PATH"
    raise DemoError(
        f"demo --live requires {missing}, not found {place}; install what is missing, "
        "or pass its folder with --servers"
    )


def _find(names: tuple[str, ...], where: str) -> Path | None:
    paths = (shutil.which(name, path=where) for name in names)
    return next((Path(path).resolve() for path in paths if path), None)
