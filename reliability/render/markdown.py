"""Foreign text as Markdown: shown unchanged, without effect on GitHub."""

from __future__ import annotations

import re
from typing import Final

from reliability.render.display import inert, safe

PUNCTUATION: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^$\"'=:/])")
SPLIT: Final = "\u200b"
LINKED: Final = re.compile(r"(@|#|://|www(?=\.)|GH-)", re.IGNORECASE)
ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def plain(text: str) -> str:
    """Escape a text so that Markdown shows it as it is, without links, mentions or HTML.

    GitHub searches for mentions and references after it has converted Markdown to HTML, so a
    backslash does not prevent them; a zero-width space between the sign and the name does.
    """
    split = LINKED.sub(rf"\1{SPLIT}", safe(text))
    return PUNCTUATION.sub(r"\\\1", split).translate(ENTITIES)


def code(text: str) -> str:
    """Return a text as a code span that no backtick in it ends, and that ends no table cell."""
    shown = inert(safe(text)).replace("|", "\\x7c")
    runs = {len(run) for run in re.findall("`+", shown)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    pad = " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
