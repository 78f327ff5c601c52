"""Questions to the server of a history: asked again if it is busy, and never to another host."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pydantic import TypeAdapter

from reliability.errors import ProviderError, SourceError
from reliability.history.sources.unread import UnavailableError
from reliability.http.bounds import MEBIBYTE, AnswerBounds
from reliability.http.reply import HttpReply, UnexpectedReplyError
from reliability.http.server import HttpServer, NoAnswerError, Retries, open_client

PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between one try and the next, if the server does not say how long."""

RETRIES: Final = Retries(
    statuses=frozenset({429, 500, 502, 503, 504}),
    pauses=PAUSES,
    longest_pause=60.0,
    if_unreachable=True,
)
BOUNDS: Final = AnswerBounds(longest=120.0, largest=256 * MEBIBYTE, values=60_000_000)
"""A chunk of raw samples is the largest answer there is: some 25 bytes and three values each."""

QUESTIONS: Final = ("/api/v1/read",)
"""Paths of reads that are sent as a POST: remote read."""

ANYTHING: Final = TypeAdapter(dict[str, Any])


def open_source_server(
    url: str, headers: Mapping[str, str], pause: Callable[[float], None] = time.sleep
) -> HttpServer:
    """A server that history is read from."""
    address = url.rstrip("/")
    client = open_client(address, headers, questions=QUESTIONS)
    return HttpServer(
        target=address,
        url=address,
        client=client,
        pause=pause,
        bounds=BOUNDS,
        retries=RETRIES,
        encodings=frozenset({"snappy"}),
    )


def ask(server: HttpServer, path: str, query: Mapping[str, str | int]) -> HttpReply:
    """The answer to a question that may be repeated, once the server accepts it.

    Raises:
        UnavailableError: it does not answer after several tries.
        SourceError: it refuses, or leads elsewhere.
    """
    tries = len(server.in_vain.pauses(server.retries.pauses)) + 1
    with as_source():
        reply = server.get(path, query)
    if reply.is_success:
        return reply

    if reply.status_code in server.retries.statuses:
        raise UnavailableError(
            f"{server.url} does not answer after {tries} tries: {_reason(reply)}"
        )

    raise SourceError(f"{server.url} refuses: {_reason(reply)}")


@contextmanager
def as_source() -> Iterator[None]:
    """Errors of the client, as those of a history source."""
    try:
        yield
    except NoAnswerError as error:
        raise UnavailableError(str(error)) from error
    except ProviderError as error:
        raise SourceError(str(error)) from error


def _reason(reply: HttpReply) -> str:
    """The status, and the reason if the server gives one: `error`, or a list of `errors`."""
    try:
        body = reply.read(ANYTHING, "a server of history")
    except (UnexpectedReplyError, ProviderError):
        return f"{reply.status_code} {reply.words}".rstrip()
    errors = body.get("errors")
    reason = body.get("error") or (errors[0] if isinstance(errors, list) and errors else "")
    return f"{reply.status_code} {reply.one_line(str(reason))}".rstrip()
