"""PromQL parser that refuses nesting so deep that walking the tree would exhaust the stack."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import promql_parser

DEEPEST: Final = 100
"""Limit of nested parentheses and operators; the deepest of a thousand public alerts has 9."""
TEXT: Final = r"""(?:"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|`[^`]*+`?)"""
TOKEN: Final = re.compile(
    rf"""
    {TEXT} | \#[^\n]*+ | \{{(?:[^}}"'`\#]|\#[^\n]*+|{TEXT})*+\}}?     # texts, comments and matchers
    | (?P<open>\() | (?P<close>\))
    | (?P<operator>[-+*/%^<>]=? | [=!]= | \b(?:and|or|unless|atan2)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""An unclosed string extends to the end of the expression, so that no character is scanned twice.
"""

RAW: Final = re.compile(
    r"""`(?P<raw>[^`]*+)`|"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|\#[^\n]*+""", re.DOTALL
)
"""A text in backquotes, where a backslash is a character like others, or what may hold one."""
ESCAPED: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

LONGEST_SHOWN: Final = 80
"""Limit of characters of an expression in a message."""

KEPT: Final = 4096
"""Cached trees; each takes 9 KiB, so the cache must not hold those of ten thousand services."""


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Any:
    """Parse an expression. The tree is cached, so do not change it.

    Raises:
        ValueError: the text is not PromQL, or nested deeper than DEEPEST; the message says which.
    """
    nesting = depth(text)
    if nesting > DEEPEST:
        raise ValueError(
            f"{nesting} levels of parentheses and operators, and the limit is {DEEPEST} levels"
        )

    return promql_parser.parse(RAW.sub(_in_quotes, text) if "`" in text else text)


def _in_quotes(part: re.Match[str]) -> str:
    r"""Write a text in backquotes with quotes, since the library refuses ``\d`` in backquotes.

    Prometheus reads such a text as Go reads a raw string (`strutil.Unquote`).
    """
    raw = part["raw"]
    return part[0] if raw is None else f'"{raw.translate(ESCAPED)}"'


def shown(tree: Any) -> str:
    """Format a tree for a message, on one line and truncated to LONGEST_SHOWN characters."""
    text = " ".join(str(tree.prettify()).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def depth(text: str) -> int:
    """Return an upper bound of the nesting depth, counting parentheses and operators in a chain."""
    levels, deepest, around = [0], 0, 0
    for token in TOKEN.finditer(text):
        match token.lastgroup:
            case "open":
                levels.append(0)
                around += 1
            case "close" if len(levels) > 1:
                around -= 1 + levels.pop()
            case "operator":
                levels[-1] += 1
                around += 1
            case _:
                pass
        deepest = max(deepest, around)

    return deepest
