"""Reads templates of annotations and labels as far as Prometheus does when it loads a rule file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

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
"""The functions of Prometheus, those of its newest releases too, and of Go's text/template."""
OPENING: Final = frozenset({"block", "define", "if", "range", "with"})
WORDS: Final = OPENING | {"break", "continue", "else", "end", "false", "nil", "template", "true"}
GIVEN: Final = frozenset({"$", "$labels", "$externalLabels", "$externalURL", "$value"})
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
NOT_CLOSED: Final = "a template is opened with {{ and not closed"


@dataclass(frozen=True, slots=True)
class TemplateRefusal:
    """What Prometheus would refuse of a text, and what to write instead."""

    message: str
    help: str


def why_not_template(text: str) -> TemplateRefusal | None:
    """Why Prometheus refuses a text with templates, or None where it takes it."""
    if "{{" not in text:
        return None
    known, depth, position = set(GIVEN), 0, 0
    while (opened := text.find("{{", position)) >= 0:
        tokens = list(_tokens(text, opened + 2))
        if not tokens or tokens[-1].lastgroup != "end":
            return TemplateRefusal(NOT_CLOSED, "write {{ $value }} or the like")
        position = tokens[-1].end()
        names = [each["name"] for each in tokens if each["name"]]
        depth += len(OPENING & set(names[:1])) - (names[:1] == ["end"])
        for token in tokens:
            known.update(re.findall(r"\$\w+", token[0]) if token["set"] else ())
        refused = _empty(tokens) or _name(names) or _variable(tokens, known) or _blocks(depth)
        if refused is not None:
            return refused
    if depth:
        return TemplateRefusal(
            "a template begins a block and does not end it", "write {{ end }} after it"
        )
    return None


def _tokens(text: str, start: int) -> Iterator[re.Match[str]]:
    """The parts of what stands in braces, up to the braces that close it, if any do."""
    while (token := TOKEN.match(text, start)) is not None:
        yield token
        if token.lastgroup == "end":
            return
        start = token.end()


def _empty(tokens: list[re.Match[str]]) -> TemplateRefusal | None:
    if len(tokens) > 1:
        return None
    return TemplateRefusal(
        "a template in braces is empty", "write {{ $value }} or the like, or take it out"
    )


def _name(names: list[str]) -> TemplateRefusal | None:
    unknown = next((name for name in names if name not in FUNCTIONS | WORDS), None)
    if unknown is None:
        return None
    message = f"a template calls {unknown}, and Prometheus has no function of that name"
    near = difflib.get_close_matches(unknown, sorted(FUNCTIONS), n=1)
    if near:
        return TemplateRefusal(message, f"the nearest is {near[0]}")
    return TemplateRefusal(
        message, "write {{ $value }}, {{ $labels.name }} or a function of Prometheus"
    )


def _variable(tokens: list[re.Match[str]], known: set[str]) -> TemplateRefusal | None:
    named = (each["variable"] for each in tokens if each["variable"])
    unknown = next((name for name in named if name not in known), None)
    if unknown is None:
        return None
    message = f"a template reads {unknown}, and nothing sets it"
    return TemplateRefusal(message, "write $labels, $value or $externalLabels")


def _blocks(depth: int) -> TemplateRefusal | None:
    if depth >= 0:
        return None
    return TemplateRefusal("a template ends a block that nothing begins", "take {{ end }} out")
