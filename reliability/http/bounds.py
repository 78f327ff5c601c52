"""How large an answer may be and how long it may take; `Content-Encoding` is undone within that.

A socket's timeout starts again with each byte, so that a server that sends one byte now and then
is never too late. Here a whole answer has one time limit, which `wire.py` holds at every read.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

MEBIBYTE: Final = 2**20
GZIP: Final = zlib.MAX_WBITS | 16
"""What `zlib` calls a gzip header and trailer."""

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class OutOfBoundsError(Exception):
    """An answer is too large, too dense or cannot be decompressed; the text says which."""


class TooLateError(Exception):
    """The time of an answer is over."""


@dataclass(slots=True)
class Allowance:
    """The seconds that all answers of one client may take together."""

    total: float
    spent: float = 0.0

    @property
    def left(self) -> float:
        """What is left of them."""
        return self.total - self.spent


@dataclass(frozen=True, slots=True)
class AnswerBounds:
    """The limits of one answer: seconds from the request to its last byte, and bytes.

    `largest` counts bytes after decompression, `values` those of JSON: in memory an empty list
    takes many times its two bytes. `together` limits all answers of a client.
    """

    longest: float = 30.0
    largest: int = 128 * MEBIBYTE
    values: int = 10_000_000
    together: Allowance | None = field(default=None, compare=False)

    @property
    def seconds(self) -> float:
        """How long the next answer may take."""
        return self.longest if self.together is None else min(self.longest, self.together.left)


@contextmanager
def time_limit(bounds: AnswerBounds) -> Iterator[None]:
    """Let everything inside take as long as one answer may."""
    begin = time.monotonic()
    token = _deadline.set(begin + bounds.seconds)
    try:
        yield
    finally:
        _deadline.reset(token)
        if bounds.together is not None:
            bounds.together.spent += time.monotonic() - begin


def time_left(timeout: float | None) -> float | None:
    """A timeout in seconds, cut to what is left of the answer's time.

    Raises:
        TooLateError: nothing is left.
    """
    deadline = _deadline.get()
    if deadline is None:
        return timeout

    left = deadline - time.monotonic()
    if left <= 0:
        raise TooLateError

    return left if timeout is None else min(timeout, left)


def bounded_content(chunks: Iterable[bytes], headers: Mapping[str, str], largest: int) -> bytes:
    """An answer's content, decompressed.

    Raises:
        OutOfBoundsError: it has more bytes than `largest`, or an encoding that was not asked for.
        TooLateError: its time is over.
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
    """Pieces of at most one byte more than is allowed, however small their gzip form is."""
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
    """Let JSON pass whose values fit into memory.

    Raises:
        OutOfBoundsError: it holds too many.
    """
    values = content.count(b",") + content.count(b"[") + content.count(b"{")
    if values > most:
        raise OutOfBoundsError(f"holds {values:,} values, and the limit is {most:,}")
