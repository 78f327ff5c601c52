"""The message of a custom rule: texts, and expressions in braces whose values are put in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiteralText:
    """What stands in the message as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """An expression between braces, and the offset at which it begins."""

    expression: str
    offset: int


Part = LiteralText | Value


class TemplateError(Exception):
    """Braces that do not fit together; `offset` is that of the brace."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def parts_of(template: str) -> tuple[Part, ...]:
    """The parts of a message; `{{` and `}}` are braces that are meant.

    An expression ends at the next closing brace that is not within quotes.

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
            raise TemplateError("this brace closes nothing; `}}` is a brace that is meant", at)
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
                raise TemplateError("there is no expression in these braces", start)
            return at
    raise TemplateError("this brace is not closed; `{{` is a brace that is meant", start)
