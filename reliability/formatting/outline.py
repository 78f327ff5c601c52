"""The content of a YAML text apart from its layout: what formatting must keep exactly.

Two texts with the same outline have the same documents, keys and values in the same order, and
each comment between the same two of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from reliability.errors import ReliabilityError
from reliability.load.yaml_events import events_of

COMMENT: Final = re.compile(r"(?:^|(?<=[ \t]))#", re.MULTILINE)
KINDS: Final = {"'": "quoted", '"': "quoted", "|": "literal", ">": "folded"}
"""What a scalar's style says; the sort of quotes is layout."""


class NotYamlError(ReliabilityError):
    """A text that cannot be parsed as YAML; `line` and `column` count from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class YamlComment:
    """A comment; `start` is its offset, and `after` counts the values that begin before it."""

    start: int
    text: str
    after: int
    owns_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Events without positions, comments, and the spans of scalars and flow collections.

    `offsets` are those of the events in the text. A span is a pair of offsets; `documents` are the
    offsets of `---`; `depth` is the greatest number of collections inside one another.
    """

    content: tuple[tuple[str, ...], ...]
    offsets: tuple[int, ...]
    comments: tuple[YamlComment, ...]
    scalars: tuple[tuple[int, int, str], ...]
    flows: tuple[tuple[int, int], ...]
    documents: tuple[int, ...]
    depth: int

    def keeps(self, other: Outline) -> bool:
        """Return whether another text says the same, with each comment in its place."""
        return self.content == other.content and self.remarks == other.remarks

    @property
    def remarks(self) -> list[tuple[str, int, bool]]:
        """The comments without their offsets."""
        return [(comment.text, comment.after, comment.owns_line) for comment in self.comments]


def outline_of(text: str) -> Outline:
    """Parse a text.

    Raises:
        NotYamlError: it is not YAML.
    """
    events = list(_events(text))
    scalars = tuple(
        (_start(event), _end(event), event.style or "")
        for event in events
        if isinstance(event, ScalarEvent)
    )
    starts = sorted(
        _start(event)
        for event in events
        if isinstance(event, (ScalarEvent, AliasEvent, CollectionStartEvent))
    )

    return Outline(
        content=tuple(map(_without_layout, events)),
        offsets=tuple(map(_start, events)),
        comments=tuple(_comments(text, scalars, starts)),
        scalars=scalars,
        flows=tuple(_flows(events)),
        documents=tuple(
            _start(event)
            for event in events
            if isinstance(event, DocumentStartEvent) and event.explicit
        ),
        depth=max(accumulate(map(_deeper, events))),
    )


def _start(event: Any) -> int:
    """Return the offset of the first character; typed loosely, as PyYAML's marks are optional."""
    return int(event.start_mark.index)


def _end(event: Any) -> int:
    return int(event.end_mark.index)


def _deeper(event: Any) -> int:
    """Return 1 if an event begins a collection, -1 if it ends one."""
    if isinstance(event, CollectionStartEvent):
        return 1
    return -isinstance(event, CollectionEndEvent)


def _events(text: str) -> Iterator[Any]:
    next_event = events_of(text)
    while True:
        try:
            event = next_event()
        except YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or "not valid YAML"
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise NotYamlError(str(reason), line, column) from error
        yield event
        if isinstance(event, StreamEndEvent):
            return


def _without_layout(event: Any) -> tuple[str, ...]:
    """Return what an event says: its type, anchor, tag, value and kind of style."""
    properties = (
        type(event).__name__,
        str(getattr(event, "anchor", None)),
        str(getattr(event, "tag", None)),
    )
    match event:
        case ScalarEvent():
            return (*properties, event.value, KINDS.get(event.style or "", "plain"))
        case CollectionStartEvent():
            return (*properties, str(event.flow_style))
        case DocumentStartEvent():
            return (*properties, str(event.explicit))
        case _:
            return properties


def _comments(
    text: str, scalars: tuple[tuple[int, int, str], ...], starts: list[int]
) -> Iterator[YamlComment]:
    """Yield what begins with `#` after a blank or at the start of a line, outside of scalars.

    The header of a block scalar may end in a comment (YAML 1.2, 8.1.1); it belongs to the scalar.
    """
    lines = f"{text}\n"
    begins = [start for start, _, _ in scalars]
    end = 0
    for match in COMMENT.finditer(text):
        at = match.start()
        before = bisect_left(begins, at) - 1
        if at < end or (before >= 0 and at < scalars[before][1]):
            continue

        end = lines.index("\n", at)
        line = lines[lines.rfind("\n", 0, at) + 1 : at]
        yield YamlComment(at, lines[at:end].rstrip(), bisect_left(starts, at), not line.strip())


def _flows(events: list[Any]) -> Iterator[tuple[int, int]]:
    """Yield the spans of flow collections that are in no other flow collection."""
    open_at: list[int] = []
    for event in events:
        if isinstance(event, CollectionStartEvent):
            if event.flow_style:
                open_at.append(_start(event))
        elif isinstance(event, CollectionEndEvent) and open_at:
            start = open_at.pop()
            if not open_at:
                yield start, _end(event)
