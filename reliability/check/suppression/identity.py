"""Named locations of findings, which stay the same if lines, items and documents move."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from pathlib import PurePosixPath
from typing import Any

from reliability.check.context import Context
from reliability.finding import Finding
from reliability.load.document import Located
from reliability.load.named_place import ListNames, named_place
from reliability.location import Location


class Naming:
    """The files that findings are in, each indexed once, to name the locations of findings."""

    def __init__(self, context: Context) -> None:
        """Start without any file."""
        self.context = context
        self.starts: dict[PurePosixPath, list[tuple[tuple[int, int], Located[Any]]]] = {}
        self.names: ListNames = {}

    def named(self, finding: Finding) -> Finding:
        """Return the finding with its named location, if its document could be read."""
        at = finding.problem.at
        around = self._around(at)
        if around is None:
            return finding
        place = named_place(around.document.values, at.pointer, self.names)
        return dataclasses.replace(finding, place=place)

    def _around(self, at: Location) -> Located[Any] | None:
        """Return the document around a location: the last one that begins before it."""
        if at.path not in self.starts:
            documents = self.context.documents_at(at.path)
            located = ((_start(document.at()), document) for document in documents)
            self.starts[at.path] = sorted(located, key=lambda pair: pair[0])
        starts = self.starts[at.path]
        index = bisect_right(starts, _start(at), key=lambda pair: pair[0])
        if not index or not contains(starts[index - 1][1].at(), at):
            return None
        return starts[index - 1][1]


def _start(at: Location) -> tuple[int, int]:
    return at.span.line, at.span.column


def contains(outer: Location, inner: Location) -> bool:
    """Return whether a location begins inside another."""
    end = (outer.span.end_line, outer.span.end_column)
    return _start(outer) <= _start(inner) <= end
