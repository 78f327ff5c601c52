"""Shorthands with which the tests of reading say what they expect."""

from pathlib import PurePosixPath
from typing import Any

from reliability.load.document import Document, DocumentFault, Parsed, parse
from reliability.location import SourceSpan

PATH = PurePosixPath("services/checkout/slo.yaml")


def parsed(text: str) -> Parsed:
    """Read a text as the file that all these tests talk about."""
    return parse(PATH, text.encode())


def document(text: str) -> Document:
    """Read a text that is one document without a fault."""
    result = parsed(text)
    assert result.faults == ()
    [only] = result.documents
    return only


def values(text: str) -> Any:
    """Read the values of a text that is one document without a fault."""
    return document(text).values


def fault(text: str) -> DocumentFault:
    """Read a text that has exactly one fault."""
    [only] = parsed(text).faults
    return only


def under(text: str, span: SourceSpan) -> str:
    """Cut a span out of a text, by lines and columns alone."""
    lines = text.replace("\r\n", "\n").split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def span_between(text: str, start: int, end: int) -> SourceSpan:
    """Count lines and columns up to two offsets, one character after the other."""

    def position(offset: int) -> tuple[int, int]:
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        # A place between CR and LF is in the line that they end.
        if text[offset - 1 : offset + 1] == "\r\n" and offset:
            line = before[:-1]
            return line.count("\n") + 1, len(line) - line.rfind("\n") + 1
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    return SourceSpan(*position(start), *position(end))
