"""Text of a file: conversion of offsets to lines and columns, and locations of values."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath

from reliability.load.places import DocumentLocations, Extent, ValueLocation, trees
from reliability.location import Pointer, SourceSpan

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line starts; lines end in LF, CRLF or CR."""
    return [0, *(match.end() for match in _LINE_BREAK.finditer(text))]


class Source:
    """Text of a file without a byte order mark; locations are computed on first use."""

    def __init__(self, path: PurePosixPath, text: str, documents: int = 0) -> None:
        """Store the text; its first `documents` documents can be read to their end."""
        self.path = path
        self.text = text
        self.documents = documents

    def __getstate__(self) -> tuple[PurePosixPath, str, int]:
        """Leave out what another process can compute again."""
        return self.path, self.text, self.documents

    def __setstate__(self, state: tuple[PurePosixPath, str, int]) -> None:
        self.path, self.text, self.documents = state

    @cached_property
    def lines(self) -> list[int]:
        """Offset at which each line starts."""
        return line_starts(self.text)

    @cached_property
    def trees(self) -> tuple[DocumentLocations, ...]:
        """Locations of every readable document."""
        return tuple(islice(trees(self.text), self.documents))

    @cached_property
    def pointers(self) -> dict[int, Pointer]:
        """Pointer of the innermost value or key that starts at each offset."""
        return dict(route for tree in self.trees for route in routes(tree.root, ()))

    def position(self, offset: int) -> tuple[int, int]:
        """Convert an offset to a line and a column, both from 1."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def span(self, extent: Extent) -> SourceSpan:
        """Convert two offsets to a span."""
        return SourceSpan(*self.position(extent[0]), *self.position(extent[1]))

    def first_line(self, extent: Extent) -> Extent:
        """Shorten an extent to its first line."""
        start, end = extent
        match = _LINE_BREAK.search(self.text, start, end)
        return (start, match.start()) if match else extent


def routes(place: ValueLocation, pointer: Pointer) -> Iterator[tuple[int, Pointer]]:
    """Yield the offsets at which a value, its key and its parts start, outer ones first."""
    if place.key is not None:
        yield place.key[0], pointer
    yield place.extent[0], pointer
    for step, part in (place.parts or {}).items():
        yield from routes(part, (*pointer, step))
