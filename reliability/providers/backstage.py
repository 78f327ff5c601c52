"""Files of Backstage entities, one per entity, in a folder for each kind."""

from __future__ import annotations

from pathlib import Path

from reliability.providers.shelf import FolderPlace


def entity_places(folder: Path) -> dict[str, FolderPlace]:
    """Return the place of each kind of entity."""
    return {
        "component": FolderPlace(folder / "components", ".yaml"),
        "group": FolderPlace(folder / "groups", ".yaml"),
    }
