"""Texts are parsed in several processes, and this one makes models of what they read.

Plain values are cheap to send, and models are not: sending one costs what making it costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from reliability.load.document import Document, DocumentFault, Parsed
from reliability.load.loader import SourceFile, parse_all
from reliability.load.source import Source
from reliability.processes import in_processes

AT_ONCE: Final = 200
"""Files; what is parsed as one piece, so that models are made while others are parsed."""

MAKING: Final = 0.6
"""What making the models of a file takes, where parsing it takes 1."""

Packed = tuple[int, list[tuple[int, Any]], tuple[DocumentFault, ...]]
"""A file's number of documents, index and values of those that can be read, and faults."""


def parse_in_processes(
    files: Sequence[SourceFile], jobs: int, at_once: int = AT_ONCE
) -> Iterator[Parsed]:
    """What `jobs` processes read, this one among them, in the order of the files."""
    parts = [files[start : start + at_once] for start in range(0, len(files), at_once)]
    first = round(len(parts) * own_share(jobs - 1))
    parsed = in_processes(len(parts), partial(_parsed, parts), jobs, first)
    for part, packed in zip(parts, parsed, strict=True):
        yield from map(_unpacked, part, packed)


def own_share(others: int) -> float:
    """How much this process parses, 0..1: what lets it end its work, the models of all, when the
    others end theirs.
    """
    return max(0.0, (1 / others - MAKING) / (1 / others + 1))


def _parsed(parts: Sequence[Sequence[SourceFile]], index: int) -> list[Packed]:
    return [_packed(parsed) for parsed in parse_all(parts[index])]


def _packed(parsed: Parsed) -> Packed:
    """Without the text: the process that asks has the bytes."""
    documents = [(document.index, document.values) for document in parsed.documents]
    count = parsed.documents[0].source.documents if documents else 0
    return count, documents, parsed.faults


def _unpacked(file: SourceFile, packed: Packed) -> Parsed:
    count, documents, faults = packed
    if not documents:
        return Parsed((), faults)
    path, data = file
    source = Source(path, data.decode("utf-8-sig"), count)
    return Parsed(tuple(Document(source, *document) for document in documents), faults)
