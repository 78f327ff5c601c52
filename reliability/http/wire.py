"""Connections on which every read and write ends at the deadline of the whole response.

httpx only has timeouts for single reads. httpcore, which it uses, accepts a network backend
(https://www.encode.io/httpcore/network-backends/), so that each read can get the remaining time.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import httpcore
import httpx

from reliability.http.bounds import received, time_left

ERRORS: Final = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
)
"""Errors of httpcore with those of httpx; any other error means that the connection broke."""


class WireTransport(httpx.BaseTransport):
    """Connections to a single server; TLS uses the certificates of the operating system."""

    def __init__(self, url: str) -> None:
        secure = url.startswith("https:")
        self.pool = httpcore.ConnectionPool(
            ssl_context=_certificates() if secure else None,
            max_connections=100,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the caller reads the body of the response.

        Raises:
            httpx.TransportError: there is no response.
            TooLateError: the deadline has passed.
        """
        url = request.url
        wire = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _errors_of_httpx():
            reply = self.pool.handle_request(wire)
        return httpx.Response(reply.status, headers=reply.headers, stream=_Body(reply.stream))

    def close(self) -> None:
        """Close the connections."""
        self.pool.close()


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Return the certificates of the operating system, which are read once."""
    return ssl.create_default_context()


class _Body(httpx.SyncByteStream):
    """Bytes of a response, as they arrive."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _errors_of_httpx():
            yield from self.stream

    def close(self) -> None:
        self.stream.close()


class _Backend(httpcore.NetworkBackend):
    """Backend of sockets whose operations end at the deadline."""

    def __init__(self) -> None:
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self.inner.connect_tcp(
            host, port, time_left(timeout), local_address, socket_options
        )
        return _Stream(stream)


class _Stream(httpcore.NetworkStream):
    """Socket whose operations end at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self.inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return received(self.inner.read(max_bytes, time_left(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, time_left(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, time_left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        for theirs, ours in ERRORS:
            if isinstance(error, theirs):
                raise ours(str(error)) from error
        raise httpx.RemoteProtocolError(str(error)) from error
