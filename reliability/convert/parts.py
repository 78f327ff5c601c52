"""Parts of a document that are imported like documents: items of lists, and rules it carries.

ConfigMaps have rule files as texts. Values of Helm charts have rule groups below keys of their own
(`additionalPrometheusRulesMap` of kube-prometheus-stack), or rules without a group
(`prometheusRule.rules`). Charms of Juju have one rule in each file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from reliability.convert.converter import (
    Diagnostic,
    Original,
    OriginalLocation,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.free_text import masked_values
from reliability.convert.originals import LIMITS, MergingReader, fault_diagnostic
from reliability.convert.prometheus_rules.groups import (
    RESOURCES,
    folder_of,
    has_rule,
    is_groups,
)
from reliability.convert.prometheus_rules.services import NO_NAME
from reliability.load.document import Document, EntryPart, parse, read
from reliability.load.source import Source
from reliability.location import Location, Pointer, SourceSpan

RULE_FILE: Final = re.compile(
    r"""^[\s'"{]*groups['"]?\s*:(?:\s|#[^\n]*)*[-\[][\s\S]*?\b(?:alert|record)['"]?\s*:""",
    re.MULTILINE,
)
RULE: Final = re.compile(r"""(?:alert|record)\\?['"]?\s*:""")
INDENT: Final = re.compile(r"^( *)\S", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class InnerDocument(Document):
    """A value inside a document; pointers begin at that value, after `added` steps around it."""

    within: Pointer = ()
    added: int = 0

    def locate(self, pointer: Pointer, part: EntryPart = EntryPart.VALUE) -> Location:
        """Return the location of a key or value in the whole file."""
        return Document.locate(self, (*self.within, *pointer[self.added :]), part)


class CarriedSource(Source):
    """Text of a file inside a value of another file, with the locations of the outer file.

    In a literal block (`|`) they are exact; in other scalars they are the beginning of the scalar.
    """

    def __init__(self, document: Document, pointer: Pointer, text: str) -> None:
        """Find the first line and the indentation of the text."""
        super().__init__(document.path, text)
        span, outer = document.locate(pointer).span, document.source
        self.start = (span.line, span.column)
        self.is_block = outer.text[outer.lines[span.line - 1] + span.column - 1] == "|"
        self.indent = 0
        if self.is_block:
            written = INDENT.search(outer.text, outer.lines[span.line])
            own = INDENT.search(text)
            self.indent = len(written[1]) - len(own[1]) if written and own else 0

    def position(self, offset: int) -> tuple[int, int]:
        """Convert an offset to a line and a column of the outer file."""
        return self.outer(*super().position(offset))

    def outer(self, line: int, column: int) -> tuple[int, int]:
        """Convert a line and a column of the text to those of the outer file."""
        return (self.start[0] + line, column + self.indent) if self.is_block else self.start


def parts_of(
    original: Original, recognizes: Callable[[Original], object]
) -> Iterator[Original | Diagnostic]:
    """Yield the items of a list, or the original; if nothing recognizes one, the rules in it."""
    for item in _items(original):
        carried = [] if recognizes(item) else list(_carried(item))
        yield from carried or (item,)


def _items(original: Original) -> Iterator[Original]:
    """Yield the items of a Kubernetes list or a list of documents; else the original."""
    items: list[Any] = []
    steps: Pointer = ()
    alike: dict[str, Any] = {}
    values: Any = original.values
    if isinstance(values, list) and any("apiVersion" in mapping(value) for value in values):
        items = values
    elif str(mapping(values).get("kind")).endswith("List"):
        items, steps = sequence(mapping(values).get("items")), ("items",)
        kind = values["kind"].removesuffix("List")
        alike = {"apiVersion": values.get("apiVersion"), "kind": kind} if kind else {}

    if not items or not isinstance(original, Document):
        yield original
        return
    for index, item in enumerate(items):
        yield from _items(_part(original, (*steps, index), {**alike, **mapping(item)}))


def _part(document: Document, steps: Pointer, values: Any, added: int = 0) -> InnerDocument:
    within = (*document.within, *steps) if isinstance(document, InnerDocument) else steps
    return InnerDocument(document.source, document.index, values, within=within, added=added)


def _carried(document: Original) -> Iterator[Document | Diagnostic]:
    """Yield rules and groups below any key, and the documents of rule files in texts."""
    if not isinstance(document, Document) or not RULE.search(document.text):
        return
    found = dict[int, tuple[Pointer, Any]]()
    for pointer, value in _rules_in(document.values, ()):
        found.setdefault(id(value), (pointer, value))  # an alias is the object that it repeats
    for pointer, value in found.values():
        if isinstance(value, str):
            yield from _documents(document, pointer, value)
        elif is_groups(value):
            yield _part(document, pointer, value)
        else:
            yield _resource(document, pointer, value)
    if any(pointer for pointer, _ in found.values()) and [*document.values] != ["rules"]:
        message = "of this document, only the rule groups are imported"
        yield left_out(OriginalLocation(document), message)


def _rules_in(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    is_group = "name" in mapping(value) and has_rule(value.get("rules"))
    is_text = isinstance(value, str) and RULE_FILE.search(value)
    if is_text or is_group or is_groups(value) or has_rule(value) or has_rule([value]):
        yield pointer, value
    elif isinstance(value, dict | list):
        steps: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            yield from _rules_in(inner, (*pointer, step))


def _resource(document: Document, pointer: Pointer, value: Any) -> InnerDocument:
    """Return a group, or rules in one that is named after their resource or folder."""
    path, metadata = document.path, mapping(mapping(document.values).get("metadata"))
    name = metadata.get("name") or folder_of(path) or path.parent.name or NO_NAME
    group, added = {"name": name, "rules": value}, 4  # steps from the resource to the rules
    if isinstance(value, dict):
        group, added = (value, 3) if "rules" in value else ({**group, "rules": [value]}, 5)
    resource = {"kind": RESOURCES[0], "metadata": {"name": name}, "spec": {"groups": [group]}}
    return _part(document, pointer, resource, added)


def _documents(document: Document, pointer: Pointer, text: str) -> Iterator[Document | Diagnostic]:
    """Yield the documents of a text, and diagnostics on its faults and on masked secrets."""
    source = CarriedSource(document, pointer, text)
    masked = masked_values(parse(document.path, text.encode()).documents, text)
    for diagnostic in masked.diagnostics:
        at = diagnostic.problem.at
        span = SourceSpan(
            *source.outer(at.span.line, at.span.column),
            *source.outer(at.span.end_line, at.span.end_column),
        )
        yield replace(diagnostic, problem=replace(diagnostic.problem, at=replace(at, span=span)))

    source.text = masked.text
    parsed = read(source, LIMITS, MergingReader)
    yield from map(fault_diagnostic, parsed.faults)
    yield from parsed.documents
