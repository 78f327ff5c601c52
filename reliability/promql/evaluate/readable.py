"""Rewriting of expressions for promql-parser, which accepts less than Prometheus."""

from __future__ import annotations

import re
from typing import Final

from reliability.promql.evaluate.moments import BEFORE_1970

TEXT: Final = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|`[^`]*+`)"""
SPECIAL: Final = re.compile(
    rf"""
    (?P<text>{TEXT}) | (?P<comment>\#[^\n]*)
    | (?P<smoothing>\bholt_winters(?=\s*\())
    | @\s*-\s*(?P<before>[\d.]+(?:[eE][-+]?\d+)?)
    | (?<![\w:.])(?P<grouped>\d[\d.]*(?:_[\d.]+)+(?:[eE][-+]?\d+)?)
    """,
    re.VERBOSE,
)
ESCAPES: Final = re.compile(
    r"(?P<bytes>(?:\\x[89a-fA-F][0-9a-fA-F]|\\[23][0-7]{2})+) | \\.", re.DOTALL | re.VERBOSE
)
ESCAPE: Final = re.compile(r"\\(?:x(?P<hexadecimal>..)|(?P<octal>...))")
NO_UTF8: Final = 0xF700
"""Added to a byte that is not UTF-8, because the parser's strings cannot contain it."""
ASCII: Final = 128
ESCAPED: Final = 0xDC00
"""Added to such a byte by Python (surrogateescape)."""


def readable(expression: str) -> str:
    """Rewrite syntax that the parser does not know.

    `holt_winters` gets its name of Prometheus 3, a time before 1970 becomes one after BEFORE_1970,
    numbers lose their underscores, and bytes in a string that are not UTF-8 become private
    characters.
    """
    return SPECIAL.sub(_rewritten, expression)


def _rewritten(match: re.Match[str]) -> str:
    if match["smoothing"]:
        return "double_exponential_smoothing"
    if match["before"]:
        return f"@ {BEFORE_1970 + float(match['before'])!r}"
    if match["grouped"]:
        return match["grouped"].replace("_", "")
    if match["text"] and not match["text"].startswith("`"):
        return ESCAPES.sub(_escaped, match["text"])
    return match[0]


def _escaped(match: re.Match[str]) -> str:
    """Return escaped bytes above 127 as characters, or private characters if they are not UTF-8."""
    if not match["bytes"]:
        return match[0]
    values = bytes(
        int(escape["hexadecimal"], 16) if escape["hexadecimal"] else int(escape["octal"], 8)
        for escape in ESCAPE.finditer(match["bytes"])
    )
    text = values.decode("utf-8", "surrogateescape")
    return "".join(
        chr(NO_UTF8 + ord(character) - ESCAPED) if _is_escaped(character) else character
        for character in text
    )


def _is_escaped(character: str) -> bool:
    return ESCAPED + ASCII <= ord(character) <= ESCAPED + 255
