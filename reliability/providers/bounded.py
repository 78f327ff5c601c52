"""Answers that are read only so far, and only so long: a transport around another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import httpx

from reliability.errors import ProviderError

LARGEST: Final = 16 * 2**20
LONGEST: Final = 120.0


class TooLargeError(ProviderError):
    """An answer has more bytes than were let pass; others may be smaller."""


class Bounded(httpx.BaseTransport):
    """Refuses answers over `largest` bytes, and all of them once `longest` seconds are over.

    Nothing is taken compressed, so that a small answer cannot become a large one.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        name: str,
        *,
        largest: int = LARGEST,
        longest: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.inner = inner
        self.limits = Limits(name, largest, longest, clock(), clock)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and its answer back as far as it may go.

        Raises:
            ProviderError: time is up, or the answer is compressed all the same.
        """
        self.limits.ensure_time()
        request.headers["Accept-Encoding"] = "identity"
        reply = self.inner.handle_request(request)
        if reply.headers.get("Content-Encoding", "identity") != "identity":
            reply.close()
            raise ProviderError(f"{self.limits.name}: an answer is compressed, which was not asked")
        stream = reply.stream
        if not isinstance(stream, httpx.SyncByteStream):
            raise ProviderError(f"{self.limits.name}: an answer has no bytes to read")
        return httpx.Response(
            reply.status_code,
            headers=reply.headers,
            stream=Counted(stream, self.limits),
            extensions=reply.extensions,
        )

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long, in bytes and seconds; `name` is what messages begin with."""

    name: str
    largest: int
    longest: float
    begun: float
    clock: Callable[[], float]

    def ensure_time(self) -> None:
        """Go on only while there is time."""
        if self.clock() - self.begun > self.longest:
            raise ProviderError(f"{self.name}: not all is answered within {self.longest:g} s")

    def ensure_size(self, size: int) -> None:
        """Go on only while the answer is small enough."""
        if size > self.largest:
            limit = self.largest / 2**20
            raise TooLargeError(f"{self.name}: an answer is larger than {limit:g} MiB")


class Counted(httpx.SyncByteStream):
    """The bytes of an answer, counted while they come."""

    def __init__(self, inner: httpx.SyncByteStream, limits: Limits) -> None:
        self.inner = inner
        self.limits = limits

    def __iter__(self) -> Iterator[bytes]:
        """Pass each piece on, up to the limits."""
        size = 0
        for piece in self.inner:
            size += len(piece)
            self.limits.ensure_size(size)
            self.limits.ensure_time()
            yield piece

    def close(self) -> None:
        """Close the answer."""
        self.inner.close()
