"""`POST /-/reload` of Prometheus and Alertmanager: they return 200, or 500 and a reason as text."""

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
"""Seconds to wait for the end of a reload whose response was lost."""


@dataclass(frozen=True, slots=True)
class ReloadState:
    """State of a server's last reload; `last_success` is in seconds since 1970."""

    successful: bool
    last_success: float


def ensure_reloadable(server: HttpServer, advice: str) -> None:
    """Ensure that a server has the path that reloads it, without making it reload.

    Raises:
        ProviderError: it has not, or does not answer.
    """
    # Both servers register the reload for POST, and answer GET with 405 (web/web.go).
    status = server.get(PATH).status_code
    if status != httpx.codes.METHOD_NOT_ALLOWED:
        raise ProviderError(
            f"{server.target}: {PATH} returned {status}, so nothing was written; {advice}"
        )


def reload(server: HttpServer, metrics: str) -> str | None:
    """Make a server reload its files; return the reason if it refuses them, else None.

    `metrics` is the prefix of the names of its metrics, `prometheus` or `alertmanager`.

    Raises:
        ProviderError: the result of the reload is not known.
    """
    before = reload_state(server, metrics)
    try:
        reply = server.post(PATH)
    except NoAnswerError:
        # The reload may still be running. A second one would queue behind it and report on files of
        # another moment.
        return _settled(server, metrics, before)

    if reply.status_code == httpx.codes.OK:
        return None
    text = reply.words.removeprefix(PREFIX)
    # A 500 is the server's answer that it refuses the files, with the reason; every other status
    # comes from something in between, which says nothing about the files.
    if reply.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
        return text

    raise ProviderError(f"{server.target}: POST {PATH} returned {reply.status_code}: {text}")


def reload_state(server: HttpServer, metrics: str) -> ReloadState:
    """Read the state of a server's last reload.

    Raises:
        ProviderError: its metrics do not contain it.
    """
    text = server.get("/metrics").text
    return ReloadState(
        metric(text, f"{metrics}_config_last_reload_successful", server) == 1,
        metric(text, f"{metrics}_config_last_reload_success_timestamp_seconds", server),
    )


def metric(text: str, name: str, server: HttpServer) -> float:
    """Return the value of a metric without labels, from the text of a server's `/metrics`.

    Raises:
        ProviderError: it is missing, or not a number.
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
    """Wait for the end of a reload whose response was lost, instead of a second reload."""
    for _ in range(PATIENCE):
        server.pause(1.0)
        now = reload_state(server, metrics)
        if now.last_success > before.last_success:
            return None
        # If the last reload had failed before this one as well, the metric cannot show a new
        # failure, so only the time limit ends the wait.
        if before.successful and not now.successful:
            return "the response was lost, and the server reports that the reload failed"
    raise ProviderError(
        f"{server.target}: {server.url} did not finish its reload within {PATIENCE} s"
    )
