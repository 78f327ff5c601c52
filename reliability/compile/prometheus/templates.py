"""Validation of templates in annotations and labels, as Prometheus parses them at load."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.message import Message

OF_PROMETHEUS: Final = (
    "args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage "
    "humanizeTimestamp label match now parseDuration pathPrefix query reReplaceAll safeHtml "
    "sortByLabel stripDomain stripPort strvalue tableLink title toDuration toLower toTime toUpper "
    "urlQueryEscape value"
)
OF_GO: Final = (
    "and call eq ge gt html index js le len lt ne not or print printf println slice urlquery"
)
FUNCTIONS: Final = frozenset(f"{OF_PROMETHEUS} {OF_GO}".split())
"""Functions of Prometheus, including those of its newest releases, and of Go's text/template."""
OPENING: Final = frozenset({"block", "define", "if", "range", "with"})
WORDS: Final = OPENING | {"break", "continue", "else", "end", "false", "nil", "template", "true"}
PREDEFINED: Final = frozenset({"$", "$labels", "$externalLabels", "$externalURL", "$value"})
TOKEN: Final = re.compile(
    r"""
    \s*+(?:(?P<end>-?\}\}) | (?P<comment>-?\s*+/\*.*?\*/)
    | (?P<text>"(?:[^"\\\n]|\\.)*+"|`[^`]*+`|'(?:[^'\\\n]|\\.)*+')
    | (?P<variable>\$\w*) (?P<set>\s*(?::=|,\s*\$\w+\s*:=))?
    | (?P<field>\.\w+) | (?P<name>[A-Za-z_]\w*) | (?P<number>[+-]?\d[\w.+-]*)
    | (?P<other>[^\s"`']))
    """,
    re.VERBOSE | re.DOTALL,
)
NOT_CLOSED: Final = Message("a template opened with {{{{ is not closed")
WRITE_VALUE: Final = Message("write {{{{ $value }}}}, for example")


@dataclass(frozen=True, slots=True)
class TemplateRefusal:
    """Reason why Prometheus refuses a template, and what to write instead."""

    message: str
    help: str


def why_not_template(text: str) -> TemplateRefusal | None:
    """Return why Prometheus refuses a text with templates, or None if it accepts it."""
    if "{{" not in text:
        return None
    known, depth, position = set(PREDEFINED), 0, 0
    while (opened := text.find("{{", position)) >= 0:
        tokens = list(_tokens(text, opened + 2))
        if not tokens or tokens[-1].lastgroup != "end":
            return TemplateRefusal(NOT_CLOSED, WRITE_VALUE)
        position = tokens[-1].end()
        names = [token["name"] for token in tokens if token["name"]]
        # Only the first name of an action opens or ends a block (text/template); `else if` opens
        # none.
        depth += len(OPENING & set(names[:1])) - (names[:1] == ["end"])
        for token in tokens:
            known.update(re.findall(r"\$\w+", token[0]) if token["set"] else ())
        refused = _empty(tokens) or _name(names) or _variable(tokens, known) or _blocks(depth)
        if refused is not None:
            return refused

    if depth:
        return TemplateRefusal(
            Message("a template block is not ended"), Message("write {{{{ end }}}} after it")
        )

    return None


def _tokens(text: str, start: int) -> Iterator[re.Match[str]]:
    """Yield the tokens of an action, up to and including its closing braces if it has any."""
    while (token := TOKEN.match(text, start)) is not None:
        yield token
        if token.lastgroup == "end":
            return
        start = token.end()


def _empty(tokens: list[re.Match[str]]) -> TemplateRefusal | None:
    if len(tokens) > 1:
        return None
    return TemplateRefusal(
        Message("empty template"), Message("write {{{{ $value }}}}, for example, or remove it")
    )


def _name(names: list[str]) -> TemplateRefusal | None:
    unknown = next((name for name in names if name not in FUNCTIONS | WORDS), None)
    if unknown is None:
        return None

    message = Message("unknown template function {function}", function=unknown)
    near = difflib.get_close_matches(unknown, sorted(FUNCTIONS), n=1)
    if near:
        return TemplateRefusal(message, Message("did you mean {function}?", function=near[0]))

    return TemplateRefusal(
        message,
        Message("write {{{{ $value }}}}, {{{{ $labels.name }}}} or a function of Prometheus"),
    )


def _variable(tokens: list[re.Match[str]], known: set[str]) -> TemplateRefusal | None:
    named = (token["variable"] for token in tokens if token["variable"])
    unknown = next((name for name in named if name not in known), None)
    if unknown is None:
        return None
    message = Message("unknown template variable {variable}", variable=unknown)
    return TemplateRefusal(message, Message("write $labels, $value or $externalLabels"))


def _blocks(depth: int) -> TemplateRefusal | None:
    if depth >= 0:
        return None
    return TemplateRefusal(
        Message("a template ends a block that was not opened"), Message("remove {{{{ end }}}}")
    )
