"""Calls to a target's HTTP API: only to hosts that are allowed, no write in a dry run, no redirect.

Reads are tried again where the server asks for it or breaks off; a write is sent once, and a server
that takes no connection is told at once.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from reliability.errors import ProviderError
from reliability.model.targets import ServerTarget

READS: Final = frozenset({"GET", "HEAD"})
TRY_AGAIN: Final = frozenset({429, 502, 503, 504})
PAUSES: Final = (0.5, 1.0, 2.0)
"""Seconds between one try and the next, where the server does not say how long."""

LONGEST_PAUSE: Final = 30.0
ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")
Parameters = Mapping[str, str | int]


class Guard(httpx.BaseTransport):
    """Lets a request out only to the one server, and in a dry run only where it reads."""

    def __init__(self, inner: httpx.BaseTransport, origin: httpx.URL, *, writable: bool) -> None:
        self.inner = inner
        self.origin = origin
        self.writable = writable

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, or refuse it.

        Raises:
            ProviderError: it may not leave.
        """
        if request.method not in READS and not self.writable:
            raise ProviderError(f"a dry run sends no {request.method} {request.url.path}")
        if _origin(request.url) != _origin(self.origin):
            raise ProviderError(f"{request.url.host} is not the host of this target")
        return self.inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a target; paths begin with a slash and are put behind its address."""

    target: str
    url: str
    client: httpx.Client
    pause: Callable[[float], None] = time.sleep

    def get(self, path: str, parameters: Parameters | None = None) -> httpx.Response:
        """The answer to a read, whatever its status; tried again where that may help.

        Raises:
            ProviderError: there is no answer, or the server refuses us.
        """
        for pause in PAUSES:
            try:
                reply = self.client.get(self.url + path, params=parameters)
            except httpx.ConnectError:
                break
            except httpx.TransportError:
                self.pause(pause)
                continue
            if reply.status_code not in TRY_AGAIN:
                return self._accepted(reply)
            self.pause(_wanted_pause(reply, pause))
        return self._accepted(self._send("GET", path, parameters))

    def post(self, path: str) -> httpx.Response:
        """The answer to a write, which is sent once, whatever its status.

        Raises:
            ProviderError: there is no answer, or the server refuses us.
        """
        return self._accepted(self._send("POST", path, None))

    def _send(self, method: str, path: str, parameters: Parameters | None) -> httpx.Response:
        try:
            return self.client.request(method, self.url + path, params=parameters)
        except httpx.TimeoutException as error:
            raise NoAnswerError(f"{self.target}: {self.url} does not answer in time") from error
        except httpx.TransportError as error:
            reason = ERRNO.sub("", str(error)).lower() or type(error).__name__
            raise NoAnswerError(f"{self.target}: {self.url} does not answer: {reason}") from error

    def _accepted(self, reply: httpx.Response) -> httpx.Response:
        request = f"{reply.request.method} {reply.request.url.path}"
        if reply.status_code == httpx.codes.UNAUTHORIZED:
            raise ProviderError(f"{self.target}: {request} answers 401: the credential is refused")
        if reply.is_redirect:
            raise ProviderError(
                f"{self.target}: {request} leads elsewhere ({reply.status_code}), and redirects "
                "are not followed; write the address that it leads to"
            )
        return reply


class NoAnswerError(ProviderError):
    """A server that does not answer; what was sent may or may not have arrived."""


def _wanted_pause(reply: httpx.Response, otherwise: float) -> float:
    """How long the server asks us to wait, in seconds and within reason."""
    asked = reply.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE) if asked.isdigit() else otherwise


def ensure_allowed(target: str, url: str, allowed_hosts: Iterable[str]) -> None:
    """Let an address pass whose host, or host and port, is listed.

    Raises:
        ProviderError: it is not.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not {host, f"{host}:{parts.port}"} & set(allowed_hosts):
        raise ProviderError(
            f"{target}: {host} is not among the allowed hosts; "
            "add it to spec.allowedHosts in policies/targets.yaml"
        )


def open_server(
    target: ServerTarget,
    authorization: str | None,
    allowed_hosts: Iterable[str],
    *,
    writable: bool,
    transport: httpx.BaseTransport | None = None,
) -> Server:
    """A target's server, with the machine's own certificates and without its proxies.

    Raises:
        ProviderError: its host is not allowed.
    """
    ensure_allowed(target.name, target.url, allowed_hosts)
    inner = transport or plain_transport(target.url)
    client = httpx.Client(
        transport=Guard(inner, httpx.URL(target.url), writable=writable),
        headers={"Authorization": authorization} if authorization else {},
        timeout=target.timeout.total_seconds(),
        trust_env=False,
    )
    return Server(target.name, target.url.rstrip("/"), client)


def plain_transport(url: str) -> httpx.BaseTransport:
    """Connections to a server, with the machine's own certificates where it is asked by TLS."""
    return httpx.HTTPTransport(verify=_certificates(url))


def _certificates(url: str) -> ssl.SSLContext | bool:
    return ssl.create_default_context() if url.startswith("https:") else False
