"""Files that all pages share: style, scripts and the icon, and the licenses of the libraries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reliability.render.design import design_style

STATIC: Final = Path(__file__).resolve().parent / "static"
STYLE: Final = "site.css"


def assets() -> Iterator[tuple[str, bytes]]:
    """Yield the name of each shared file in the site, and its content."""
    for path in sorted(STATIC.iterdir()):
        yield f"assets/{path.name}", asset(path.name)


def asset(name: str) -> bytes:
    """Return the content of a shared file; the style begins with that of all HTML pages."""
    content = (STATIC / name).read_bytes()
    return design_style().encode() + content if name == STYLE else content
