"""Locations of all keys and values of a document, built from YAML events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from reliability.load.yaml_events import events_of
from reliability.location import Pointer

Extent = tuple[int, int]
"""Offsets into the text in code points, with an exclusive end."""


BLOCKS: Final = frozenset({"|", ">"})
"""Styles of block scalars, which take whole lines."""


@dataclass(slots=True)
class ValueLocation:
    """Extent of a value and its key, if any; `parts` are the values inside it."""

    extent: Extent
    key: Extent | None = None
    parts: "dict[str | int, ValueLocation] | None" = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A duplicate key of a mapping."""

    pointer: Pointer
    first: Extent
    second: Extent


@dataclass(frozen=True, slots=True)
class DocumentLocations:
    """Locations of all values of a document, and its duplicate keys."""

    root: ValueLocation
    duplicates: tuple[Duplicate, ...]


def trees(text: str) -> Iterator[DocumentLocations]:
    """Yield the locations of each readable document of a text."""
    builder = PlaceBuilder(text)
    while (tree := builder.next_tree()) is not None:
        yield tree


class PlaceBuilder:
    """Builder of locations from the positions of a text's events."""

    def __init__(self, text: str) -> None:
        """Start before the first document."""
        self.text = text
        self.next_event = events_of(text)
        self.route: list[str | int] = []
        self.duplicates: list[Duplicate] = []
        self.written = 0

    def next_tree(self) -> DocumentLocations | None:
        """Read the locations of the next document, or return None at the end."""
        event = self.next_event()
        while not isinstance(event, DocumentStartEvent):
            if isinstance(event, StreamEndEvent):
                return None
            event = self.next_event()
        self.duplicates = []
        root = self.place(self.next_event())
        return DocumentLocations(root, tuple(self.duplicates))

    def place(self, event: Any) -> ValueLocation:
        """Read the location of the value that starts with an event, up to its end."""
        kind = type(event)
        if kind is ScalarEvent or kind is AliasEvent:
            return ValueLocation(self.extent(event))

        start: int = event.start_mark.index
        parts: dict[str | int, ValueLocation] = {}
        last = self.mapping(parts) if kind is MappingStartEvent else self.sequence(parts)
        # The end of `[...]` is its bracket, and not its last item.
        if event.flow_style:
            self.written = last.end_mark.index

        # The end mark of a block is the start of what follows it, after comments and blank lines.
        # Readers expect a block to end where the last thing written in it ends.
        return ValueLocation((start, self.written), parts=parts)

    def mapping(self, parts: dict[str | int, ValueLocation]) -> Any:
        """Read the parts of a mapping, and return the event that ends it."""
        next_event, route = self.next_event, self.route
        while type(event := next_event()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                self.place(event)
                self.place(next_event())
                continue
            name = event.value
            key = self.extent(event)
            route.append(name)
            # The second value replaces the first, as in `ValueReader`, so a location is that of the
            # value that counts.
            if name in parts and (first := parts[name].key) is not None:
                self.duplicates.append(Duplicate(tuple(route), first, key))
            place = self.place(next_event())
            route.pop()
            place.key = key
            parts[name] = place

        return event

    def sequence(self, parts: dict[str | int, ValueLocation]) -> Any:
        """Read the parts of a sequence, and return the event that ends it."""
        while type(event := self.next_event()) is not SequenceEndEvent:
            index = len(parts)
            self.route.append(index)
            parts[index] = self.place(event)
            self.route.pop()
        return event

    def extent(self, event: Any) -> Extent:
        """Return the offsets of a scalar or an alias, without the line breaks after a block."""
        start, end = event.start_mark.index, event.end_mark.index
        if type(event) is ScalarEvent and event.style in BLOCKS:
            end = start + len(self.text[start:end].rstrip())
        self.written = end
        return start, end
