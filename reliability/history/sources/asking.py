"""Questions to a server over HTTP: asked again where it is busy, and never to another host."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from reliability.errors import SourceError

TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between one try and the next, where the server does not say how long."""

SAYS_HOW_LONG: Final = ("Retry-After", "X-RateLimit-Reset")
LONGEST_PAUSE: Final = 60.0
TIMEOUT: Final = 120.0


def open_client(url: str, headers: Mapping[str, str]) -> httpx.Client:
    """A client without proxies of the environment, that follows no redirect."""
    return httpx.Client(
        headers=headers,
        timeout=TIMEOUT,
        trust_env=False,
        follow_redirects=False,
        verify=ssl.create_default_context() if url.startswith("https:") else False,
    )


def ask(
    client: httpx.Client,
    url: str,
    path: str,
    query: Mapping[str, str],
    pause: Callable[[float], None],
) -> httpx.Response:
    """The answer to a question that may be repeated, once the server accepts it.

    Raises:
        SourceError: it does not answer after several tries, refuses, or leads elsewhere.
    """
    failure = ""
    for seconds in (*PAUSES, None):
        asked = ""
        try:
            reply = client.get(url + path, params=query)
        except httpx.TransportError as error:
            failure = str(error) or type(error).__name__
        else:
            if reply.status_code not in TRY_AGAIN:
                return _accepted(url, reply)
            failure = _said(reply)
            asked = next(
                (reply.headers[name] for name in SAYS_HOW_LONG if name in reply.headers), ""
            )
        if seconds is not None:
            pause(min(_pause(asked, seconds), LONGEST_PAUSE))
    raise SourceError(f"{url} does not answer after {len(PAUSES) + 1} tries: {failure}")


def _accepted(url: str, reply: httpx.Response) -> httpx.Response:
    if reply.is_redirect:
        raise SourceError(
            f"{url} leads elsewhere ({reply.status_code}), and only the host of "
            "policies/history.yaml is asked; write the address that it leads to there"
        )
    if not reply.is_success:
        raise SourceError(f"{url} refuses: {_said(reply)}")
    return reply


def _pause(asked: str, otherwise: float) -> float:
    """Retry-After in seconds or as a date (RFC 9110, 10.2.3); our own pause where it says none."""
    if asked.isdigit():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return otherwise
    return max((until - datetime.now(UTC)).total_seconds(), otherwise)


def _said(reply: httpx.Response) -> str:
    """The status, and the reason where the server gives one: `error`, or a list of `errors`."""
    try:
        body = reply.json()
        reason = body["error"] if "error" in body else body["errors"][0]
    except (ValueError, KeyError, TypeError, IndexError):
        reason = reply.reason_phrase
    return f"{reply.status_code} {reason}"
