"""Checks the extras of a command before any of their modules is imported."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from reliability.errors import MissingExtraError

MODULES: Final = {
    "history": ("numpy",),
    "store": ("numpy", "pyarrow"),
    "github": ("github",),
    "site": ("jinja2", "numpy", "pyarrow"),
}
"""The modules of each extra; a store of history consists of Parquet files (pyarrow)."""
NAMES: Final = {"store": "history", "site": "history"}


def ensure_extra(command: str, *needs: str) -> None:
    """Ensure that the extras of a command are installed.

    Raises:
        MissingExtraError: one is missing; the message says how to install it.
    """
    for need in needs:
        if any(find_spec(module) is None for module in MODULES[need]):
            raise MissingExtraError(f"reliability {command}", NAMES.get(need, need))
