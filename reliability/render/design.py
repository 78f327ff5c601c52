"""Design that all HTML pages share: colors, type scale, tables, and a layout for narrow screens."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

STYLESHEET: Final = Path(__file__).resolve().parent / "design.css"


@cache
def design_style() -> str:
    """Return the style sheet, to which a page adds what only it has."""
    return STYLESHEET.read_text(encoding="utf-8")
