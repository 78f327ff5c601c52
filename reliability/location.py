"""Locations: a file, a span of lines and columns, and a pointer into a document."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

Pointer = tuple[str | int, ...]
"""The keys and list indexes that lead from the root of a document to a value."""


def pointer_text(pointer: Pointer) -> str:
    """Format a JSON pointer (RFC 6901): `/spec/objectives/0/target`; the root is empty."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


@dataclass(frozen=True, slots=True, order=True)
class SourceSpan:
    """A span of text: lines and columns from 1, columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span in a file, by default its first character.

    The pointer names the value there, and is ignored in comparisons.
    """

    path: PurePosixPath
    span: SourceSpan = SourceSpan(1, 1, 1, end_column=1)
    pointer: Pointer = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The beginning of a message: `path:line:column`."""
        return f"{self.path}:{self.span.line}:{self.span.column}"
