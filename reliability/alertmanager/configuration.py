"""Values of an Alertmanager configuration as they are meant, or a refusal on their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from reliability.location import Pointer, pointer_text

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
"""The longest duration of Go, which counts nanoseconds in 64 bits."""

_DURATION: Final = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit in UNITS), re.ASCII)


class RoutingRefusedError(ValueError):
    """A configuration that Alertmanager would refuse; `pointer` leads to what is wrong in it.

    `others` are what else would be refused of it, as far as that was looked for.
    """

    def __init__(
        self,
        pointer: Pointer,
        message: str,
        way_out: str = "ask amtool check-config about the file",
    ) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.way_out = way_out
        self.others: tuple[RoutingRefusedError, ...] = ()


def mapping(value: Any, pointer: Pointer) -> Mapping[str, Any]:
    """The value, which has to be a mapping."""
    if not isinstance(value, Mapping):
        wrong = "is not there" if value is None else "is no mapping"
        raise RoutingRefusedError(pointer, f"{pointer_text(pointer)} {wrong}")
    return value


def text(value: Any) -> str:
    """A plain scalar as Alertmanager takes it where it wants text; nothing is an empty one."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def inner(node: Mapping[str, Any], key: str, pointer: Pointer) -> Mapping[str, Any]:
    """The mapping of a key; an empty one where there is none."""
    value = node.get(key)
    return {} if value is None else mapping(value, (*pointer, key))


def entries(node: Mapping[str, Any], key: str, pointer: Pointer) -> Sequence[Any]:
    """The list of a key; an empty one where there is none."""
    value = node.get(key)
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        where = (*pointer, key)
        raise RoutingRefusedError(where, f"{pointer_text(where)} is no list")
    return value


def texts(node: Mapping[str, Any], key: str, pointer: Pointer) -> tuple[str, ...]:
    """The texts in the list of a key."""
    items = entries(node, key, pointer)
    for index, item in enumerate(items):
        if isinstance(item, Mapping | list) or item is None:
            where = (*pointer, key, index)
            raise RoutingRefusedError(where, f"{pointer_text(where)} is no text")
    return tuple(map(text, items))


def duration(
    node: Mapping[str, Any], key: str, inherited: timedelta, pointer: Pointer
) -> timedelta:
    """The length of a key as Prometheus writes it, or what is inherited."""
    if node.get(key) is None:
        return inherited
    written = str(node[key])
    match = _DURATION.fullmatch("0s" if written == "0" else written)
    if match is None or not written:
        raise RoutingRefusedError((*pointer, key), f"{written!r} is no duration such as 5m")

    length = _length(match, (*pointer, key))
    if not length and key != "group_wait":
        raise RoutingRefusedError((*pointer, key), f"{key} is zero, and must be longer")

    return length


def _length(match: re.Match[str], pointer: Pointer) -> timedelta:
    """The length that a duration is written as; Go counts nanoseconds in 64 bits."""
    parts = match.groupdict(default="0")
    milliseconds = sum(
        int(parts[unit]) * (one // timedelta(milliseconds=1)) for unit, one in UNITS.items()
    )
    if milliseconds > LONGEST // timedelta(milliseconds=1):
        raise RoutingRefusedError(
            pointer, f"{match[0]} is longer than 292 years, which is what Alertmanager can count"
        )
    return timedelta(milliseconds=milliseconds)
