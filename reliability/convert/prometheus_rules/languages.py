"""Languages of rule groups that Prometheus does not evaluate: those of Loki and of vmalert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.convert.converter import Diagnostic, left_out
from reliability.convert.prometheus_rules.groups import OriginalRuleGroup

STRINGS: Final = re.compile(r"""#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`""")
LOGQL: Final = re.compile(r"\}\s*(?:\||!~|!=\s*\"\")")
"""A pipeline after a selector; PromQL has no `|`, and no string after `!=` outside of braces."""
TYPES: Final = {"graphite": "Graphite", "vlogs": "LogsQL"}
"""Values of `type` of a group of vmalert, https://docs.victoriametrics.com/vmalert/#groups."""
LOKI: Final = "load it in Loki's ruler"
VMALERT: Final = "keep loading it in vmalert"


def other_language(group: OriginalRuleGroup) -> str:
    """Return the language of a group's expressions; empty if it may be PromQL.

    Each group is evaluated by one program, so one LogQL expression makes it a group of Loki.
    """
    language = TYPES.get(str(group.fields.values.get("type")), "")
    exprs = (str(rule.values.get("expr")) for rule in group.rules())
    if not language and any(LOGQL.search(STRINGS.sub('""', expr)) for expr in exprs):
        return "LogQL"
    return language


def not_promql_rules(group: OriginalRuleGroup, language: str) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each rule of a group in another language."""
    for rule in group.rules():
        name = rule.values.get("alert") or rule.values.get("record") or "the rule"
        message = f"{name} is not imported: its expression is {language}, not PromQL"
        help_text = LOKI if language == "LogQL" else VMALERT
        yield left_out(rule.at("expr"), message, help_text, reason=f"{language} is not imported")
