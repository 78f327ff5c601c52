"""An expression as promql-parser reads it, where it reads less than Prometheus."""

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
"""Added to a byte that is not UTF-8: a text of the parser cannot hold it."""
ASCII: Final = 128
ESCAPED: Final = 0xDC00
"""What Python adds to such a byte."""


def readable(expression: str) -> str:
    """The expression with what the parser does not know written otherwise.

    `holt_winters` has its name of Prometheus 3; a time before 1970 is after BEFORE_1970; numbers
    have no underscores; and bytes in a text that are no UTF-8 are private characters.
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
    """Escaped bytes over 127 as characters; those that are no UTF-8 as private ones."""
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
