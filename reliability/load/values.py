"""Conversion of YAML events to plain values, with faults of the text and their offsets."""

from dataclasses import dataclass
from sys import intern
from typing import Any, Final

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from reliability.load.core_schema import (
    NUMBER_STARTS,
    OLDER_WORDS,
    TAG,
    WORDS,
    number,
    older_number,
    older_reading,
    tagged,
)
from reliability.load.faults import (
    LimitPassedError,
    TextFault,
    complex_key,
    fault_at,
    merge_key,
    older_key,
    older_scalar,
    unfit_tag,
    unknown_alias,
    unknown_tag,
)
from reliability.load.yaml_events import NextEvent
from reliability.message import Message

ODD_KEYS: Final = frozenset(OLDER_WORDS) | {"", "<<"}
"""Plain keys that are checked more closely."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Limits of a file: bytes, nesting depth, nodes with aliases expanded, and aliases.

    They stop files that expand without bounds, such as the "billion laughs" of aliases.
    """

    bytes: int = 1_000_000
    depth: int = 50
    nodes: int = 100_000
    aliases: int = 100


class ValueReader:
    """Reader of the documents of a stream of events, one after the other.

    A key is the text as written, so `1: x` and `true: x` have the keys "1" and "true". The last
    value of a duplicate key counts, and `duplicates` becomes true.
    """

    def __init__(self, next_event: NextEvent, limits: FileLimits) -> None:
        """Start before the first document."""
        self.next_event = next_event
        self.limits = limits
        self.faults: list[TextFault] = []
        self.duplicates = False
        self.nodes = 0
        self.aliases = 0
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open_anchors: set[str] = set()

    def next_document(self) -> tuple[bool, Any] | None:
        """Read the next document; return whether it has content, and its value, or None at the end.

        Raises:
            yaml.YAMLError: the text is not YAML.
            LimitPassedError: the file exceeds a limit.
        """
        event = self.next_event()
        while not isinstance(event, DocumentStartEvent):
            if isinstance(event, StreamEndEvent):
                return None
            event = self.next_event()

        # Anchors end with their document (YAML 1.2), while limits count the whole file.
        self.anchors.clear()
        root = self.next_event()
        self.count(1, root)
        written = not (isinstance(root, ScalarEvent) and is_unwritten(root))
        value = self.value(root, 1)
        end = self.next_event()
        assert isinstance(end, DocumentEndEvent)  # noqa: S101

        return written, value

    def value(self, event: Any, depth: int) -> Any:
        """Read the value that starts with an event, up to its end."""
        # The exact type instead of `isinstance`: events have no subclasses, and this is the
        # innermost loop of loading.
        kind = type(event)
        if kind is ScalarEvent:
            return self.scalar(event)
        if kind is AliasEvent:
            return self.alias(event)
        if depth > self.limits.depth:
            message = Message(
                "nested {depth} levels deep; the limit is {limit}",
                depth=depth,
                limit=self.limits.depth,
            )
            raise LimitPassedError(fault_at(event, message))

        if event.tag is not None:
            self.check_container_tag(event)
        read = self.mapping if kind is MappingStartEvent else self.sequence
        if event.anchor is None:
            return read(event, depth)

        return self.anchored(read, event, depth)

    def anchored(self, read: Any, event: Any, depth: int) -> Any:
        """Read a container with an anchor, and store it with its number of nodes."""
        before = self.nodes
        self.open_anchors.add(event.anchor)
        value = read(event, depth)
        self.open_anchors.discard(event.anchor)
        # The size is kept beside the value: each alias costs as many nodes as what it stands for,
        # so an expansion is counted without being made.
        self.anchors[event.anchor] = (value, self.nodes - before)
        return value

    def mapping(self, start: Any, depth: int) -> dict[str, Any]:
        """Read up to the end of a mapping."""
        values: dict[str, Any] = {}
        next_event = self.next_event
        while type(event := next_event()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                self.complex_key(event, depth)
                self.value(next_event(), depth + 1)
                continue
            key = event.value
            if event.tag is not None or key in ODD_KEYS or key[0] in NUMBER_STARTS:
                self.check_key(event)
            if event.anchor is not None:
                self.anchors[event.anchor] = (key, 0)
            # Only noted here: where the two keys are is computed for the files that have any
            # (`places`), because locations take longer than values.
            if key in values:
                self.duplicates = True
            # Keys repeat in many files, so only one string of each is kept in memory.
            values[intern(key)] = self.value(next_event(), depth + 1)

        # After the children, which count themselves: keys and values of this level only.
        self.count(2 * len(values), start)
        return values

    def sequence(self, start: Any, depth: int) -> list[Any]:
        """Read up to the end of a sequence."""
        values: list[Any] = []
        next_event = self.next_event
        while type(event := next_event()) is not SequenceEndEvent:
            values.append(self.value(event, depth + 1))
        self.count(len(values), start)
        return values

    def scalar(self, event: Any) -> Any:
        """Convert a scalar by its tag, its quotes or the core schema."""
        text = event.value
        value: Any = text
        if event.tag is not None:
            value = self.tagged_scalar(event)
        elif not event.style:
            if text in WORDS:
                value = WORDS[text]
            elif text[0] in NUMBER_STARTS:
                value = self.number(event)
            elif text in OLDER_WORDS:
                self.faults.append(older_scalar(event, text))

        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 0)
        return value

    def number(self, event: Any) -> Any:
        """Convert a plain scalar that starts like a number."""
        try:
            value = number(event.value)
        except ValueError:  # the limit is Python's: sys.int_info.default_max_str_digits
            message = Message(
                "the number has {digits} digits; the limit is 4,300", digits=f"{len(event.value):,}"
            )
            self.faults.append(fault_at(event, message, subject=event.value))
            return event.value

        if older_number(event.value) is not None:
            self.faults.append(older_scalar(event, value))
        return value

    def tagged_scalar(self, event: Any) -> Any:
        """Convert a scalar with a tag, or return its text if it does not fit the tag."""
        try:
            return tagged(event.tag, event.value)
        except LookupError:
            self.faults.append(unknown_tag(event))
        except ValueError:
            self.faults.append(unfit_tag(event))
        return event.value

    def alias(self, event: Any) -> Any:
        """Return the value of an alias, or None, with a fault, if it has no anchor."""
        name = event.anchor
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            message = Message(
                "the file has more than {limit} aliases, which is the limit",
                limit=self.limits.aliases,
            )
            raise LimitPassedError(fault_at(event, message))

        # An alias inside of its own anchor would make a value that contains itself.
        if name in self.open_anchors or name not in self.anchors:
            self.faults.append(unknown_alias(event, inside=name in self.open_anchors))
            return None

        value, size = self.anchors[name]
        self.count(size, event)
        return value

    def count(self, nodes: int, event: Any) -> None:
        """Add to the file's number of nodes; raise LimitPassedError if it exceeds the limit."""
        self.nodes += nodes
        if self.nodes > self.limits.nodes:
            message = Message(
                "the file has more than {limit} nodes with aliases expanded, which is the limit",
                limit=f"{self.limits.nodes:,}",
            )
            raise LimitPassedError(fault_at(event, message))

    def check_key(self, event: Any) -> None:
        """Report a key that is a merge, has an unknown tag, or is not text in YAML 1.1."""
        if event.tag is not None:
            self.tagged_scalar(event)
        elif not event.style:
            if event.value == "<<":
                self.faults.append(merge_key(event))
            elif older_reading(event.value) is not None:
                self.faults.append(older_key(event))

    def check_container_tag(self, event: Any) -> None:
        """Report the tag of a mapping or sequence, unless it is its default tag."""
        own = "map" if type(event) is MappingStartEvent else "seq"
        if event.tag not in ("!", TAG + own):
            self.faults.append(unknown_tag(event))

    def complex_key(self, event: Any, depth: int) -> None:
        """Report a key that is not a scalar, and skip it."""
        self.faults.append(complex_key(event))
        if type(event) is not AliasEvent:
            self.value(event, depth + 1)


def is_unwritten(event: Any) -> bool:
    """Return whether a scalar is empty, as after a bare `key:`."""
    return not (event.value or event.style or event.tag or event.anchor)
