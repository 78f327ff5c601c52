"""Templates as Alertmanager 0.33 parses them when it loads a file: without its own functions."""

from __future__ import annotations

import re
from typing import Final

QUOTED: Final = r'"(?:[^"\\\n]|\\.)*"|`[^`]*`'
ACTION: Final = re.compile(rf"\{{\{{((?:{QUOTED}|(?!\}}\}})[^\"`])*)\}}\}}")
WORD: Final = re.compile(r"(?<![.$\w])[A-Za-z_]\w*")
OPENING: Final = frozenset(("if", "range", "with", "block", "define"))
KNOWN: Final = OPENING.union(
    ("else", "end", "template", "break", "continue", "true", "false", "nil"),
    ("and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf"),
    ("println", "urlquery", "eq", "ge", "gt", "le", "lt", "ne"),
)
"""Keywords and functions of Go's text/template."""


def is_go_template(text: str) -> bool:
    """Return whether the actions of a text are closed, with known functions and ended blocks."""
    if "{{" in ACTION.sub("", text):
        return False
    depth = 0
    for action in ACTION.findall(text):
        # Braces, names and `end` in a quoted text are not part of the template's syntax.
        plain = re.sub(QUOTED, '""', action).removeprefix("-").removesuffix("-").strip()
        if plain.startswith("/*"):
            continue
        words = WORD.findall(plain)
        if not plain or not KNOWN.issuperset(words) or plain.count("(") != plain.count(")"):
            return False
        depth += (words[:1] != [] and words[0] in OPENING) - (words[:1] == ["end"])
        if depth < 0 or (depth == 0 and words[:1] == ["else"]):
            return False

    return depth == 0
