"""Requests to one server: no other host, no redirect, no write in a dry run, limited responses.

Reads are retried if the server asks for it or the connection breaks, within the time limit of one
response. A write is sent once, and a refused connection is reported at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from reliability.errors import ProviderError
from reliability.http.bounds import (
    AnswerBounds,
    FailedWrites,
    OutOfBoundsError,
    RetriesInVain,
    TooLateError,
    bounded_content,
    time_limit,
)
from reliability.http.clock import ServerClock
from reliability.http.reply import HttpReply, TooLargeError, credentials_of, masked, one_line
from reliability.http.wire import WireTransport
from reliability.tracing import traced

READS: Final = frozenset({"GET", "HEAD"})
ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")
SECONDS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?", re.ASCII)
RETRY_HEADERS: Final = ("retry-after", "x-ratelimit-reset", "ratelimit-reset")
BACKSTOP: Final = 600.0
"""Timeout of httpx in seconds for a single read; `time_limit` ends a whole response earlier."""

Parameters = Mapping[str, str | int]


class NoAnswerError(ProviderError):
    """The server does not answer; the request may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class Retries:
    """When a read is retried: statuses, and seconds to wait if there is no `Retry-After`."""

    statuses: frozenset[int] = frozenset({429, 502, 503, 504})
    pauses: tuple[float, ...] = (0.5, 1.0, 2.0)
    longest_pause: float = 30.0
    if_unreachable: bool = False


class Guard(httpx.BaseTransport):
    """Transport that sends requests only to a single server, and only reads unless `writable`.

    A POST to a path that ends with one of `questions` is a read, too.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        origin: httpx.URL,
        *,
        writable: bool,
        questions: tuple[str, ...] = (),
    ) -> None:
        self.inner = inner
        self.origin = origin
        self.writable = writable
        self.questions = questions

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, or refuse it.

        Raises:
            ProviderError: the request is not allowed.
        """
        is_question = request.method == "POST" and request.url.path.endswith(self.questions)
        if request.method not in READS and not is_question and not self.writable:
            raise ProviderError(f"a dry run sends no {request.method} {request.url.path}")
        if _origin(request.url) != _origin(self.origin):
            raise ProviderError(f"{request.url.host} is not the host of this target")
        return self.inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpServer:
    """A single server; paths begin with a slash and are appended to its URL.

    `target` is the prefix of messages. Content in one of `encodings` is left for the caller to
    decode. `secrets` are masked in its texts, as the credentials of each request are.
    """

    target: str
    url: str
    client: httpx.Client
    pause: Callable[[float], None] = time.sleep
    bounds: AnswerBounds = field(default_factory=AnswerBounds)
    retries: Retries = field(default_factory=Retries)
    encodings: frozenset[str] = frozenset()
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    failed: FailedWrites = field(default_factory=FailedWrites, compare=False)
    in_vain: RetriesInVain = field(default_factory=RetriesInVain, compare=False)
    clock: ServerClock = field(default_factory=ServerClock, compare=False)

    def get(self, path: str, parameters: Parameters | None = None) -> HttpReply:
        """Return the response to a read, with any status except 401 and redirects; retry if useful.

        Raises:
            ProviderError: there is no response within the bounds, the server refuses the
                credential, or it redirects.
        """
        return self._accepted(self._tried("GET", path, parameters))

    def ask(self, path: str, content: bytes, headers: Mapping[str, str]) -> HttpReply:
        """Return the response to a read that is sent as a POST; retry as other reads.

        A response in one of `encodings` is returned as it was sent.

        Raises:
            ProviderError: as `get`.
        """
        return self._accepted(self._tried("POST", path, None, content=content, more=headers))

    def post(self, path: str, content: bytes | None = None) -> HttpReply:
        """Send a write with JSON `content` once; return the response as `get` does.

        One without content is a command, such as a reload, whose 500 says what is wrong.

        Raises:
            ProviderError: as `get`, or too many writes have failed in a row.
        """
        if content is None:
            return self._accepted(self._exchange("POST", path, None))
        return self._counted(lambda: self._exchange("POST", path, None, content=content))

    def write(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> HttpReply:
        """Send a write that may be repeated, such as a PUT; return the response as `get` does.

        It is sent again if the server asks for it or gives no answer: the first one may have been
        carried out, so a caller has to expect a second DELETE to find nothing.

        Raises:
            ProviderError: as `get`, or too many writes have failed in a row.
        """
        if method in READS:
            return self._accepted(self._tried(method, path, None, more=headers))
        return self._counted(lambda: self._tried(method, path, None, content=content, more=headers))

    def _counted(self, send: Callable[[], HttpReply]) -> HttpReply:
        """Send a write of an object, unless the server failed the last ones."""
        self.failed.ensure_few()
        try:
            reply = send()
        except NoAnswerError as error:
            self.failed.note(str(error))
            raise
        failure = f"{reply.request} answers {reply.status_code}"
        self.failed.note(failure if reply.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else "")
        return self._accepted(reply)

    def send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> HttpReply:
        """Send a request once, and return the response with any status.

        Raises:
            ProviderError: there is no response within the bounds.
        """
        return self._exchange(method, path, None, content=content, more=headers)

    def _tried(
        self,
        method: str,
        path: str,
        parameters: Parameters | None,
        content: bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> HttpReply:
        begin = time.monotonic()
        for pause in self.in_vain.pauses(self.retries.pauses):
            try:
                reply = self._exchange(method, path, parameters, content=content, more=more)
            except NoAnswerError as error:
                if not self._may_help(error) or time.monotonic() - begin > self.bounds.longest:
                    raise
                self.pause(self.bounds.within(pause))
            else:
                if reply.status_code not in self.retries.statuses:
                    self.in_vain.count = 0
                    return reply
                longest = self.bounds.within(self.retries.longest_pause)
                self.pause(wanted_pause(reply.headers, self.bounds.within(pause), longest))
        self.in_vain.count += 1  # until the last try helps
        reply = self._exchange(method, path, parameters, content=content, more=more)
        self.in_vain.count *= reply.status_code in self.retries.statuses
        return reply

    def _may_help(self, error: NoAnswerError) -> bool:
        """Return whether to retry: not if the connection is refused, and not after a timeout."""
        if isinstance(error.__cause__, httpx.ConnectError):
            return self.retries.if_unreachable
        return not isinstance(error.__cause__, TooLateError | httpx.TimeoutException)

    def _exchange(
        self,
        method: str,
        path: str,
        parameters: Parameters | None,
        content: bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> HttpReply:
        """Send a request and read the whole response.

        Raises:
            NoAnswerError: the connection is refused or breaks, or the time limit is exceeded.
            TooLargeError: the response has too many bytes.
        """
        request = f"{method} {httpx.URL(self.url).path.rstrip('/')}{path}"
        kind = {"Content-Type": "application/json"} if content is not None else {}
        headers = {**kind, **(more or {}), "Accept-Encoding": "gzip"}
        secrets = self.secrets | credentials_of(self.client.headers)

        try:
            with (
                traced(f"{method} {self.url}{path.partition('?')[0]}") as outcome,
                time_limit(self.bounds),
                self.client.stream(
                    method, self.url + path, params=parameters, content=content, headers=headers
                ) as answer,
            ):
                status = answer.status_code
                # What signs a request adds credentials that the client does not have.
                secrets |= credentials_of(answer.request.headers)
                reply_headers = {name.lower(): value for name, value in answer.headers.items()}
                self.clock.note(reply_headers)
                is_left = reply_headers.get("content-encoding") in self.encodings
                body = bounded_content(
                    _raw(answer), {} if is_left else reply_headers, self.bounds.largest
                )
                outcome(f"{status}, {len(body):,} bytes")
        except OutOfBoundsError as error:
            raise TooLargeError(f"{self.target}: {request}: the answer {error}") from error
        except (TooLateError, httpx.TimeoutException) as error:
            raise NoAnswerError(f"{self._named} {self._late()}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            text = ERRNO.sub("", masked(str(error), secrets)).lower()
            reason = one_line(text) or type(error).__name__
            raise NoAnswerError(f"{self._named} does not answer: {reason}") from error

        return self._reply(request, status, reply_headers, body, secrets)

    def _reply(
        self,
        request: str,
        status: int,
        headers: Mapping[str, str],
        content: bytes,
        secrets: frozenset[str],
    ) -> HttpReply:
        return HttpReply(
            server=self.target,
            request=request,
            status_code=status,
            headers=headers,
            content=content,
            values=self.bounds.values,
            secrets=secrets,
        )

    @property
    def _named(self) -> str:
        return self.url if self.target == self.url else f"{self.target}: {self.url}"

    def _late(self) -> str:
        together = self.bounds.together
        if together is not None and together.left <= 0:
            return f"took over {together.total:g} s for all its answers, and the rest is not read"
        return "does not answer in time"

    def _accepted(self, reply: HttpReply) -> HttpReply:
        if reply.status_code == httpx.codes.UNAUTHORIZED:
            raise ProviderError(
                f"{self.target}: {reply.request} answers 401: the credential is refused"
            )
        if reply.is_redirect:
            raise ProviderError(
                f"{self.target}: {reply.request} leads elsewhere ({reply.status_code}), and "
                "redirects are not followed; write the address that it leads to"
            )
        return reply


def wanted_pause(headers: Mapping[str, str], otherwise: float, longest: float) -> float:
    """Return the seconds that the server asks to wait: a number or a date (RFC 9110, 10.2.3).

    Return `otherwise` if it does not say, and at most `longest`.
    """
    text = next((headers[name] for name in RETRY_HEADERS if name in headers), "")
    if SECONDS.fullmatch(text):
        return min(float(text), longest)
    try:
        seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return otherwise
    return min(max(seconds, otherwise), longest)


def open_client(
    url: str,
    headers: Mapping[str, str],
    *,
    writable: bool = False,
    transport: httpx.BaseTransport | None = None,
    auth: tuple[str, str] | httpx.Auth | None = None,
    questions: tuple[str, ...] = (),
) -> httpx.Client:
    """Open a client of a single server, without the proxies of the environment and redirects."""
    guard = Guard(
        transport or WireTransport(url), httpx.URL(url), writable=writable, questions=questions
    )
    return httpx.Client(
        transport=guard,
        headers=headers,
        auth=auth,
        timeout=BACKSTOP,
        trust_env=False,
        follow_redirects=False,
    )


def _raw(answer: httpx.Response) -> Iterator[bytes]:
    """Yield the bytes as they arrive, because httpx would decompress them without a limit."""
    if isinstance(answer.stream, httpx.SyncByteStream):
        yield from answer.stream


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
