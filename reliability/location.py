"""Where something is written: a span of lines and columns, a route into a document, a file."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

Pointer = tuple[str | int, ...]
"""The way from the root of a document to a value: keys of mappings and indexes of lists."""


def pointer_text(pointer: Pointer) -> str:
    """Write a pointer as a JSON pointer (RFC 6901): `/spec/objectives/0/target`, root is empty."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


@dataclass(frozen=True, slots=True, order=True)
class SourceSpan:
    """A stretch of text: lines and columns from 1, columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span in a file; the pointer says what is there and takes no part in comparisons."""

    path: PurePosixPath
    span: SourceSpan
    pointer: Pointer = field(default=(), compare=False)
