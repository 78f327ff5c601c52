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
from typing import Final

from reliability.errors import ProviderError

MOST_FAILED: Final = 10
"""Writes in a row that a server may fail; each may take 15 s with its retries."""

MEBIBYTE: Final = 2**20
GZIP: Final = zlib.MAX_WBITS | 16
"""Value of `wbits` with which `zlib` reads a gzip header and trailer."""

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


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


@dataclass(frozen=True, slots=True)
class AnswerBounds:
    """Limits of one response: seconds from the request to its last byte, and size.

    `largest` counts bytes after decompression, and `values` the values of its JSON, because an
    empty list takes many times its two bytes in memory. `together` limits all responses of a
    client.
    """

    longest: float = 30.0
    largest: int = 128 * MEBIBYTE
    values: int = 10_000_000
    together: Allowance | None = field(default=None, compare=False)

    @property
    def seconds(self) -> float:
        """The seconds that the next response may take."""
        return self.longest if self.together is None else min(self.longest, self.together.left)


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
    token = _deadline.set(begin + bounds.seconds)
    try:
        yield
    finally:
        _deadline.reset(token)
        if bounds.together is not None:
            bounds.together.spent += time.monotonic() - begin


def time_left(timeout: float | None) -> float | None:
    """Return a timeout in seconds, at most the time until the deadline.

    Raises:
        TooLateError: the deadline has passed.
    """
    deadline = _deadline.get()
    if deadline is None:
        return timeout

    left = deadline - time.monotonic()
    if left <= 0:
        raise TooLateError

    return left if timeout is None else min(timeout, left)


def bounded_content(chunks: Iterable[bytes], headers: Mapping[str, str], largest: int) -> bytes:
    """Return the decompressed content of a response.

    Raises:
        OutOfBoundsError: it has more bytes than `largest`, or an unsupported encoding.
        TooLateError: the deadline has passed.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity", ""):
        raise OutOfBoundsError(f"is encoded as {encoding[:40]!r}, and only gzip is asked for")

    content = bytearray()
    for piece in _gunzipped(chunks, largest) if encoding == "gzip" else chunks:
        content += piece
        if len(content) > largest:
            raise OutOfBoundsError(f"is larger than {largest / MEBIBYTE:g} MiB")
        time_left(None)

    return bytes(content)


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
