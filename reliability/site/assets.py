"""Files that all pages share: style, scripts and the icon, and the licenses of the libraries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parent / "static"


def assets() -> Iterator[tuple[str, bytes]]:
    """Yield the name of each shared file in the site, and its content."""
    for path in sorted(STATIC.iterdir()):
        yield f"assets/{path.name}", path.read_bytes()
