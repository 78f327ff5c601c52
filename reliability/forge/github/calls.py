"""Calls to GitHub: reads are retried, rate limits are waited for, lost writes are reported.

A request that a rate limit refused had no effect, so it is sent again after the time that GitHub
documents ("Best practices for using the REST API"). A write without an answer may have taken
effect, so it is not retried: it raises `UnknownOutcomeError`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from json import JSONDecodeError
from typing import Any, Final, TypeVar

import httpx
from github import BadAttributeException, GithubException
from requests.exceptions import ConnectTimeout, RequestException, Timeout
from urllib3.exceptions import NewConnectionError

from reliability.errors import ForgeError, ProviderError
from reliability.forge.forge import NoteRefusedError, ReadOnlyError, UnknownOutcomeError
from reliability.http.bounds import TooLateError
from reliability.http.reply import TooLargeError, UnexpectedReplyError
from reliability.http.server import NoAnswerError

T = TypeVar("T")

PAUSES: Final = (0.5, 2.0, 8.0)
"""Seconds between two tries of a read, if GitHub does not say how long to wait."""

SECONDARY_PAUSE: Final = 60.0
"""Seconds to wait for a secondary rate limit without `Retry-After`; doubled each time.

GitHub asks for at least one minute.
"""

SERVER_FAILS: Final = 500
LONGEST_REASON: Final = 120
LOST: Final = (RequestException, JSONDecodeError, ProviderError)
UNREADABLE: Final = (
    BadAttributeException, LookupError, TypeError, AttributeError, ValueError, OverflowError,
)  # fmt: skip
"""Errors of PyGithub for a response whose fields or types are not as documented."""


class UnreadableError(ForgeError):
    """GitHub's answer does not have the documented form."""


class GoneError(NoteRefusedError):
    """The object does not exist, or the token may not see it (GitHub answers 404 for both)."""

    was_deleted = False
    """Whether GitHub reports that it existed (410)."""


@dataclass(slots=True)
class Calls:
    """Calls of one run; `patience` limits the total time of waits for rate limits."""

    pause: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    patience: timedelta = timedelta(minutes=10)
    waited: float = 0.0

    def read(self, what: str, call: Callable[[], T]) -> T:
        """Return the result of a call that changes nothing; retry it if that may help.

        `call` must also read the fields that it needs: PyGithub checks a field only when it is
        read, and then requests one that is missing.

        Raises:
            ForgeError: there is no response, or it is not as GitHub documents it.
        """
        pauses = [*PAUSES]
        while True:
            try:
                return self._within_limits(what, call)
            except LOST as error:
                # Nothing listens there, or something that is not GitHub answers: another try only
                # delays the message.
                is_final = _was_not_sent(error) or isinstance(
                    error, UnexpectedReplyError | TooLargeError
                )
                if is_final or not pauses:
                    raise ForgeError(f"{what}: {_no_answer(error)}") from error
            except GithubException as error:
                # A 4xx is an answer; only 5xx and lost connections may be different the next time.
                if error.status < SERVER_FAILS or not pauses:
                    raise _forge_error(what, error) from error
            self.pause(pauses.pop(0))

    def write(self, what: str, call: Callable[[], T]) -> T:
        """Return the result of a call that writes; it is sent once, unless a rate limit refused it.

        Raises:
            UnknownOutcomeError: it may have taken effect.
            ReadOnlyError: the token may not write here.
            NoteRefusedError: GitHub refuses the content.
            ForgeError: it was not written.
        """
        try:
            return self._within_limits(what, call)
        except GithubException as error:
            # GitHub may have stored a comment and failed afterwards. A second POST would then write
            # it twice, so the caller has to look first (`UnknownOutcomeError`).
            if error.status >= SERVER_FAILS:
                why = f"{what}: github answers {error.status}"
                raise UnknownOutcomeError(why) from error
            raise _forge_error(what, error, writing=True) from error
        except UnreadableError as error:
            raise UnknownOutcomeError(str(error)) from error
        except LOST as error:
            why = f"{what}: {_no_answer(error)}"
            raise (ForgeError if _was_not_sent(error) else UnknownOutcomeError)(why) from error

    def _within_limits(self, what: str, call: Callable[[], T]) -> T:
        secondary = SECONDARY_PAUSE
        while True:
            try:
                return call()
            # Before `UNREADABLE`: a JSONDecodeError is a ValueError, and means a cut answer here.
            except LOST:
                raise
            except UNREADABLE as error:
                reason = " ".join(str(error).split())[:LONGEST_REASON]
                raise UnreadableError(
                    f"{what}: github's answer is not as it documents it: {reason}"
                ) from error
            except (RuntimeError, AssertionError) as error:
                raise ForgeError(f"{what}: pygithub refuses it: {error}") from error
            except GithubException as error:
                wait = self._wait(error, secondary)
                if wait is None:
                    raise
                self._wait_for_limit(what, wait)
                # GitHub asks for growing waits if a secondary limit persists ("Best practices for
                # using the REST API").
                secondary *= 2

    def _wait(self, error: GithubException, secondary: float) -> float | None:
        """Return the seconds until a rate limit allows the request; None for any other error."""
        headers = error.headers or {}
        # GraphQL reports its limit with status 200 and an error of this type.
        if error.status not in (403, 429) and not _is_graphql(error, "RATE_LIMITED"):
            return None
        if (after := _number(headers, "retry-after")) is not None:
            return after

        reset = _number(headers, "x-ratelimit-reset")
        if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
            # One second more, for clocks that differ and for the fraction that the header cuts off.
            return max(reset - self.now(), 0) + 1

        # A 403 also means a token without the permission; only the text tells the two apart.
        is_limit = error.status != 403 or "rate limit" in _message(error).lower()
        return secondary if is_limit else None

    def _wait_for_limit(self, what: str, wait: float) -> None:
        if self.waited + wait > self.patience.total_seconds():
            longest = self.patience.total_seconds()
            raise ForgeError(
                f"{what}: github's rate limit asks to wait {wait:.0f} s, after {self.waited:.0f} s "
                f"so far, and we wait {longest:.0f} s at most; run again later"
            )
        self.waited += wait
        self.pause(wait)


def _forge_error(what: str, error: GithubException, *, writing: bool = False) -> ForgeError:
    """Convert an error of PyGithub to one that a person can act on."""
    reason = _message(error)
    if error.status == 401:
        return ForgeError(f"{what}: github does not accept the token; set GITHUB_TOKEN anew")
    if error.status == 403 or _is_graphql(error, "FORBIDDEN"):
        if writing:
            return ReadOnlyError(f"{what}: the token may not write here; github says: {reason}")
        return ForgeError(f"{what}: the token may not read this; github says: {reason}")

    if error.status in (404, 410):
        gone = GoneError(f"{what}: github has no such thing, or hides it from this token")
        gone.was_deleted = error.status == 410
        return gone

    return NoteRefusedError(f"{what}: github answers {error.status}: {reason}")


def _message(error: GithubException) -> str:
    """Return the message of GitHub on one line, with its `errors`, which name wrong fields."""
    data: Any = error.data if isinstance(error.data, dict) else {}
    details = [
        str(item if isinstance(item, str) else item.get("message") or item.get("field") or "")
        for item in data.get("errors") or []
        if isinstance(item, str | dict)
    ]
    text = ": ".join(filter(None, [str(data.get("message") or ""), "; ".join(details)]))
    return " ".join(text.split())[:300] or f"status {error.status}"


def _is_graphql(error: GithubException, kind: str) -> bool:
    data: Any = error.data if isinstance(error.data, dict) else {}
    errors = data.get("errors") or []
    return any(isinstance(failure, dict) and failure.get("type") == kind for failure in errors)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(name, "")
    return float(text) if text.replace(".", "", 1).isdigit() else None


def _was_not_sent(error: Exception) -> bool:
    """Return whether no connection was made, so that nothing can have taken effect."""
    if isinstance(error, ConnectTimeout):
        return True
    if isinstance(error, NoAnswerError):
        return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout)
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)


def _no_answer(error: Exception) -> str:
    if isinstance(error, Timeout) or isinstance(error.__cause__, TooLateError):
        return "github does not answer in time"
    if _was_not_sent(error):
        return "github cannot be reached"
    if isinstance(error, TooLargeError | UnexpectedReplyError):
        return str(error)
    if isinstance(error, RequestException | NoAnswerError):
        return "the connection to github broke before it answered"
    return "github's answer cannot be read"
