"""Text becomes documents: plain values, and where each of them is written."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Final, Generic, TypeVar

import yaml

from reliability.load.places import Duplicate, Extent, ValueLocation
from reliability.load.source import Source
from reliability.load.text import text_of
from reliability.load.trouble import (
    DUPLICATE,
    UNREADABLE,
    LimitPassedError,
    Trouble,
    in_ticks,
    syntax_trouble,
)
from reliability.load.values import FileLimits, ValueReader
from reliability.load.yaml_events import events_of
from reliability.location import Location, Pointer

__all__ = ["Document", "DocumentFault", "EntryPart", "FileLimits", "Located", "Parsed", "parse"]

T_co = TypeVar("T_co", covariant=True)


class EntryPart(enum.Enum):
    """What of a mapping's entry is meant."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """Something wrong with the text itself: what a finding is made of, without a severity."""

    rule: str
    location: Location
    message: str
    help: str | None = None
    related: tuple[tuple[Location, str], ...] = ()
    instead: str | None = None
    """What may be written in place of it, and means the same to every reader."""
    subject: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One document of a file: its values, and on request where each is written.

    `values` are what JSON has (no date, no key but text), and nobody changes them. `index` counts
    the documents of the file from 0, also those that are empty or unreadable.
    """

    source: Source
    index: int
    held: Any = None

    @property
    def values(self) -> Any:
        """What is written, as plain values; read from the text again where they were let go."""
        return values_of(self.source)[self.index] if self.held is None else self.held

    def released(self) -> Document:
        """The same document without its values: they take as much memory as a model of them."""
        return Document(self.source, self.index)

    @property
    def path(self) -> PurePosixPath:
        """The file, as it was named when it was read."""
        return self.source.path

    @property
    def text(self) -> str:
        """The text of the whole file, without a byte order mark."""
        return self.source.text

    def locate(self, pointer: Pointer, part: EntryPart = EntryPart.VALUE) -> Location:
        """Give where a key or value is written.

        What is not there lands on the key of the nearest ancestor that is: of a list's item,
        which has none, on its first line, and likewise of the document itself. A value left empty
        lands on its key, and what is inside of an alias lands on the alias.
        """
        place: ValueLocation = self.source.trees[self.index].root
        for step in pointer:
            inner = None if place.parts is None else place.parts.get(step)
            if inner is None:
                part = EntryPart.KEY
                break
            place = inner

        extent = place.extent if part is EntryPart.VALUE else self.key(place)
        if extent[0] == extent[1]:
            extent = self.key(place)

        return Location(self.path, self.source.span(extent), pointer)

    def key(self, place: ValueLocation) -> Extent:
        """Give where the key of a place is written, or its first line if it has none."""
        return place.key or self.source.first_line(place.extent)

    def has(self, pointer: Pointer) -> bool:
        """Tell whether there is a value, be it null, at the end of a pointer."""
        value = self.values
        for step in pointer:
            match value, step:
                case dict(), str() if step in value:
                    value = value[step]
                case list(), int() if 0 <= step < len(value):
                    value = value[step]
                case _:
                    return False

        return True


@dataclass(frozen=True, slots=True)
class Located(Generic[T_co]):
    """A value, and where it was read."""

    value: T_co
    document: Document
    pointer: Pointer = ()

    def at(self, *route: str | int, part: EntryPart = EntryPart.VALUE) -> Location:
        """Give where something inside of the value is written."""
        return self.document.locate((*self.pointer, *route), part)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents of a file that can be read, and what is wrong with its text.

    A document with a fault of the rule `document-unreadable` is not among the documents, nor are
    empty ones; those with other faults are.
    """

    documents: tuple[Document, ...]
    faults: tuple[DocumentFault, ...]


DEFAULT_LIMITS: Final = FileLimits()


def parse(
    path: PurePosixPath,
    data: bytes,
    limits: FileLimits = DEFAULT_LIMITS,
    reader: type[ValueReader] = ValueReader,
) -> Parsed:
    """Read the documents of a file. What is wrong with the text is a fault, never an exception."""
    text, trouble = text_of(data, limits.bytes)
    source = Source(path, text)
    if trouble is not None:
        return Parsed((), (fault(source, trouble),))

    return read(source, limits, reader)


def read(source: Source, limits: FileLimits, reads: type[ValueReader] = ValueReader) -> Parsed:
    """Read the documents of a text up to the first place that is no YAML."""
    reader = reads(events_of(source.text), limits)
    documents: list[Document] = []
    troubles = reader.troubles

    try:
        while True:
            known = len(troubles)
            following = reader.next_document()
            if following is None:
                break
            written, values = following
            if written and all(trouble.rule != UNREADABLE for trouble in troubles[known:]):
                documents.append(Document(source, source.documents, values))
            source.documents += 1
    except LimitPassedError as refusal:
        troubles.append(refusal.trouble)
    except yaml.YAMLError as error:
        troubles.append(syntax_trouble(source.text, error))

    faults = [fault(source, trouble) for trouble in troubles]
    if reader.duplicates:
        faults.extend(duplicate_faults(source))

    faults.sort(key=lambda one: one.location)
    return Parsed(tuple(documents), tuple(faults))


@lru_cache(maxsize=64)
def values_of(source: Source) -> dict[int, Any]:
    """The values of a file's documents by index, read again."""
    again = Source(source.path, source.text)
    return {document.index: document.held for document in read(again, DEFAULT_LIMITS).documents}


def fault(source: Source, trouble: Trouble) -> DocumentFault:
    """Turn the offsets of a trouble into places."""
    at = location(source, trouble.start, trouble.end)
    related: tuple[tuple[Location, str], ...] = ()
    if trouble.context is not None:
        start, end, words = trouble.context
        related = ((location(source, start, end), words),)

    return DocumentFault(
        trouble.rule,
        at,
        trouble.message,
        trouble.help,
        related,
        trouble.instead,
        trouble.subject,
    )


def location(source: Source, start: int, end: int) -> Location:
    """Give the place between two offsets, with the way to it where the document can be read."""
    return Location(source.path, source.span((start, end)), source.pointers.get(start, ()))


def duplicate_faults(source: Source) -> list[DocumentFault]:
    """Give a fault for each key that is written twice in a mapping."""
    return [
        duplicate_fault(source, duplicate) for tree in source.trees for duplicate in tree.duplicates
    ]


def duplicate_fault(source: Source, duplicate: Duplicate) -> DocumentFault:
    """Make the fault of a key that is written twice, on the second of the two."""
    pointer = duplicate.pointer
    first = Location(source.path, source.span(duplicate.first), pointer)
    second = Location(source.path, source.span(duplicate.second), pointer)
    message = f"key {in_ticks(str(pointer[-1]))} is written twice in one mapping"
    return DocumentFault(
        DUPLICATE, second, message, "keep one of the two", ((first, "first here"),)
    )
