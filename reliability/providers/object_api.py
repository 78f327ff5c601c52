"""Requests to an API, one for each object: refusals, rate limits, and lost answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import httpx
from pydantic import TypeAdapter

from reliability.errors import ProviderError
from reliability.http.bounds import Allowance, AnswerBounds
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer, NoAnswerError, Retries, open_client, wanted_pause
from reliability.model.targets import DatadogTarget, GrafanaTarget, PagerDutyTarget
from reliability.providers.http import ensure_allowed

Item = TypeVar("Item")
Result = TypeVar("Result")
READS_AT_ONCE: Final = 4
"""Reads of several objects at the same time.

They wait for the server most of the time. Rate limits are still the server's: PagerDuty allows 960
requests a minute, which four connections reach.
"""
TRIES: Final = 8
LONGEST_PAUSE: Final = 60.0
TOO_MANY: Final = 429
GONE: Final = 404
FORBIDDEN: Final = 403
OBJECT: Final = TypeAdapter(dict[str, Any])
TOGETHER: Final = 4 * 3600.0
"""Seconds that all responses may take together: each object is a request of its own."""
RETRIES: Final = Retries(
    statuses=frozenset({429, 500, 502, 503, 504}),
    pauses=(0.5, 1.0, 2.0, 4.0, 8.0),
    longest_pause=LONGEST_PAUSE,
)
ErrorsOf = Callable[[HttpReply], str]
"""Returns what a server says is wrong, on one line."""


class RefusedError(Exception):
    """The server refuses one request; the text says why."""


class LostAnswerError(Exception):
    """It is not known whether a request was carried out."""


class StaleError(Exception):
    """An object is not as it was when the plan was made."""


class UnverifiedError(Exception):
    """The server stored something else than what was sent."""


def open_object_server(
    target: DatadogTarget | GrafanaTarget | PagerDutyTarget,
    headers: Mapping[str, str],
    allowed_hosts: Iterable[str],
    *,
    writable: bool,
    questions: tuple[str, ...] = (),
    transport: httpx.BaseTransport | None = None,
) -> HttpServer:
    """Open a client of an API; `questions` are ends of paths to which a POST changes nothing.

    Raises:
        ProviderError: its host is not allowed.
    """
    ensure_allowed(target.name, target.url, allowed_hosts)
    client = open_client(
        target.url, headers, writable=writable, questions=questions, transport=transport
    )
    return HttpServer(
        target=target.name,
        url=target.url.rstrip("/"),
        client=client,
        bounds=AnswerBounds(target.timeout.total_seconds(), together=Allowance(TOGETHER)),
        retries=RETRIES,
    )


def read_each(read: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield what is read for each item, in their order, several at the same time.

    The first exception ends it; what has not been read by then is not read any more.
    """
    with ThreadPoolExecutor(READS_AT_ONCE) as pool:
        yield from pool.map(read, items)


def sent(server: HttpServer, send: Callable[[], HttpReply]) -> HttpReply:
    """Send a write, again while there were too many: such a request was not carried out.

    Raises:
        LostAnswerError: there is no answer.
        ProviderError: the server refuses the credential.
    """
    for number in range(TRIES):
        try:
            reply = send()
        except NoAnswerError as error:
            raise LostAnswerError(str(error)) from error
        if reply.status_code != TOO_MANY or number == TRIES - 1:
            break
        server.pause(wanted_pause(reply.headers, 1.0, LONGEST_PAUSE))
    return reply


def ensure_read(reply: HttpReply, errors_of: ErrorsOf) -> None:
    """Ensure that a read succeeded.

    Raises:
        ProviderError: it did not.
    """
    if reply.is_success:
        return
    is_forbidden = reply.status_code == FORBIDDEN
    hint = "; the key may lack a permission" if is_forbidden else ""
    raise ProviderError(
        f"{reply.server}: {reply.request} answers {reply.status_code}: {errors_of(reply)}{hint}"
    )


def ensure_written(reply: HttpReply, errors_of: ErrorsOf) -> None:
    """Ensure that a write succeeded.

    Raises:
        LostAnswerError: the server failed, so the write may have been carried out.
        RefusedError: the server refuses it.
    """
    if reply.is_success:
        return
    text = f"{reply.request} answers {reply.status_code}: {errors_of(reply)}"
    if reply.status_code >= 500:
        raise LostAnswerError(text)
    raise RefusedError(text)
