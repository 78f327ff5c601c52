"""Parse PromQL, unless it is nested so deep that walking the tree would exhaust the stack."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import promql_parser

DEEPEST: Final = 100
"""Levels of parentheses and operators; the deepest of a thousand public alerts has 9."""
TEXT: Final = r"""(?:"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|`[^`]*+`?)"""
TOKEN: Final = re.compile(
    rf"""
    {TEXT} | \#[^\n]*+ | \{{(?:[^}}"'`\#]|\#[^\n]*+|{TEXT})*+\}}?     # texts, comments and matchers
    | (?P<open>\() | (?P<close>\))
    | (?P<operator>[-+*/%^<>]=? | [=!]= | \b(?:and|or|unless|atan2)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""An unclosed text ends with the expression, so that no character is scanned twice."""


LONGEST_SHOWN: Final = 80
"""Characters of an expression in a message."""

KEPT: Final = 4096
"""Cached trees; each takes 9 KiB, so caching all of ten thousand services would fill the memory."""


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Any:
    """Parse an expression; the tree is cached, so do not change it.

    Raises:
        ValueError: it is not PromQL, or deeper than DEEPEST; the message says which.
    """
    nesting = depth(text)
    if nesting > DEEPEST:
        raise ValueError(
            f"{nesting} levels of parentheses and operators, and the limit is {DEEPEST} levels"
        )

    return promql_parser.parse(text)


def shown(tree: Any) -> str:
    """Format a tree for a message: on one line, and cut if it is long."""
    text = " ".join(str(tree.prettify()).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def depth(text: str) -> int:
    """An upper bound of the nesting: parentheses, and chains of operators."""
    if len(text) <= DEEPEST:
        return 0
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
