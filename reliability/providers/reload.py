"""`POST /-/reload`, as Prometheus and Alertmanager have it: 200, or 500 and the reason as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import httpx

from reliability.errors import ProviderError
from reliability.http.reply import one_line
from reliability.providers.http import HttpServer, NoAnswerError

PATH: Final = "/-/reload"
PREFIX: Final = "failed to reload config: "
PATIENCE: Final = 60
"""Seconds that a reload may take whose answer was lost on the way."""


@dataclass(frozen=True, slots=True)
class ReloadState:
    """What a server's metrics say of its last reload."""

    successful: bool
    last_success: float


def ensure_reloadable(server: HttpServer, advice: str) -> None:
    """Make sure that a server would reload, without having it do so.

    A server that reloads on POST answers GET with 405, one that never does with 403.

    Raises:
        ProviderError: it would not, or there is no answer.
    """
    status = server.get(PATH).status_code
    if status != httpx.codes.METHOD_NOT_ALLOWED:
        raise ProviderError(
            f"{server.target}: {PATH} returned {status}, so nothing was written; {advice}"
        )


def reload(server: HttpServer, metrics: str) -> str | None:
    """Have a server read its files again; the reason where it refuses them.

    `metrics` is how the names of its metrics begin, `prometheus` or `alertmanager`.

    Raises:
        ProviderError: there is no telling what became of it.
    """
    before = reload_state(server, metrics)
    try:
        reply = server.post(PATH)
    except NoAnswerError:
        return _settled(server, metrics, before)

    if reply.status_code == httpx.codes.OK:
        return None
    text = reply.words.removeprefix(PREFIX)
    if reply.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
        return text

    raise ProviderError(f"{server.target}: POST {PATH} returned {reply.status_code}: {text}")


def reload_state(server: HttpServer, metrics: str) -> ReloadState:
    """What a server says of its last reload.

    Raises:
        ProviderError: it does not say.
    """
    text = server.get("/metrics").text
    return ReloadState(
        metric(text, f"{metrics}_config_last_reload_successful", server) == 1,
        metric(text, f"{metrics}_config_last_reload_success_timestamp_seconds", server),
    )


def metric(text: str, name: str, server: HttpServer) -> float:
    """The value of a metric without labels, from a server's `/metrics`.

    Raises:
        ProviderError: it is not there, or not a number.
    """
    line = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    if line is None:
        raise ProviderError(f"{server.target}: {server.url}/metrics has no metric {name}")

    try:
        return float(line[1])
    except ValueError as error:
        value = one_line(line[1][:40])
        raise ProviderError(
            f"{server.target}: {server.url}/metrics has {value!r} for {name}, not a number"
        ) from error


def _settled(server: HttpServer, metrics: str, before: ReloadState) -> str | None:
    """Wait for the end of a reload whose answer was lost, instead of asking for another."""
    for _ in range(PATIENCE):
        server.pause(1.0)
        now = reload_state(server, metrics)
        if now.last_success > before.last_success:
            return None
        if before.successful and not now.successful:
            return "the response was lost, and the server reports that the reload failed"
    raise ProviderError(
        f"{server.target}: {server.url} did not finish its reload within {PATIENCE} s"
    )
