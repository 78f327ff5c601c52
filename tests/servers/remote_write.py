"""Samples pushed to a server by remote write, encoded here so that no dependency is needed."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import httpx

Samples = Sequence[tuple[datetime, float]]

HEADERS: Final = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}
LONGEST_LITERAL: Final = 60


def push(url: str, series: Iterable[tuple[Mapping[str, str], Samples]]) -> None:
    """Writes samples; `__name__` is among the labels. Raises with the server's reason when refused.

    The server takes samples older than its newest block only within its out-of-order window.
    """
    body = snappy(b"".join(field(1, time_series(labels, samples)) for labels, samples in series))
    reply = httpx.post(
        f"{url}/api/v1/write", content=body, headers=HEADERS, trust_env=False, timeout=60
    )
    assert reply.is_success, f"{reply.status_code}: {reply.text.strip()}"


def time_series(labels: Mapping[str, str], samples: Samples) -> bytes:
    """The protobuf message TimeSeries: labels sorted by name, then samples."""
    return b"".join(
        [
            *(field(1, label(name, value)) for name, value in sorted(labels.items())),
            *(field(2, sample(at, value)) for at, value in samples),
        ]
    )


def label(name: str, value: str) -> bytes:
    """The protobuf message Label."""
    return field(1, name.encode()) + field(2, value.encode())


def sample(at: datetime, value: float) -> bytes:
    """The protobuf message Sample: the value as a double, the time in milliseconds."""
    return b"\x09" + struct.pack("<d", value) + b"\x10" + varint(round(at.timestamp() * 1000))


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(number: int) -> bytes:
    """A number in groups of seven bits, the lowest first."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def snappy(content: bytes) -> bytes:
    """Valid snappy that compresses nothing: the length, then literals only."""
    encoded = bytearray(varint(len(content)))
    for start in range(0, len(content), LONGEST_LITERAL):
        literal = content[start : start + LONGEST_LITERAL]
        encoded.append(len(literal) - 1 << 2)
        encoded += literal
    return bytes(encoded)
