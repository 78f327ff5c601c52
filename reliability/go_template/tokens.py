"""Tokens of a template, with literals as Go writes them.

Source: text/template/parse/lex.go, `newNumber` in node.go and strconv of Go 1.24,
which also refuses numbers that are too large.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.message import Message

AFTER: Final = r"(?=[ \t\r\n.,|:()]|\}\}|\Z)"
"""What Go wants behind a word, a field and a variable (`atTerminator`)."""
ESCAPE: Final = (
    r"\\(?:[abfnrtv\\]|[0-3][0-7]{2}|x[0-9a-fA-F]{2}"
    r"|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|U00(?:10|0[0-9a-fA-F])[0-9a-fA-F]{4})"
)
WHOLE: Final = r"0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*"
REAL: Final = (
    r"(?:[0-9](?:_?[0-9])*\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9](?:_?[0-9])*[eE][+-]?[0-9]+"
    r"|0[xX](?:_?[0-9a-fA-F])*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+"
)
TOKEN: Final = re.compile(
    rf"""
    (?P<end>(?:[ \t\r\n]-)?\}}\}}) | (?P<space>(?:(?![ \t\r\n]-\}}\}})[ \t\r\n])+)
    | (?P<text>"(?:[^"\\\n]|\\"|{ESCAPE})*+"|`[^`]*+`) | (?P<rune>'(?:[^\\\n']|\\'|{ESCAPE})')
    | (?P<complex>[+-]?(?:(?:{REAL}|{WHOLE})[+-])?(?:{REAL}|{WHOLE})i(?![\w.]))
    | (?P<float>[+-]?(?:{REAL})(?![\w.+-])) | (?P<integer>[+-]?(?:{WHOLE})(?![\w.+-]))
    | (?P<bad>"(?:[^"\\\n]|\\[^\n])*+"|'(?:[^'\\\n]|\\[^\n])*+'|[+-]?\.?[0-9][\w.+]*+|[+-])
    | (?P<field>\.\w+{AFTER}) | (?P<dot>\.{AFTER}) | (?P<variable>\$\w*{AFTER})
    | (?P<word>[^\W\d]\w*{AFTER}) | (?P<sign>:=|[=|(),])
    """,
    re.VERBOSE,
)
OPENED: Final = re.compile(
    r"\{\{(?:-[ \t\r\n])?(?P<comment>/\*(?:(?!\*/).)*+\*/(?:[ \t\r\n]-)?\}\})?", re.DOTALL
)
STRAY: Final = re.compile(r"\w[^\s}]*|.", re.DOTALL)
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
        if kind != "end" and position < len(text) and text[position] not in "{}\"`'":
            raise unexpected(TemplateToken("", STRAY.findall(text, position)[0], position))
        if kind != "end":
            message = Message("a template opened with {{{{ is not closed")
            help_text = Message("write {{{{ $value }}}}, for example")
            raise GoTemplateError(message, help_text, opened.start())

    yield TemplateToken("eof", "", len(text))


def unexpected(token: TemplateToken) -> GoTemplateError:
    """Return the error of a token that Go does not have, or not at this point."""
    message = Message("{text} cannot stand here in a template", text=token.text)
    help_text = Message("write {{{{ $value }}}} or {{{{ $labels.name }}}}, for example")
    if token.kind == "end":
        message = Message("a template needs a value before }}}}")
    elif token.kind == "bad":
        message = Message("not a number or text of Go: {literal}", literal=token.text)
        help_text = Message('write a number such as 300, or a text in quotes such as "5m"')
    return GoTemplateError(message, help_text, token.offset)


def text_of(token: TemplateToken) -> str:
    """Return the value of a quoted text."""
    inner = token.text[1:-1]
    if token.text[0] == "`":
        return inner
    return ESCAPED.sub(lambda escape: escape[0].encode().decode("unicode_escape"), inner)
