"""Reader of the plain form of YAML in which rulers print groups, several times faster than libyaml.

Go's encoder writes one key a line, texts of several lines as literal blocks, and quotes what could
be read as another type. Everything outside of that form raises `OtherFormError`, and is read by the
whole parser instead; what is read here has the same value there.
"""

from __future__ import annotations

import json
import re
from typing import Final

from reliability.load.core_schema import OLDER_WORDS, WORDS
from reliability.resource import Json

ENTRY: Final = re.compile(r"( *)([A-Za-z_][A-Za-z0-9_./-]*):(?: (.+))?")
PLAIN: Final = re.compile(
    r"(?:[A-Za-z_/(]|[0-9]+(?:\.[0-9]+)? [-+*/] )(?:[^:#]|:(?! )|(?<! )#)*(?<![: ])"
)
"""Text without a quote: it has no `: `, no ` #`, and no colon or space at its end.

It may begin with a number and an operator, as `1 - slo:period_burn_rate:ratio`.
"""
DURATION: Final = re.compile(r"(?:[0-9]+(?:ms|[smhdwy]))+")
COUNT: Final = re.compile(r"0|[1-9][0-9]{0,8}")
ODD: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Line breaks other than LF, and characters that YAML does not allow or treats otherwise."""
WORDS_OF_TYPES: Final = frozenset((*WORDS, *OLDER_WORDS))
LITERALS: Final = ("|", "|-")


class OtherFormError(Exception):
    """A text has another form; it may be YAML all the same."""


def read_block(text: str) -> dict[str, Json]:
    """Return the value of a mapping in block form.

    Raises:
        OtherFormError: the text has another form.
    """
    # Without a line break at its end, the value of a last literal block has none either.
    if ODD.search(text) or not text.endswith("\n"):
        raise OtherFormError
    # No line is indented by less than nothing, so this mapping has all lines.
    return _BlockReader(text.removesuffix("\n").split("\n")).mapping(0)


class _BlockReader:
    """Reader of lines; `at` is the index of the next one."""

    def __init__(self, lines: list[str]) -> None:
        """Start before the first line."""
        self.lines = lines
        self.at = 0

    def mapping(self, indent: int) -> dict[str, Json]:
        """Read the entries that are indented by `indent` spaces."""
        values: dict[str, Json] = {}
        lines, count = self.lines, len(self.lines)
        while self.at < count:
            line = lines[self.at]
            match = ENTRY.fullmatch(line)
            if match is None:
                if _is_item(line) and _indent(line) < indent:
                    break
                raise OtherFormError
            spaces, key, text = match.groups()
            if len(spaces) != indent:
                if len(spaces) < indent:
                    break
                raise OtherFormError
            if key in values or key in WORDS_OF_TYPES:
                raise OtherFormError
            self.at += 1
            values[key] = self._inner(indent) if text is None else self._scalar(text, indent)
        if not values:
            raise OtherFormError
        return values

    def _inner(self, indent: int) -> Json:
        """Read the value below a key; items of a list may be indented as their key."""
        if self.at == len(self.lines):
            raise OtherFormError
        line = self.lines[self.at]
        inner = _indent(line)
        if _is_item(line) and inner >= indent:
            return self._sequence(inner)
        if inner <= indent:
            raise OtherFormError
        return self.mapping(inner)

    def _sequence(self, indent: int) -> list[Json]:
        """Read a list of mappings."""
        values: list[Json] = []
        lines, count = self.lines, len(self.lines)
        while self.at < count:
            line = lines[self.at]
            if not _is_item(line) or _indent(line) != indent:
                break
            # The item's first key stands behind the dash, in the column of its other keys.
            lines[self.at] = f"{' ' * (indent + 2)}{line[indent + 2 :]}"
            values.append(self.mapping(indent + 2))
        return values

    def _scalar(self, text: str, indent: int) -> Json:
        if PLAIN.fullmatch(text):
            if text in WORDS_OF_TYPES:
                raise OtherFormError
            return text
        match text[0]:
            case "|" if text in LITERALS:
                return self._literal(indent, ends_with_line=text == "|")
            case "'":
                return _single_quoted(text)
            case '"':
                return _double_quoted(text)
            case _:
                return _other_scalar(text)

    def _literal(self, indent: int, *, ends_with_line: bool) -> str:
        """Read a literal block, whose first line says how far it is indented."""
        lines, count, start = self.lines, len(self.lines), self.at
        first = lines[start] if start < count else ""
        inner = _indent(first)
        if inner <= indent or not first.strip():
            raise OtherFormError
        margin, kept = " " * inner, []
        while self.at < count and (not lines[self.at] or lines[self.at].startswith(margin)):
            kept.append(lines[self.at][inner:])
            self.at += 1
        while not kept[-1]:
            kept.pop()
        # A last line of spaces alone is a matter of the whole parser.
        if not kept[-1].strip():
            raise OtherFormError
        return "\n".join(kept) + ("\n" if ends_with_line else "")


def _is_item(line: str) -> bool:
    return line.lstrip(" ").startswith("- ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _single_quoted(text: str) -> str:
    inner = text[1:-1].replace("''", "\0")
    if len(text) < 2 or text[-1] != "'" or "'" in inner:
        raise OtherFormError
    return inner.replace("\0", "'")


def _double_quoted(text: str) -> str:
    # The escapes of JSON are also those of YAML, but for pairs of surrogates.
    if "\\u" in text:
        raise OtherFormError
    try:
        value = json.loads(text)
    except ValueError as error:
        raise OtherFormError from error
    return str(value)


def _other_scalar(text: str) -> Json:
    if text == "{}":
        return {}
    if text == "[]":
        return []
    if DURATION.fullmatch(text):
        return text
    if COUNT.fullmatch(text):
        return int(text)
    raise OtherFormError
