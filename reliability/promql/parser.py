"""PromQL as a tree, where it is not nested so deep that following it would end a run."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import promql_parser

DEEPEST: Final = 100
"""Parentheses and operators around a term; the deepest of a thousand public alerts has 9."""
TEXT: Final = r"""(?:"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|`[^`]*+`?)"""
TOKEN: Final = re.compile(
    rf"""
    {TEXT} | \#[^\n]*+ | \{{(?:[^}}"'`\#]|\#[^\n]*+|{TEXT})*+\}}?     # texts, comments and matchers
    | (?P<open>\() | (?P<close>\))
    | (?P<operator>[-+*/%^<>]=? | [=!]= | \b(?:and|or|unless|atan2)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What is opened and never closed ends with the text, so that nothing is read twice."""


LONGEST_SHOWN: Final = 80
"""Characters of an expression in a message."""

KEPT: Final = 4096
"""Trees; a tree takes 9 KiB, and those of ten thousand services more memory than all else."""


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Any:
    """The library's tree of an expression; nobody changes it.

    Raises:
        ValueError: it is no PromQL, or deeper than DEEPEST; the message says which.
    """
    nesting = depth(text)
    if nesting > DEEPEST:
        raise ValueError(
            f"{nesting} levels of parentheses and operators, and the limit is {DEEPEST}"
        )
    return promql_parser.parse(text)


def shown(tree: Any) -> str:
    """A tree as a message names it: on one line, and cut where it is long."""
    text = " ".join(str(tree.prettify()).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def depth(text: str) -> int:
    """How deep a term can lie at most: under parentheses, and in a chain of operators."""
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
