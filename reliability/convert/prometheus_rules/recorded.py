"""Texts of recording rules: what they record of one another written out, ranges cut out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from reliability.convert.fields import Fields
from reliability.convert.prometheus_rules.burns import RANGE, WINDOW, is_shallow
from reliability.promql import syntax

DEEPEST: Final = 3


def plain_texts(records: Iterable[Fields]) -> dict[str, str]:
    """The expression of each recording that has one definition and sets no label."""
    found: dict[str, list[str | None]] = {}
    for each in records:
        expr = each.values.get("expr")
        is_plain = isinstance(expr, str) and not each.values.get("labels")
        name = str(each.values["record"])
        found.setdefault(name, []).append(str(expr) if is_plain else None)
    return {name: texts[0] for name, texts in found.items() if len(texts) == 1 and texts[0]}


def expanded(text: str, plain: Mapping[str, str]) -> str:
    """The expression with recordings that it reads, whole and as they are now, written out."""
    for _ in range(DEEPEST):
        tree = syntax.parse(text) if is_shallow(text) else ""
        if isinstance(tree, str):
            return text
        names = {
            syntax.metric(each)
            for each in syntax.selectors(tree)
            if not list(syntax.matchers(each)) and not each.offset and not each.at
        }
        known = sorted(names & plain.keys())
        if not known:
            return text
        for name in known:
            text = _written_out(text, name, plain[name])
    return text


def _written_out(text: str, name: str, expr: str) -> str:
    return re.sub(rf"(?<![\w:]){re.escape(name)}(?![\w:\[{{])", lambda _: f"({expr})", text)


def without_range(text: str, window: str) -> str:
    """The text with `{{.window}}` for its ranges; empty where one is not the recording's own."""
    tree = syntax.parse(text) if is_shallow(text) else ""
    if isinstance(tree, str):
        return ""
    pretty: str = tree.prettify()
    if {found[1] for found in RANGE.finditer(pretty)} != {window}:
        return ""
    return RANGE.sub(f"[{WINDOW}]", pretty)
