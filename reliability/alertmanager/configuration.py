"""Typed values of an Alertmanager configuration, or a refusal with their location."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from reliability.location import Pointer, pointer_text
from reliability.message import Message

UNITS: Final = {
    "y": timedelta(days=365),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
LONGEST: Final = timedelta(microseconds=(2**63 - 1) // 1000)
"""Longest duration of Go, which counts nanoseconds in a signed 64-bit number."""
RUN_AMTOOL: Final = Message("run amtool check-config on the file")

_DURATION: Final = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit in UNITS), re.ASCII)


class RoutingRefusedError(ValueError):
    """A configuration that Alertmanager refuses to load; `pointer` leads to the wrong value.

    `others` are further refusals of the same configuration, if they were collected.
    """

    def __init__(self, pointer: Pointer, message: str, help_text: str = RUN_AMTOOL) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.message = message
        self.help = help_text
        self.others: tuple[RoutingRefusedError, ...] = ()


def mapping(value: Any, pointer: Pointer) -> Mapping[str, Any]:
    """Return a value that is a mapping.

    Raises:
        RoutingRefusedError: it is missing, or is not a mapping.
    """
    if value is None:
        message = Message("missing key {path}", path=pointer_text(pointer))
        raise RoutingRefusedError(pointer, message)
    if not isinstance(value, Mapping):
        message = Message("{path} must be a mapping", path=pointer_text(pointer))
        raise RoutingRefusedError(pointer, message)
    return value


def text(value: Any) -> str:
    """Convert a scalar to text, as Alertmanager does; null is empty text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def inner(node: Mapping[str, Any], key: str, pointer: Pointer) -> Mapping[str, Any]:
    """Return the mapping of a key; empty if the key is missing."""
    value = node.get(key)
    return {} if value is None else mapping(value, (*pointer, key))


def entries(node: Mapping[str, Any], key: str, pointer: Pointer) -> Sequence[Any]:
    """Return the list of a key; empty if the key is missing."""
    value = node.get(key)
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        where = (*pointer, key)
        raise RoutingRefusedError(where, Message("{path} must be a list", path=pointer_text(where)))
    return value


def texts(node: Mapping[str, Any], key: str, pointer: Pointer) -> tuple[str, ...]:
    """Return the list of texts of a key; empty if the key is missing."""
    items = entries(node, key, pointer)
    for index, item in enumerate(items):
        if isinstance(item, Mapping | list) or item is None:
            where = (*pointer, key, index)
            raise RoutingRefusedError(
                where, Message("{path} must be text", path=pointer_text(where))
            )
    return tuple(map(text, items))


def texts_below(
    value: Any, pointer: Pointer, leaves_out: Callable[[str, Any], bool]
) -> Iterator[tuple[Pointer, str]]:
    """Yield every text within a value with its location, except below keys that are left out."""
    match value:
        case str():
            yield pointer, value
        case Mapping():
            for key, part in value.items():
                if not leaves_out(key, part):
                    yield from texts_below(part, (*pointer, key), leaves_out)
        case list():
            for index, part in enumerate(value):
                yield from texts_below(part, (*pointer, index), leaves_out)
        case _:
            pass


def duration(
    node: Mapping[str, Any], key: str, inherited: timedelta, pointer: Pointer
) -> timedelta:
    """Return the duration of a key, in the format of Prometheus; `inherited` if it is missing."""
    if node.get(key) is None:
        return inherited
    written = str(node[key])
    match = _DURATION.fullmatch("0s" if written == "0" else written)
    if match is None or not written:
        message = Message("not a valid duration: {duration}", duration=repr(written))
        help_text = Message("write a duration such as 5m")
        raise RoutingRefusedError((*pointer, key), message, help_text)

    length = _length(match, (*pointer, key))
    # Alertmanager only refuses 0 for the two intervals (`Route` in config/config.go).
    if not length and key != "group_wait":
        message = Message("{key} is 0, and must be greater than 0", key=key)
        raise RoutingRefusedError((*pointer, key), message)
    return length


def _length(match: re.Match[str], pointer: Pointer) -> timedelta:
    """Return the length of a matched duration, which may be at most `LONGEST`."""
    parts = match.groupdict(default="0")
    milliseconds = sum(
        int(parts[unit]) * (one // timedelta(milliseconds=1)) for unit, one in UNITS.items()
    )
    if milliseconds > LONGEST // timedelta(milliseconds=1):
        message = Message(
            "{duration} is too long; the longest duration of Alertmanager is 292 years",
            duration=match[0],
        )
        raise RoutingRefusedError(pointer, message)

    return timedelta(milliseconds=milliseconds)
