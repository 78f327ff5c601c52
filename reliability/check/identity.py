"""What a finding is about, by names: it stays the same when lines and list items move."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

from reliability.check.context import Context
from reliability.finding import Finding
from reliability.load.document import Located
from reliability.location import Location, Pointer

NAMING: Final = ("name", "slo", "displayName")
"""The keys by which the items of lists are told apart."""


def named(finding: Finding, context: Context) -> Finding:
    """The finding with the place that its fingerprint is made of."""
    documents = context.documents_at(finding.problem.at.path)
    if not documents:
        return finding
    inside = documents if len(documents) == 1 else _around(finding.problem.at, documents)
    if not inside:
        return finding
    values, pointer = inside[0].document.values, finding.problem.at.pointer
    steps = [_document(inside[0])] if len(documents) > 1 else []
    return dataclasses.replace(finding, place="/".join([*steps, *_steps(values, pointer)]))


def _around(at: Location, documents: tuple[Located[Any], ...]) -> tuple[Located[Any], ...]:
    """The document that a place lies in."""
    return tuple(each for each in documents if contains(each.at(), at))[:1]


def contains(outer: Location, inner: Location) -> bool:
    """Whether a place begins within another."""
    start = (outer.span.line, outer.span.column)
    end = (outer.span.end_line, outer.span.end_column)
    return start <= (inner.span.line, inner.span.column) <= end


def _document(located: Located[Any]) -> str:
    return f"{located.value.kind} {located.value.metadata.name}"


def _steps(values: Any, pointer: Pointer) -> Iterator[str]:
    for step in pointer:
        inner = None
        if isinstance(values, dict):
            inner = values.get(step)
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            inner = values[step]
        yield _name(inner) or str(step) if isinstance(step, int) else str(step)
        values = inner


def _name(item: Any) -> str:
    """What an item of a list is called; empty where it has no name."""
    if not isinstance(item, dict):
        return ""
    return next((str(item[key]) for key in NAMING if isinstance(item.get(key), str)), "")
