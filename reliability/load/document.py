"""Parser of YAML text into documents: plain values, and the location of each."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Final, Generic, TypeVar

import yaml

from reliability.bugs import report_bug
from reliability.load.faults import (
    DUPLICATE,
    UNREADABLE,
    LimitPassedError,
    TextFault,
    in_ticks,
    syntax_fault,
)
from reliability.load.places import Duplicate, Extent, ValueLocation
from reliability.load.source import Source
from reliability.load.text import text_of
from reliability.load.values import FileLimits, ValueReader
from reliability.load.yaml_events import events_of
from reliability.location import Location, Pointer
from reliability.message import Message

__all__ = ["Document", "DocumentFault", "EntryPart", "FileLimits", "Located", "Parsed", "parse"]

T_co = TypeVar("T_co", covariant=True)


class EntryPart(enum.Enum):
    """A part of an entry of a mapping."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFault:
    """Fault of the text itself; the loader adds a severity to make it a finding."""

    rule: str
    location: Location
    message: str
    help: str | None = None
    related: tuple[tuple[Location, str], ...] = ()
    instead: str | None = None
    """A replacement that all YAML readers interpret in the same way."""
    subject: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document of a file: its values and, on request, their locations.

    `values` are JSON values (no dates, all keys are text), which must not be changed. `index`
    counts the documents of the file from 0, including empty and unreadable ones.
    """

    source: Source
    index: int
    held: Any = None

    @property
    def values(self) -> Any:
        """Plain values, parsed from the text again if they were released."""
        return values_of(self.source)[self.index] if self.held is None else self.held

    def released(self) -> Document:
        """Return the same document without its values, which take as much memory as their model."""
        return Document(self.source, self.index)

    @property
    def path(self) -> PurePosixPath:
        """Path of the file, as it was passed to the loader."""
        return self.source.path

    @property
    def text(self) -> str:
        """Text of the whole file, without a byte order mark."""
        return self.source.text

    def locate(self, pointer: Pointer, part: EntryPart = EntryPart.VALUE) -> Location:
        """Return the location of a key or value.

        A missing one is located at the key of its nearest existing ancestor, or the first line of
        that ancestor if it has no key, such as an item of a list or the document itself. An empty
        value is located at its key, and a value inside an alias at the alias.
        """
        place: ValueLocation = self.source.trees[self.index].root
        for step in pointer:
            inner = None if place.parts is None else place.parts.get(step)
            if inner is None:
                part = EntryPart.KEY
                break
            place = inner

        extent = place.extent if part is EntryPart.VALUE else self.key(place)
        # An empty value has no text to underline; its key has.
        if extent[0] == extent[1]:
            extent = self.key(place)

        return Location(self.path, self.source.span(extent), pointer)

    def key(self, place: ValueLocation) -> Extent:
        """Return the extent of a value's key, or of the value's first line if it has no key."""
        return place.key or self.source.first_line(place.extent)

    def is_written(self, pointer: Pointer) -> bool:
        """Return whether a value has a text of its own, and is not inside an alias or merged."""
        place: ValueLocation | None = self.source.trees[self.index].root
        for step in pointer:
            place = place and (place.parts or {}).get(step)
        return place is not None

    def has(self, pointer: Pointer) -> bool:
        """Return whether the document has a value, which may be null, at a pointer."""
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
    """A value, and the document and pointer that it was read from.

    `moved` has the routes of parts that an override of an environment replaces, with its route.
    """

    value: T_co
    document: Document
    pointer: Pointer = ()
    moved: tuple[tuple[Pointer, Pointer], ...] = ()

    def at(self, *route: str | int, part: EntryPart = EntryPart.VALUE) -> Location:
        """Return the location of a part of the value."""
        for written, override in self.moved:
            if written == route[: len(written)]:
                return self.document.locate(
                    (*self.pointer, *override, *route[len(written) :]), part
                )
        return self.document.locate((*self.pointer, *route), part)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Readable documents of a file, and faults of its text.

    Documents that are empty or have a fault of the rule `document-unreadable` are left out;
    documents with other faults are included.
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
    """Parse the documents of a file. Every error in the text is a fault, never an exception."""
    text, text_fault = text_of(data, limits.bytes)
    source = Source(path, text)
    if text_fault is not None:
        return Parsed((), (fault(source, text_fault),))

    try:
        return read(source, limits, reader)
    except Exception as error:
        return Parsed((), (bug_fault(path, error),))


def bug_fault(path: PurePosixPath, error: Exception) -> DocumentFault:
    """Report a bug that a file reveals, and return it as a fault: the file is not read as empty."""
    report_bug(path)
    name, at = f"{type(error).__name__}: {error}", Location(path)
    message = Message("this file cannot be read, because of a bug in reliability: {bug}", bug=name)
    help_text = Message("report the bug")
    return DocumentFault(rule=UNREADABLE, location=at, message=message, help=help_text)


def read(source: Source, limits: FileLimits, reads: type[ValueReader] = ValueReader) -> Parsed:
    """Parse the documents of a text up to the first syntax error."""
    reader = reads(events_of(source.text), limits)
    documents: list[Document] = []
    text_faults = reader.faults

    try:
        while True:
            known = len(text_faults)
            following = reader.next_document()
            if following is None:
                break
            written, values = following
            # Only faults of this document count: one unreadable document does not take the others
            # of the file with it.
            if written and all(text_fault.rule != UNREADABLE for text_fault in text_faults[known:]):
                documents.append(Document(source, source.documents, values))
            source.documents += 1
    except LimitPassedError as refusal:
        text_faults.append(refusal.text_fault)
    except yaml.YAMLError as error:
        text_faults.append(syntax_fault(source.text, error))

    faults = [fault(source, text_fault) for text_fault in text_faults]
    if reader.duplicates:
        faults.extend(duplicate_faults(source))

    # Duplicate keys are found after the whole text was read, and belong between the other faults.
    faults.sort(key=lambda one: one.location)
    return Parsed(tuple(documents), tuple(faults))


@lru_cache(maxsize=64)
def values_of(source: Source) -> dict[int, Any]:
    """Parse the documents of a file again, and return their values by index.

    The cache has the latest files only, because values were released to save memory.
    """
    # A source of its own: reading counts documents in it, and the first one is already counted.
    again = Source(source.path, source.text)
    return {document.index: document.held for document in read(again, DEFAULT_LIMITS).documents}


def fault(source: Source, text_fault: TextFault) -> DocumentFault:
    """Convert the offsets of a fault to locations."""
    at = location(source, text_fault.start, text_fault.end)
    related: tuple[tuple[Location, str], ...] = ()
    if text_fault.context is not None:
        start, end, words = text_fault.context
        related = ((location(source, start, end), words),)

    return DocumentFault(
        rule=text_fault.rule,
        location=at,
        message=text_fault.message,
        help=text_fault.help,
        related=related,
        instead=text_fault.instead,
        subject=text_fault.subject,
    )


def location(source: Source, start: int, end: int) -> Location:
    """Return the location between two offsets, with its pointer if the document is readable."""
    return Location(source.path, source.span((start, end)), source.pointers.get(start, ()))


def duplicate_faults(source: Source) -> list[DocumentFault]:
    """Return a fault for each duplicate key of a mapping."""
    return [
        duplicate_fault(source, duplicate) for tree in source.trees for duplicate in tree.duplicates
    ]


def duplicate_fault(source: Source, duplicate: Duplicate) -> DocumentFault:
    """Return the fault of a duplicate key, located at the second of the two."""
    pointer = duplicate.pointer
    first = Location(source.path, source.span(duplicate.first), pointer)
    second = Location(source.path, source.span(duplicate.second), pointer)
    message = Message("duplicate key {key} in a mapping", key=in_ticks(str(pointer[-1])))

    return DocumentFault(
        rule=DUPLICATE,
        location=second,
        message=message,
        help=Message("keep one of the two"),
        related=((first, Message("the first one")),),
    )
