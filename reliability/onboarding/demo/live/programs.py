"""Where the programs of Prometheus and Alertmanager are on this machine."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.errors import DemoError

PROMETHEUS: Final = ("prometheus",)
ALERTMANAGER: Final = ("alertmanager", "prometheus-alertmanager")
"""Debian calls it by the second name."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Two programs that can be started."""

    prometheus: Path
    alertmanager: Path


def find_programs(folder: Path | None, search_path: str) -> Programs:
    """The programs in a folder, or on the search path where no folder is named.

    Raises:
        DemoError: one or both are missing; it says which, and where they were looked for.
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
        f"demo --live starts servers, and {place} there is no {missing}; install what is missing, "
        "or pass --servers with the folder that holds it"
    )


def _find(names: tuple[str, ...], where: str) -> Path | None:
    paths = (shutil.which(name, path=where) for name in names)
    return next((Path(path).resolve() for path in paths if path), None)
