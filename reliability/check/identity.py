"""What a finding is about, by names: it stays the same when lines, items and documents move."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.check.context import Context
from reliability.finding import Finding
from reliability.load.document import Located
from reliability.location import Location, Pointer

NAMING: Final = ("name", "slo", "displayName")
"""The keys by which the items of lists are told apart."""


class Naming:
    """Gives findings the place that their fingerprints are made of; each file is indexed once."""

    def __init__(self, context: Context) -> None:
        """Begin without any file."""
        self.context = context
        self.starts: dict[PurePosixPath, list[tuple[tuple[int, int], Located[Any]]]] = {}

    def named(self, finding: Finding) -> Finding:
        """The finding with its place by names, where its document could be read."""
        at = finding.problem.at
        around = self._around(at)
        if around is None:
            return finding
        steps = _steps(around.document.values, at.pointer)
        return dataclasses.replace(finding, place="/".join([_document(around), *steps]))

    def _around(self, at: Location) -> Located[Any] | None:
        """The document that a place lies in: the last that begins before it."""
        if at.path not in self.starts:
            found = ((_start(each.at()), each) for each in self.context.documents_at(at.path))
            self.starts[at.path] = sorted(found, key=lambda pair: pair[0])
        starts = self.starts[at.path]
        index = bisect_right(starts, _start(at), key=lambda pair: pair[0])
        if not index or not contains(starts[index - 1][1].at(), at):
            return None
        return starts[index - 1][1]


def _start(at: Location) -> tuple[int, int]:
    return at.span.line, at.span.column


def contains(outer: Location, inner: Location) -> bool:
    """Whether a place begins within another."""
    end = (outer.span.end_line, outer.span.end_column)
    return _start(outer) <= _start(inner) <= end


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
