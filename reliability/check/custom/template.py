"""The message of a custom rule: text, and expressions in braces that are replaced by values."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.message import Message


@dataclass(frozen=True, slots=True)
class LiteralText:
    """Text that is copied as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """An expression between braces, and the offset at which it starts."""

    expression: str
    offset: int


Part = LiteralText | Value

# Doubled braces are an escape of a Message as well, so four of them show two.
UNOPENED = Message("this closing brace has no opening one; write `}}}}` for a literal brace")
UNCLOSED = Message("this brace is not closed; write `{{{{` for a literal brace")
EMPTY = Message("the braces hold no expression")


class TemplateError(Exception):
    """Unbalanced or empty braces; `offset` is that of the brace."""

    def __init__(self, message: Message, offset: int) -> None:
        super().__init__(message)
        self.message, self.offset = message, offset


def parts_of(template: str) -> tuple[Part, ...]:
    """Split a message into its parts; `{{` and `}}` are literal braces.

    An expression ends at the next closing brace outside of quotes.

    Raises:
        TemplateError: a brace is not closed, or not opened, or holds nothing.
    """
    parts: list[Part] = []
    words = ""
    at = 0

    while at < len(template):
        letter = template[at]
        if letter in "{}" and template[at : at + 2] == letter * 2:
            words += letter
            at += 2
        elif letter == "}":
            raise TemplateError(UNOPENED, at)
        elif letter == "{":
            end = _end(template, at)
            parts += [LiteralText(words), Value(template[at + 1 : end], at + 1)]
            words, at = "", end + 1
        else:
            words += letter
            at += 1

    return tuple(part for part in (*parts, LiteralText(words)) if part != LiteralText(""))


def _end(template: str, start: int) -> int:
    quote = ""
    for at in range(start + 1, len(template)):
        letter = template[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "}":
            if not template[start + 1 : at].strip():
                raise TemplateError(EMPTY, start)
            return at

    raise TemplateError(UNCLOSED, start)
