"""Style of the page: the design of all pages, then what only a backtest has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from reliability.render.design import design_style

STYLESHEET: Final = Path(__file__).resolve().parent / "page.css"


@cache
def style() -> str:
    """Return the style sheet that the page contains, because it loads no other files."""
    return design_style() + STYLESHEET.read_text(encoding="utf-8")
