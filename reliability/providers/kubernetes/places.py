"""Files of Kubernetes manifests: one object per file, all in one folder.

A flat folder is what Argo CD reads without `directory.recurse`, and `kubectl apply -f` without
`-R`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reliability.providers.config_map import KIND as ALERTMANAGER
from reliability.providers.shelf import FolderPlace

SUFFIXES: Final[Mapping[str, str]] = {
    "manifest": ".prometheusrule.yaml",
    "config-map": ".dashboard.yaml",
    "perses-resource": ".persesdashboard.yaml",
    ALERTMANAGER: ".configmap.yaml",
}
"""File name suffix of each kind of object."""


def manifest_places(folder: Path) -> dict[str, FolderPlace]:
    """Return the place of every kind, so that kinds that are no longer written are deleted."""
    return {kind: FolderPlace(folder, suffix) for kind, suffix in SUFFIXES.items()}
