"""Parsing of files in several processes; this process builds models from the plain values.

Sending plain values between processes is cheap. Sending a model costs as much as building it.
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
"""Files per batch: models of one batch are built while others are parsed."""

MAKING: Final = 0.6
"""Time to build the models of a file, relative to the time to parse it."""

Packed = tuple[int, list[tuple[int, Any]], tuple[DocumentFault, ...]]
"""Number of documents in a file, index and values of readable ones, and faults."""


def parse_in_processes(
    files: Sequence[SourceFile], jobs: int, at_once: int = AT_ONCE
) -> Iterator[Parsed]:
    """Parse files in `jobs` processes, including this one, and yield results in their order."""
    parts = [files[start : start + at_once] for start in range(0, len(files), at_once)]
    first = round(len(parts) * own_share(jobs - 1))
    parsed = in_processes(len(parts), partial(_parsed, parts), jobs, first=first)
    for part, packed in zip(parts, parsed, strict=True):
        yield from map(_unpacked, part, packed)


def own_share(others: int) -> float:
    """Return the share of files, 0 to 1, that this process parses itself.

    It also builds the models of all files, so it parses less than the others. With this share all
    processes finish at the same time.
    """
    return max(0.0, (1 / others - MAKING) / (1 / others + 1))


def _parsed(parts: Sequence[Sequence[SourceFile]], index: int) -> list[Packed]:
    return [_packed(parsed) for parsed in parse_all(parts[index])]


def _packed(parsed: Parsed) -> Packed:
    """Return a file's results without its text, because the main process has the bytes."""
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
