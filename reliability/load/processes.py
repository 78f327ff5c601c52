"""Texts are parsed in several processes, and this one makes models of what they read.

Plain values are cheap to send, and models are not: sending one costs what making it costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.load.document import Document, Fault, Parsed
from reliability.load.loader import SourceFile, collector_paused, parse_all
from reliability.load.source import Source

MAKING: Final = 0.5
"""What making the models of a file takes, where parsing it takes 1."""
AT_ONCE: Final = 500
"""Files; what another process sends in one piece, so that models are made while it goes on."""

Packed = tuple[str, int, list[tuple[int, Any]], tuple[Fault, ...]]
"""A file's text and its number of documents, index and values of those that can be read, faults."""


def parse_in_processes(
    files: Sequence[SourceFile], jobs: int, at_once: int = AT_ONCE
) -> Iterator[Parsed]:
    """What `jobs` processes read, this one among them, in the order of the files."""
    own = int(len(files) * own_share(jobs - 1))
    parts = [files[start : start + at_once] for start in range(own, len(files), at_once)]
    fork = get_context("fork")
    with ProcessPoolExecutor(jobs - 1, mp_context=fork) as pool:
        asked = deque(pool.submit(_parse, part) for part in parts)
        yield from parse_all(files[:own])
        for part in parts:
            for (path, _), packed in zip(part, asked.popleft().result(), strict=True):
                yield _unpacked(path, packed)


def own_share(others: int) -> float:
    """How much this process parses, 0..1: what lets it end its work, the models of all, when the
    others end theirs.
    """
    return max(0.0, (1 / others - MAKING) / (1 / others + 1))


def _parse(files: Sequence[SourceFile]) -> list[Packed]:
    with collector_paused():
        return [_packed(parsed) for parsed in parse_all(files)]


def _packed(parsed: Parsed) -> Packed:
    if not parsed.documents:
        return "", 0, [], parsed.faults
    source = parsed.documents[0].source
    documents = [(each.index, each.values) for each in parsed.documents]
    return source.text, source.documents, documents, parsed.faults


def _unpacked(path: PurePosixPath, packed: Packed) -> Parsed:
    text, count, documents, faults = packed
    source = Source(path, text, count)
    return Parsed(tuple(Document(source, *each) for each in documents), faults)
