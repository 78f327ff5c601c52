"""The text of one file, which turns offsets into lines and columns and knows its places."""

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
    """Give the offset at which each line begins; lines end in LF, CRLF or CR."""
    return [0, *(match.end() for match in _LINE_BREAK.finditer(text))]


class Source:
    """A file's text without a byte order mark; places are read when they are first asked for."""

    def __init__(self, path: PurePosixPath, text: str, documents: int = 0) -> None:
        """Take the text, of which the first so many documents can be read to their end."""
        self.path = path
        self.text = text
        self.documents = documents

    def __getstate__(self) -> tuple[PurePosixPath, str, int]:
        """Leave out what can be read again when a document goes to another process."""
        return self.path, self.text, self.documents

    def __setstate__(self, state: tuple[PurePosixPath, str, int]) -> None:
        self.path, self.text, self.documents = state

    @cached_property
    def lines(self) -> list[int]:
        """The offset at which each line begins."""
        return line_starts(self.text)

    @cached_property
    def trees(self) -> tuple[DocumentLocations, ...]:
        """The places of every document that can be read."""
        return tuple(islice(trees(self.text), self.documents))

    @cached_property
    def pointers(self) -> dict[int, Pointer]:
        """The way to what begins at an offset, the innermost of what begins there."""
        return dict(route for tree in self.trees for route in routes(tree.root, ()))

    def position(self, offset: int) -> tuple[int, int]:
        """Give line and column, both from 1, of an offset."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def span(self, extent: Extent) -> SourceSpan:
        """Give the span between two offsets."""
        return SourceSpan(*self.position(extent[0]), *self.position(extent[1]))

    def first_line(self, extent: Extent) -> Extent:
        """Cut two offsets down to the line they begin on."""
        start, end = extent
        match = _LINE_BREAK.search(self.text, start, end)
        return (start, match.start()) if match else extent


def routes(place: ValueLocation, pointer: Pointer) -> Iterator[tuple[int, Pointer]]:
    """Give where a value, its key and all that it holds begin, outer ones first."""
    if place.key is not None:
        yield place.key[0], pointer
    yield place.extent[0], pointer
    for step, part in (place.parts or {}).items():
        yield from routes(part, (*pointer, step))
