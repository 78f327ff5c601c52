"""The wire format of Protocol Buffers, as far as remote read needs it.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from reliability.history.sources.remote_read.counts import DecodingCounts

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
DOUBLE: Final = struct.Struct("<d")
LONGEST_VARINT: Final = 10
UNSIGNED: Final = 2**64

Field = int | bytes
"""A number (of a varint or fixed64, unsigned), or the bytes of a message, text or packed list."""


class MalformedError(ValueError):
    """The bytes are not a message."""


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the unsigned number at a position, and the position after it.

    Raises:
        MalformedError: the data ends within the number.
    """
    number = shift = 0
    for position in range(at, min(at + LONGEST_VARINT, len(data))):
        byte = data[position]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number % UNSIGNED, position + 1
        shift += 7
    raise MalformedError("a number is cut off")


def read_fields(data: bytes, counts: DecodingCounts) -> Iterator[tuple[int, Field]]:
    """Yield the number and content of each field of a message, in order.

    Raises:
        MalformedError: the data is cut off, or has a field of an unknown type.
        TooManySeriesError: it has too many fields.
    """
    at = 0
    while at < len(data):
        counts.add_steps()
        tag, at = read_varint(data, at)
        kind = tag & 7
        if kind == VARINT:
            number, at = read_varint(data, at)
            yield tag >> 3, number
            continue
        if kind == BYTES:
            length, at = read_varint(data, at)
        elif kind in (FIXED64, FIXED32):
            length = 8 if kind == FIXED64 else 4
        else:
            raise MalformedError(f"a field has type {kind}")

        content = data[at : at + length]
        if len(content) < length:
            raise MalformedError("a field is cut off")
        at += length
        yield tag >> 3, content if kind == BYTES else int.from_bytes(content, "little")


def read_varints(packed: bytes) -> Iterator[int]:
    """Yield the unsigned numbers of a packed list."""
    at = 0
    while at < len(packed):
        number, at = read_varint(packed, at)
        yield number


def zigzag(number: int) -> int:
    """Return what a `sint32` or `sint64` stands for."""
    return (number >> 1) ^ -(number & 1)


def signed(number: int) -> int:
    """Return what an `int64` stands for."""
    return number - UNSIGNED if number >= UNSIGNED // 2 else number


def double(number: int) -> float:
    """Return the float whose bits a fixed64 has."""
    value: float = DOUBLE.unpack(number.to_bytes(8, "little"))[0]
    return value


def varint(number: int) -> bytes:
    """Encode a number, negative ones as `int64`."""
    rest = number % UNSIGNED
    encoded = bytearray()
    while rest > 0x7F:
        encoded.append(rest & 0x7F | 0x80)
        rest >>= 7
    encoded.append(rest)
    return bytes(encoded)


def field_of(number: int, content: bytes | int) -> bytes:
    """Encode a field: bytes as length-delimited, a number as a varint."""
    if isinstance(content, int):
        return varint(number << 3 | VARINT) + varint(content)
    return varint(number << 3 | BYTES) + varint(len(content)) + content
