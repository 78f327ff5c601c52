"""Text becomes documents: plain values, and where each of them is written."""

import enum
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, Generic, TypeVar

import yaml

from reliability.load.places import Duplicate, Extent, Place
from reliability.load.source import Source
from reliability.load.values import UNREADABLE, Limits, RefusedError, Trouble, ValueReader
from reliability.load.yaml_events import events_of
from reliability.location import Location, Pointer

__all__ = ["Document", "Fault", "Limits", "Located", "Parsed", "Part", "parse"]

T_co = TypeVar("T_co", covariant=True)


class Part(enum.Enum):
    """What of a mapping's entry is meant."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the text itself: what a finding is made of, without a severity."""

    rule: str
    location: Location
    message: str
    help: str | None = None
    related: tuple[tuple[Location, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its values, and on request where each is written.

    `index` counts all documents of the file from 0, also those that are empty or unreadable.
    """

    source: Source
    index: int
    values: Any

    @property
    def path(self) -> PurePosixPath:
        """The file, as it was named when it was read."""
        return self.source.path

    @property
    def text(self) -> str:
        """The text of the whole file, without a byte order mark."""
        return self.source.text

    def locate(self, pointer: Pointer, part: Part = Part.VALUE) -> Location:
        """Give where a key or value is written.

        What is not there lands on the key of the nearest ancestor that is: of a list's item,
        which has none, on its first line, and likewise of the document itself. A value left empty
        lands on its key, and what is inside of an alias lands on the alias.
        """
        place: Place = self.source.trees[self.index].root
        for step in pointer:
            inner = None if place.parts is None else place.parts.get(step)
            if inner is None:
                part = Part.KEY
                break
            place = inner
        extent = place.extent if part is Part.VALUE else self.key(place)
        if extent[0] == extent[1]:
            extent = self.key(place)
        return Location(self.path, self.source.span(extent), pointer)

    def key(self, place: Place) -> Extent:
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

    def at(self, *route: str | int, part: Part = Part.VALUE) -> Location:
        """Give where something inside of the value is written."""
        return self.document.locate((*self.pointer, *route), part)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents of a file that can be read, and what is wrong with its text.

    A document with a fault of the rule `document-unreadable` is not among the documents, nor are
    empty ones; those with other faults are.
    """

    documents: tuple[Document, ...]
    faults: tuple[Fault, ...]


DUPLICATE: Final = "document-key-duplicate"
DEFAULT_LIMITS: Final = Limits()


def parse(path: PurePosixPath, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Read the documents of a file. What is wrong with the text is a fault, never an exception."""
    if len(data) > limits.bytes:
        size = f"{len(data):,} bytes, and the limit is {limits.bytes:,}"
        return refused(Source(path, ""), Trouble(UNREADABLE, 0, 0, size))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        message = f"byte 0x{data[error.start]:02x} is no UTF-8"
        at = len(before)
        advice = "save the file as UTF-8"
        return refused(Source(path, before), Trouble(UNREADABLE, at, at, message, advice))
    source = Source(path, text)
    if (trouble := strange_character(text)) is not None:
        return refused(source, trouble)
    return read(source, limits)


def refused(source: Source, trouble: Trouble) -> Parsed:
    """Give the result of a file of which nothing can be read."""
    return Parsed((), (fault(source, trouble),))


STRANGE: Final = re.compile(
    "[^\\t\\n\\r -~\\xa0-\\u2027\\u202a-\\ud7ff"
    "\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
"""Characters YAML does not print, and the three that only some readers take for a line break."""


def strange_character(text: str) -> Trouble | None:
    """Find the first character that has no place in a YAML file."""
    if text.isascii() and text.isprintable():
        return None
    found = STRANGE.search(text)
    if found is None:
        return None
    character = f"U+{ord(found[0]):04X}"
    return Trouble(
        UNREADABLE,
        found.start(),
        found.end(),
        f"character {character} is not allowed in a file",
        "take it out, or write it as an escape in double quotes",
    )


def read(source: Source, limits: Limits) -> Parsed:
    """Read the documents of a text up to the first place that is no YAML."""
    reader = ValueReader(events_of(source.text), limits)
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
    except RefusedError as refusal:
        troubles.append(refusal.trouble)
    except yaml.YAMLError as error:
        troubles.append(syntax_trouble(source.text, error))
    faults = [fault(source, trouble) for trouble in troubles]
    if reader.duplicates:
        faults.extend(duplicate_faults(source))
    faults.sort(key=lambda each: each.location)
    return Parsed(tuple(documents), tuple(faults))


def syntax_trouble(text: str, error: yaml.YAMLError) -> Trouble:
    """Make a trouble of what the parser says."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Trouble(UNREADABLE, 0, 0, str(error).replace("\n", " "))
    at = error.problem_mark.index
    context = None
    if error.context and error.context_mark:
        context = (error.context_mark.index, error.context_mark.index + 1, error.context)
    message = error.problem or error.context or "no YAML"
    return Trouble(UNREADABLE, at, min(at + 1, len(text)), message, None, context)


def fault(source: Source, trouble: Trouble) -> Fault:
    """Turn the offsets of a trouble into places."""

    def location(extent: Extent) -> Location:
        pointer = source.pointer_at(extent[0])
        return Location(source.path, source.span(extent), pointer)

    context = trouble.context
    related = () if context is None else ((location(context[:2]), context[2]),)
    at = location((trouble.start, trouble.end))
    return Fault(trouble.rule, at, trouble.message, trouble.help, related)


def duplicate_faults(source: Source) -> list[Fault]:
    """Give a fault for each key that is written twice in a mapping."""
    return [duplicate_fault(source, each) for tree in source.trees for each in tree.duplicates]


def duplicate_fault(source: Source, duplicate: Duplicate) -> Fault:
    """Make the fault of a key that is written twice, on the second of the two."""
    pointer = duplicate.pointer
    first = Location(source.path, source.span(duplicate.first), pointer)
    second = Location(source.path, source.span(duplicate.second), pointer)
    message = f"key `{pointer[-1]}` is written twice in one mapping"
    return Fault(DUPLICATE, second, message, "keep one of the two", ((first, "first here"),))
