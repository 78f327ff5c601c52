"""Extras that a command needs, checked before any of their modules is imported."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from reliability.errors import MissingExtraError

MODULES: Final = {
    "history": ("numpy",),
    "store": ("numpy", "pyarrow"),
    "github": ("github",),
}
"""What has to be there; a store of history is files of Parquet, which also takes pyarrow."""
NAMES: Final = {"store": "history"}


def ensure_extra(command: str, *needs: str) -> None:
    """Let a command go on whose extras are installed.

    Raises:
        MissingExtraError: one is missing; the message says how to install it.
    """
    for need in needs:
        if any(find_spec(module) is None for module in MODULES[need]):
            raise MissingExtraError(f"reliability {command}", NAMES.get(need, need))
