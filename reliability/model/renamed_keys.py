"""Keys of documents that were renamed, and the version from which the old name is unknown.

docs/reference/stability.md has the rule: an old name works for at least two minor versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ITEMS: Final = "*"
"""Step of a path that stands for every item of a list."""


@dataclass(frozen=True, slots=True)
class RenamedKey:
    """A renamed key of a kind.

    `path` ends in the old name. `until` is the first version that no longer reads it.

    Example: `RenamedKey("SloPolicy", ("spec", "targets", "lowest"), "min", "0.3")`.
    """

    kind: str
    path: tuple[str, ...]
    new: str
    until: str


RENAMED_KEYS: Final = (
    RenamedKey("SloPolicy", ("spec", "targets", "lowest"), "min", "0.3"),
    RenamedKey("SloPolicy", ("spec", "targets", "highest"), "max", "0.3"),
    RenamedKey("SloPolicy", ("spec", "windows"), "periods", "0.3"),
    RenamedKey("SloPolicy", ("spec", "review", "provisionalAtMost"), "maxProvisional", "0.3"),
    RenamedKey("SloPolicy", ("spec", "looseningNeeds"), "looseningRequires", "0.3"),
    RenamedKey("NotificationPolicy", ("spec", "tickets", "most"), "maxOpen", "0.3"),
    RenamedKey("Baseline", ("spec", "findings", ITEMS, "place"), "location", "0.3"),
)
"""The keys that changed between the first pilot and 0.1.0."""
