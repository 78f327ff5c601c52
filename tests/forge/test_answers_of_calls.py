"""What becomes of a read and of a write, for each answer or error: tries, waits and the message."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from json import JSONDecodeError
from typing import Any, Final

import httpx
import pytest
from github import BadAttributeException, GithubException
from requests.exceptions import ConnectionError as NoConnectionError
from requests.exceptions import ConnectTimeout, ReadTimeout
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from reliability.errors import ForgeError
from reliability.forge.forge import NoteRefusedError, ReadOnlyError, UnknownOutcomeError
from reliability.forge.github.calls import Calls, GoneError, UnreadableError
from reliability.http.bounds import TooLateError
from reliability.http.reply import TooLargeError, UnexpectedReplyError
from reliability.http.server import NoAnswerError

NOW: Final = 1000.0


@dataclass(slots=True)
class Script:
    """A call that ends with one error after the other, and then returns the number of its tries."""

    errors: list[Exception]
    tries: int = 0
    pauses: list[float] = field(default_factory=list)
    seconds: int = 600

    def call(self) -> int:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.tries

    def of(self, method: str) -> tuple[object, list[float]]:
        """The result or the error of a read or a write, and the waits before it."""
        calls = Calls(self.pauses.append, lambda: NOW, patience=timedelta(seconds=self.seconds))
        way: Callable[[str, Callable[[], int]], int] = getattr(calls, method)
        try:
            return way("the issue", self.call), self.pauses
        except ForgeError as error:
            return (type(error), str(error)), self.pauses


def status(number: int, data: Any = None, **headers: str) -> GithubException:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return GithubException(number, {"message": "no"} if data is None else data, named)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def unconnected() -> Exception:
    """No connection, as `requests` reports it."""
    reason = NewConnectionError(HTTPConnection("127.0.0.1"), "refused")
    return NoConnectionError(MaxRetryError(HTTPConnectionPool("127.0.0.1"), "/", reason))


GONE: Final = "the issue: github has no such thing, or hides it from this token"
TOKEN: Final = "the issue: github does not accept the token; set GITHUB_TOKEN anew"
BROKE: Final = "the issue: the connection to github broke before it answered"
UNREAD: Final = "the issue: github's answer cannot be read"
LATE: Final = "the issue: github does not answer in time"
UNREACHED: Final = "the issue: github cannot be reached"
RETRIED: Final = [0.5, 2.0, 8.0]


@pytest.mark.parametrize(
    ("error", "read", "pauses", "write"),
    [
        (lambda: status(401), (ForgeError, TOKEN), [], None),
        (
            lambda: status(403),
            (ForgeError, "the issue: the token may not read this; github says: no"),
            [],
            (ReadOnlyError, "the issue: the token may not write here; github says: no"),
        ),
        (lambda: status(404), (GoneError, GONE), [], None),
        (lambda: status(410), (GoneError, GONE), [], None),
        (
            lambda: status(422),
            (NoteRefusedError, "the issue: github answers 422: no"),
            [],
            None,
        ),
        (lambda: status(499), (NoteRefusedError, "the issue: github answers 499: no"), [], None),
        (
            lambda: status(500),
            (NoteRefusedError, "the issue: github answers 500: no"),
            RETRIED,
            (UnknownOutcomeError, "the issue: github answers 500"),
        ),
        (
            lambda: status(200, {"errors": [{"type": "FORBIDDEN", "message": "not you"}]}),
            (ForgeError, "the issue: the token may not read this; github says: not you"),
            [],
            (ReadOnlyError, "the issue: the token may not write here; github says: not you"),
        ),
        (lambda: ReadTimeout("x"), (ForgeError, LATE), RETRIED, (UnknownOutcomeError, LATE)),
        (lambda: ConnectTimeout("x"), (ForgeError, LATE), [], None),
        (lambda: unconnected(), (ForgeError, UNREACHED), [], None),
        (
            lambda: NoConnectionError(ProtocolError("reset")),
            (ForgeError, BROKE),
            RETRIED,
            (UnknownOutcomeError, BROKE),
        ),
        (
            lambda: NoConnectionError(),
            (ForgeError, BROKE),
            RETRIED,
            (UnknownOutcomeError, BROKE),
        ),
        (
            lambda: caused(NoAnswerError("x"), httpx.ConnectError("x")),
            (ForgeError, UNREACHED),
            [],
            None,
        ),
        (
            lambda: caused(NoAnswerError("x"), httpx.ConnectTimeout("x")),
            (ForgeError, UNREACHED),
            [],
            None,
        ),
        (
            lambda: caused(NoAnswerError("x"), httpx.ReadError("x")),
            (ForgeError, BROKE),
            RETRIED,
            (UnknownOutcomeError, BROKE),
        ),
        (
            lambda: caused(NoAnswerError("x"), TooLateError()),
            (ForgeError, LATE),
            RETRIED,
            (UnknownOutcomeError, LATE),
        ),
        (
            lambda: TooLargeError("github: it is too large"),
            (ForgeError, "the issue: github: it is too large"),
            [],
            (UnknownOutcomeError, "the issue: github: it is too large"),
        ),
        (
            lambda: UnexpectedReplyError("github: not JSON"),
            (ForgeError, "the issue: github: not JSON"),
            [],
            (UnknownOutcomeError, "the issue: github: not JSON"),
        ),
        (
            lambda: JSONDecodeError("x", "{", 1),
            (ForgeError, UNREAD),
            RETRIED,
            (UnknownOutcomeError, UNREAD),
        ),
        (
            lambda: KeyError("number"),
            (
                UnreadableError,
                "the issue: github's answer is not as it documents it: 'number'",
            ),
            [],
            (
                UnknownOutcomeError,
                "the issue: github's answer is not as it documents it: 'number'",
            ),
        ),
        (
            lambda: ValueError(f"a\n {'x' * 200}"),
            (
                UnreadableError,
                f"the issue: github's answer is not as it documents it: a {'x' * 118}",
            ),
            [],
            (
                UnknownOutcomeError,
                f"the issue: github's answer is not as it documents it: a {'x' * 118}",
            ),
        ),
        (
            lambda: AssertionError("labels"),
            (ForgeError, "the issue: pygithub refuses it: labels"),
            [],
            None,
        ),
    ],
)
def test_an_error_is_tried_again_or_reported(
    error: Callable[[], Exception],
    read: tuple[type[Exception], str],
    pauses: list[float],
    write: tuple[type[Exception], str] | None,
) -> None:
    every = Script([error() for _ in range(9)])
    assert every.of("read") == (read, pauses)
    assert every.tries == len(pauses) + 1
    if pauses:
        assert Script([error(), error()]).of("read") == (3, pauses[:2])
    once = Script([error() for _ in range(9)])
    assert once.of("write") == (read if write is None else write, [])
    assert once.tries == 1


@pytest.mark.parametrize(("number", "was_deleted"), [(404, False), (410, True)])
def test_only_410_says_that_something_was_deleted(number: int, was_deleted: bool) -> None:
    with pytest.raises(GoneError) as gone:
        Calls().read("the issue", Script([status(number)]).call)
    assert gone.value.was_deleted is was_deleted


def test_a_value_of_another_type_is_not_what_github_documents() -> None:
    error = BadAttributeException(7, (str, str), None)
    result, _ = Script([error]).of("read")
    assert isinstance(result, tuple)
    assert result[0] is UnreadableError
    assert result[1].startswith("the issue: github's answer is not as it documents it: ")


LIMITED: Final = {"message": "You have exceeded a secondary rate limit."}


@pytest.mark.parametrize("method", ["read", "write"])
@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (lambda: status(403, retry_after="7"), 7.0),
        (lambda: status(403, retry_after="7.5"), 7.5),
        (lambda: status(403, retry_after="0"), 0.0),
        (lambda: status(429, retry_after="7"), 7.0),
        (lambda: status(429), 60.0),
        (lambda: status(429, retry_after="soon"), 60.0),
        (lambda: status(429, retry_after="1.2.3"), 60.0),
        (lambda: status(403, LIMITED), 60.0),
        (lambda: status(403, x_ratelimit_remaining="0", x_ratelimit_reset="1030"), 31.0),
        (lambda: status(403, x_ratelimit_remaining="0", x_ratelimit_reset="1000"), 1.0),
        (lambda: status(403, x_ratelimit_remaining="0", x_ratelimit_reset="900"), 1.0),
        (lambda: status(429, x_ratelimit_remaining="1", x_ratelimit_reset="1030"), 60.0),
        (lambda: status(429, x_ratelimit_remaining="0", x_ratelimit_reset=""), 60.0),
        (lambda: status(200, {"errors": [{"type": "RATE_LIMITED"}]}), 60.0),
        (
            lambda: status(200, {"errors": ["x", {"type": "RATE_LIMITED"}]}, retry_after="9"),
            9.0,
        ),
    ],
)
def test_a_rate_limit_is_waited_for(
    method: str, error: Callable[[], Exception], pause: float
) -> None:
    assert Script([error()]).of(method) == (2, [pause])


def test_a_secondary_limit_without_a_time_is_waited_for_twice_as_long_each_time() -> None:
    assert Script([status(429) for _ in range(3)]).of("write") == (4, [60.0, 120.0, 240.0])


@pytest.mark.parametrize(
    ("patience", "message"),
    [
        (180, None),
        (
            179,
            "the issue: github's rate limit asks to wait 120 s, after 60 s so far, and we wait "
            "179 s at most; run again later",
        ),
        (
            59,
            "the issue: github's rate limit asks to wait 60 s, after 0 s so far, and we wait 59 s "
            "at most; run again later",
        ),
    ],
)
def test_waits_together_are_as_long_as_the_patience(patience: int, message: str | None) -> None:
    script = Script([status(429), status(429)], seconds=patience)
    result, _ = script.of("read")
    assert result == (3 if message is None else (ForgeError, message))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"message": "Validation\n Failed"}, "Validation Failed"),
        (
            {"message": "no", "errors": [{"message": "a"}, {"field": "b"}, "c", 7, {}]},
            "no: a; b; c; ",
        ),
        ({"errors": ["c"]}, "c"),
        ({"message": "", "errors": []}, "status 422"),
        ({"message": None, "errors": None}, "status 422"),
        ("a text", "status 422"),
        ({"message": "x" * 300}, "x" * 300),
        ({"message": "x" * 301}, "x" * 300),
    ],
)
def test_the_reason_of_github_is_on_one_line(data: Any, reason: str) -> None:
    result, _ = Script([status(422, data)]).of("write")
    assert result == (NoteRefusedError, f"the issue: github answers 422: {reason.strip()}")
