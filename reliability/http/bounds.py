"""Limits of size and time of a response, also of its decompression, and of failed writes.

A socket's timeout starts again with each byte, so that a server that sends a byte now and then
never exceeds it. Here a whole response has one time limit, which `wire.py` applies to every read.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import inf
from typing import Final

from reliability.errors import ProviderError

MOST_FAILED: Final = 10
"""Writes in a row that a server may fail; each may take 15 s with its retries."""

MOST_IN_VAIN: Final = 3
"""Reads in a row that no retry helped, after which reads of a server are not retried."""

MEBIBYTE: Final = 2**20
GZIP: Final = zlib.MAX_WBITS | 16
"""Value of `wbits` with which `zlib` reads a gzip header and trailer."""

MOST_FRAMING: Final = 8
"""Bytes of the connection for a byte of content, beyond the first mebibyte; chunks have a frame."""


@dataclass(slots=True)
class _Exchange:
    """Deadline of a response, in seconds of the monotonic clock, and bytes received so far."""

    deadline: float
    received: int = 0


_exchange: ContextVar[_Exchange | None] = ContextVar("exchange", default=None)


class OutOfBoundsError(Exception):
    """A response is too large, or cannot be decompressed; the text says which."""


class TooLateError(Exception):
    """The time limit of a response has passed."""


@dataclass(slots=True)
class Allowance:
    """Seconds that all responses to one client may take together."""

    total: float
    spent: float = 0.0

    @property
    def left(self) -> float:
        """The seconds that remain."""
        return self.total - self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBounds:
    """Limits of one response: seconds from the request to its last byte, and size.

    `largest` counts bytes after decompression, and `values` the values of its JSON, because an
    empty list takes many times its two bytes in memory. `together` limits all responses of a
    client, and `until` is a moment of the monotonic clock at which each one ends.
    """

    longest: float = 30.0
    largest: int = 128 * MEBIBYTE
    values: int = 10_000_000
    together: Allowance | None = field(default=None, compare=False)
    until: float = inf

    @property
    def seconds(self) -> float:
        """The seconds that the next response may take; negative if none may begin."""
        longest = self.longest if self.together is None else min(self.longest, self.together.left)
        return min(longest, self.until - time.monotonic())

    def within(self, pause: float) -> float:
        """Return seconds to wait before a retry, none of them after `until`."""
        return max(0.0, min(pause, self.until - time.monotonic()))


@dataclass(slots=True)
class RetriesInVain:
    """Reads in a row that failed with all their retries; each may take 15 s."""

    count: int = 0

    def pauses(self, usual: tuple[float, ...]) -> tuple[float, ...]:
        """Return the pauses between tries of the next read: none if retries do not help."""
        return usual if self.count < MOST_IN_VAIN else ()


@dataclass(slots=True)
class FailedWrites:
    """Writes of objects that a server failed in a row, and the last failure."""

    count: int = 0
    last: str = ""

    def note(self, failure: str) -> None:
        """Note what became of a write; `failure` is empty if the server answered it."""
        self.count, self.last = (self.count + 1 if failure else 0), failure

    def ensure_few(self) -> None:
        """Ensure that the server did not fail the last writes.

        Raises:
            ProviderError: it did.
        """
        if self.count >= MOST_FAILED:
            raise ProviderError(
                f"not sent, because the last {self.count} writes failed ({self.last}); run it "
                "again when the server works: it then makes what is missing"
            )


@contextmanager
def time_limit(bounds: AnswerBounds) -> Iterator[None]:
    """Set the deadline of one response for everything in the block."""
    begin = time.monotonic()
    token = _exchange.set(_Exchange(begin + bounds.seconds))
    try:
        yield
    finally:
        _exchange.reset(token)
        if bounds.together is not None:
            bounds.together.spent += time.monotonic() - begin


def time_left(timeout: float | None) -> float | None:
    """Return a timeout in seconds, at most the time until the deadline.

    Raises:
        TooLateError: the deadline has passed.
    """
    exchange = _exchange.get()
    if exchange is None:
        return timeout

    left = exchange.deadline - time.monotonic()
    if left <= 0:
        raise TooLateError

    return left if timeout is None else min(timeout, left)


def received(data: bytes) -> bytes:
    """Count bytes of the connection, and return them."""
    if exchange := _exchange.get():
        exchange.received += len(data)
    return data


def bounded_content(chunks: Iterable[bytes], headers: Mapping[str, str], largest: int) -> bytes:
    """Return the decompressed content of a response.

    Raises:
        OutOfBoundsError: it has more bytes than `largest`, more framing than content, or an
            unsupported encoding.
        TooLateError: the deadline has passed.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity", ""):
        raise OutOfBoundsError(f"is encoded as {encoding[:40]!r}, and only gzip is asked for")

    chunks, content = _unframed(chunks), bytearray()
    for piece in _gunzipped(chunks, largest) if encoding == "gzip" else chunks:
        content += piece
        if len(content) > largest:
            raise OutOfBoundsError(f"is larger than {largest / MEBIBYTE:g} MiB")
        time_left(None)

    return bytes(content)


def _unframed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield chunks whose frames are small: extensions of chunks could go on without end."""
    content = 0
    for chunk in chunks:
        content += len(chunk)
        exchange = _exchange.get()
        if exchange and exchange.received > MEBIBYTE + MOST_FRAMING * content:
            raise OutOfBoundsError("has more framing than content")
        yield chunk


def _gunzipped(chunks: Iterable[bytes], largest: int) -> Iterator[bytes]:
    """Yield decompressed pieces, at most one byte more than allowed: a gzip bomb stops there."""
    inflater = zlib.decompressobj(GZIP)
    try:
        for chunk in chunks:
            yield inflater.decompress(chunk, largest + 1)
        yield inflater.flush()
    except zlib.error as error:
        raise OutOfBoundsError("cannot be decompressed: it is not gzip") from error
    if not inflater.eof:
        raise OutOfBoundsError("cannot be decompressed: its gzip form is cut off")


def ensure_few_values(content: bytes, most: int) -> None:
    """Ensure that the values of a JSON text fit into memory.

    Raises:
        OutOfBoundsError: there are too many.
    """
    # Commas and brackets in strings count as well, so this is an upper limit.
    values = content.count(b",") + content.count(b"[") + content.count(b"{")
    if values > most:
        raise OutOfBoundsError(f"holds {values:,} values, and the limit is {most:,}")
