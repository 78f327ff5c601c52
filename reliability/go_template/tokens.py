"""Tokens of a template, and the values of its literals.

Source: text/template/parse/lex.go, `newNumber` in node.go and strconv of Go 1.24.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.message import Message

AFTER: Final = r"(?=[ \t\r\n.,|:()]|\}\}|\Z)"
"""What Go wants behind a word, a field and a variable (`atTerminator`)."""
TOKEN: Final = re.compile(
    rf"""
    (?P<end>(?:[ \t\r\n]-)?\}}\}}) | (?P<space>(?:(?![ \t\r\n]-\}}\}})[ \t\r\n])+)
    | (?P<text>"(?:[^"\\\n]|\\[^\n])*+"|`[^`]*+`) | (?P<character>'(?:[^'\\\n]|\\[^\n])*+')
    | (?P<number>(?:[+-]|\.?[0-9])(?:[\w.]|(?<=[eEpP])[+-]|[+-](?=[\w.]++(?<=i)))*+)
    | (?P<field>\.\w+{AFTER}) | (?P<dot>\.{AFTER}) | (?P<variable>\$\w*{AFTER})
    | (?P<word>[^\W\d]\w*{AFTER}) | (?P<sign>:=|[=|(),])
    """,
    re.VERBOSE,
)
OPENED: Final = re.compile(
    r"\{\{(?:-[ \t\r\n])?(?P<comment>/\*(?:(?!\*/).)*+\*/(?:[ \t\r\n]-)?\}\})?", re.DOTALL
)
ESCAPE: Final = (
    r"\\(?:[abfnrtv\\]|[0-3][0-7]{2}|x[0-9a-fA-F]{2}"
    r"|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|U00(?:10|0[0-9a-fA-F])[0-9a-fA-F]{4})"
)
LITERAL: Final = re.compile(rf""""(?:[^"\\]|\\"|{ESCAPE})*+"|`[^`]*+`|'(?:[^\\]|\\'|{ESCAPE})'""")
ESCAPED: Final = re.compile(r"\\(?:[0-7]{3}|x..|u.{4}|U.{8}|.)")


class GoTemplateError(ValueError):
    """A fault of a template: what it is, what to write instead, and its offset in the text."""

    def __init__(self, message: Message, help_text: Message, offset: int) -> None:
        super().__init__(message)
        self.message, self.help, self.offset = message, help_text, offset


@dataclass(frozen=True, slots=True)
class TemplateToken:
    """A token of an action; `is_spaced` says whether white space is before it."""

    kind: str
    text: str
    offset: int
    is_spaced: bool = False


def tokens(text: str) -> Iterator[TemplateToken]:
    """Yield the tokens of each action, up to its `end`, and `eof`.

    Raises:
        GoTemplateError: an action, a comment or a literal is not closed, or not a token of Go.
    """
    position = 0
    while (opened := OPENED.search(text, position)) is not None:
        kind, position = "end" if opened["comment"] else "", opened.end()
        while kind != "end" and (match := TOKEN.match(text, position)) is not None:
            is_spaced, kind, position = kind == "space", str(match.lastgroup), match.end()
            if kind != "space":
                yield TemplateToken(kind, match[0], match.start(), is_spaced)
        if kind != "end" and position < len(text) and text[position] not in "\"`'":
            raise unexpected(TemplateToken("", text[position], position))
        if kind != "end":
            message = Message("a template opened with {{{{ is not closed")
            help_text = Message("write {{{{ $value }}}}, for example")
            raise GoTemplateError(message, help_text, opened.start())

    yield TemplateToken("eof", "", len(text))


def unexpected(token: TemplateToken) -> GoTemplateError:
    """Return the error of a token that Go's grammar does not have there."""
    message = Message("unexpected {text} in a template", text=token.text)
    if token.kind == "end":
        message = Message("a template needs a value before }}}}")
    help_text = Message("write {{{{ $value }}}} or {{{{ $labels.name }}}}, for example")
    return GoTemplateError(message, help_text, token.offset)


def value_of(token: TemplateToken) -> str | int | float | complex:
    """Return the value of a text or a number; of a character, its code point.

    Raises:
        GoTemplateError: Go has no such literal, or no type that holds the number.
    """
    written = token.text
    try:
        if token.kind == "number":
            return _number(written)
        if LITERAL.fullmatch(written) is None:
            raise ValueError(written)
        inner = written[1:-1]
        if written[0] != "`":
            inner = ESCAPED.sub(lambda escape: escape[0].encode().decode("unicode_escape"), inner)
        return inner if token.kind == "text" else ord(inner)
    except (ValueError, TypeError) as error:
        message = Message("not a valid {kind} of Go: {literal}", kind=token.kind, literal=written)
        help_text = Message('write a number such as 300, or a text in quotes such as "5m"')
        raise GoTemplateError(message, help_text, token.offset) from error


def _number(written: str) -> int | float | complex:
    """Return a number; a leading 0 means octal, and an exponent with `p` is binary."""
    if re.search(r"[\d.]i$", written):
        return complex(written.replace("_", "")[:-1] + "j")
    try:
        whole = int(re.sub(r"^([+-]?)0(?=_?\d)", r"\g<1>0o", written), 0)
    except ValueError:
        number = float.fromhex(written) if "p" in written.lower() else float(written)
        if math.isinf(number) or not re.search("[.eEpP]", written):
            raise
        return number
    if not -(2**63) <= whole < 2**64:
        raise ValueError(written)
    return whole
