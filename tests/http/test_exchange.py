"""One exchange with a server: what is sent, what is read of it, its limits, and its trace."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import httpx
import pytest
from pydantic import TypeAdapter

from reliability.errors import ProviderError
from reliability.http.bounds import (
    MEBIBYTE,
    Allowance,
    AnswerBounds,
    OutOfBoundsError,
    TooLateError,
    bounded_content,
    ensure_few_values,
    time_left,
    time_limit,
)
from reliability.http.reply import HttpReply, TooLargeError, UnexpectedReplyError, one_line
from reliability.http.server import HttpServer, NoAnswerError, Retries, open_client, wanted_pause
from reliability.tracing import listening

URL: Final = "http://p:9090/prefix"
Answer = tuple[int, bytes, dict[str, str]]
Ask = Callable[[HttpServer], HttpReply]


class Exchange:
    """A server that answers everything alike, and keeps what it got."""

    def __init__(self, answer: Answer | Exception = (200, b"{}", {})) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        status, content, headers = self.answer
        return httpx.Response(status, stream=Stream(content), headers=headers)

    def asked(self, ask: Ask, url: str = URL, **settings: Any) -> HttpReply:
        transport = httpx.MockTransport(self)
        with open_client(url, {"A": "client"}, writable=True, transport=transport) as client:
            given = {"target": "p", "url": url, "client": client, "pause": self.pauses.append}
            return ask(HttpServer(**{**given, **settings}))

    def refusal(self, ask: Ask, **settings: Any) -> str:
        with pytest.raises(ProviderError) as refused:
            self.asked(ask, **settings)
        return str(refused.value)


class Stream(httpx.SyncByteStream):
    """Content in pieces of ten bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __iter__(self) -> Any:
        return (self.content[at : at + 10] for at in range(0, len(self.content), 10))


def get(server: HttpServer) -> HttpReply:
    return server.get("/x", {"a": "b c", "n": 1})


def test_a_read_and_its_reply() -> None:
    exchange = Exchange((418, b"tea", {"X-Kind": "Pot", "Location": "here"}))
    reply = exchange.asked(get)
    assert (reply.status_code, reply.content, reply.text) == (418, b"tea", "tea")
    assert (reply.server, reply.request) == ("p", "GET /prefix/x")
    assert reply.headers == {"x-kind": "Pot", "location": "here"}
    assert (reply.values, reply.is_redirect) == (10_000_000, False)
    [request] = exchange.requests
    assert str(request.url) == f"{URL}/x?a=b+c&n=1"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert (request.headers["A"], "Content-Type" in request.headers) == ("client", False)


@pytest.mark.parametrize(
    ("ask", "method", "content", "headers"),
    [
        (
            lambda server: server.ask("/q", b"abc", {"Content-Type": "x/y", "B": "2"}),
            "POST",
            b"abc",
            {"Content-Type": "x/y", "B": "2"},
        ),
        (
            lambda server: server.ask("/q", b"", {}),
            "POST",
            b"",
            {"Content-Type": "application/json"},
        ),
        (
            lambda server: server.write("PUT", "/q", b"1", {"Accept-Encoding": "br"}),
            "PUT",
            b"1",
            {"Content-Type": "application/json", "Accept-Encoding": "gzip"},
        ),
        (lambda server: server.write("DELETE", "/q", None, {"B": "2"}), "DELETE", b"", {"B": "2"}),
        (lambda server: server.post("/q", b"2"), "POST", b"2", {"A": "client"}),
        (
            lambda server: server.send("PATCH", "/q", b"3", {"A": "own"}),
            "PATCH",
            b"3",
            {"A": "own"},
        ),
    ],
)
def test_requests_with_content(
    ask: Ask, method: str, content: bytes, headers: dict[str, str]
) -> None:
    exchange = Exchange()
    assert exchange.asked(ask).request == f"{method} /prefix/q"
    [request] = exchange.requests
    assert (request.method, request.content, request.url.path) == (method, content, "/prefix/q")
    assert {name: request.headers[name] for name in headers} == headers


@pytest.mark.parametrize(
    ("ask", "status", "requests"),
    [
        (get, 503, 3),
        (lambda server: server.ask("/q", b"", {}), 429, 3),
        (lambda server: server.write("PUT", "/q", b"", {}), 503, 3),
        (lambda server: server.post("/q", b""), 503, 1),
        (lambda server: server.send("PUT", "/q", b"", {}), 503, 1),
        (get, 500, 1),
    ],
)
def test_who_is_asked_again(ask: Ask, status: int, requests: int) -> None:
    exchange = Exchange((status, b"", {"RateLimit-Reset": "3"}))
    reply = exchange.asked(ask, retries=Retries(pauses=(1.0, 2.0)))
    assert (reply.status_code, len(exchange.requests)) == (status, requests)
    assert exchange.pauses == [3.0] * (requests - 1)


@pytest.mark.parametrize(("longest", "requests"), [(0.0, 1), (30.0, 4)])
def test_nothing_is_asked_again_after_the_time_of_an_answer(longest: float, requests: int) -> None:
    exchange = Exchange(httpx.ReadError("gone"))
    refusal = exchange.refusal(get, bounds=AnswerBounds(longest=longest))
    assert refusal == f"p: {URL} does not answer: gone"
    assert len(exchange.requests) == requests
    assert exchange.pauses == [0.5, 1.0, 2.0][: requests - 1]


@pytest.mark.parametrize("answer", [(500, b"", {}), httpx.ReadError("broken")])
def test_writes_stop_after_ten_failures_in_a_row(answer: Answer | Exception) -> None:
    exchange = Exchange()

    def attempt(server: HttpServer, status: Answer | Exception, times: int) -> None:
        exchange.answer = status
        for _ in range(times):
            with suppress(NoAnswerError):
                server.write("PUT", "/x", b"1", {})
                server.post("/reload")

    def ask(server: HttpServer) -> HttpReply:
        attempt(server, answer, 9)
        attempt(server, (200, b"", {}), 1)
        attempt(server, answer, 10)
        return server.post("/x", b"1")

    exchange.answer = (200, b"", {})
    sent = exchange.refusal(ask, retries=Retries(pauses=()))
    assert re.search(r"not sent, because the last 10 writes failed \(.+\); run it again", sent)


def test_send_takes_any_status() -> None:
    for status in (302, 401):
        exchange = Exchange((status, b"", {"Location": "/there"}))
        assert (
            exchange.asked(lambda server: server.send("GET", "/x", None, {})).status_code == status
        )
    for ask in (get, lambda server: server.post("/x"), lambda server: server.ask("/x", b"", {})):
        method = "GET" if ask is get else "POST"
        assert Exchange((401, b"", {})).refusal(ask) == (
            f"p: {method} /prefix/x answers 401: the credential is refused"
        )
        assert Exchange((308, b"", {"Location": "/there"})).refusal(ask) == (
            f"p: {method} /prefix/x leads elsewhere (308), and redirects are not followed; write "
            "the address that it leads to"
        )


def test_an_address_may_end_with_a_slash() -> None:
    exchange = Exchange()
    assert exchange.asked(get, url="http://p:9090/").request == "GET /x"


@pytest.mark.parametrize("error", [httpx.StreamClosed(), UnicodeError("bad\nname"), KeyError("a")])
def test_errors_of_an_exchange(error: Exception) -> None:
    exchange = Exchange(error)
    settings: dict[str, Any] = {"retries": Retries(pauses=())}
    if isinstance(error, KeyError):
        with pytest.raises(KeyError):
            exchange.asked(get, **settings)
        return
    refusal = exchange.refusal(get, **settings)
    assert refusal.startswith(f"p: {URL} does not answer: ")
    assert "\n" not in refusal


@pytest.mark.parametrize("encodings", [frozenset(), frozenset({"snappy", "br"})])
def test_content_in_an_encoding_of_the_caller_is_left_as_it_is(encodings: frozenset[str]) -> None:
    exchange = Exchange((200, b"\x00\x01" * 20, {"Content-Encoding": "snappy"}))
    if encodings:
        reply = exchange.asked(get, encodings=encodings)
        assert (reply.content, reply.headers["content-encoding"]) == (b"\x00\x01" * 20, "snappy")
        large = {"encodings": encodings, "bounds": AnswerBounds(largest=39)}
        assert exchange.refusal(get, **large).endswith("is larger than 3.71933e-05 MiB")
    else:
        assert exchange.refusal(get) == (
            "p: GET /prefix/x: the answer is encoded as 'snappy', and only gzip is asked for"
        )
    packed = Exchange((200, gzip.compress(b"abc" * 40), {"Content-Encoding": "gzip"}))
    assert packed.asked(get, encodings=encodings).content == b"abc" * 40


def test_a_trace_has_the_address_without_its_query() -> None:
    lines: list[str] = []
    exchange = Exchange((200, b"x" * 1_234, {}))
    with listening(lines.append):
        exchange.asked(lambda server: server.get("/x?secret=1", {"b": "2"}))
        exchange.refusal(get, bounds=AnswerBounds(largest=5))
    pattern = rf"GET {re.escape(URL)}/x: 200, 1,234 bytes, \d+\.\d{{3}} s"
    assert re.fullmatch(pattern, lines[0])
    assert re.fullmatch(rf"GET {re.escape(URL)}/x: OutOfBoundsError, \d+\.\d{{3}} s", lines[1])


def test_a_client_follows_nobody() -> None:
    with open_client(URL, {"A": "b"}, auth=("user", "word")) as client:
        assert client.timeout == httpx.Timeout(600.0)
        assert (client.trust_env, client.follow_redirects) == (False, False)
        assert client.headers["A"] == "b"
    assert client.is_closed
    exchange = Exchange()
    transport = httpx.MockTransport(exchange)
    with open_client(URL, {}, transport=transport, auth=("user", "word")) as client:
        client.get(URL)
    assert exchange.requests[0].headers["Authorization"] == "Basic dXNlcjp3b3Jk"


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "3", "x-ratelimit-reset": "5", "ratelimit-reset": "7"}, 3),
        ({"x-ratelimit-reset": "5", "ratelimit-reset": "7"}, 5),
        ({"ratelimit-reset": "7"}, 7),
        ({"ratelimit-reset": "0"}, 0),
        ({"retry-after": "999999.999"}, 30),
        ({"retry-after": "1.2345"}, 2),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 -0000"}, 2),
        ({"Retry-After": "3"}, 2),
    ],
)
def test_headers_that_name_a_pause(headers: dict[str, str], pause: float) -> None:
    assert wanted_pause(headers, 2, 30) == pause


@pytest.mark.parametrize(
    ("content", "encoding", "largest", "wanted"),
    [
        (b"abcde", None, 5, b"abcde"),
        (b"abcdef", None, 5, "is larger than 4.76837e-06 MiB"),
        (b"abcde", "", 5, b"abcde"),
        (b"abcde", " Identity ", 5, b"abcde"),
        (gzip.compress(b"abcde", mtime=0), " GZip", 5, b"abcde"),
        (gzip.compress(b"abcdef", mtime=0), "gzip", 5, "is larger than 4.76837e-06 MiB"),
        (gzip.compress(b"", mtime=0), "gzip", 5, b""),
        (b"", "gzip", 5, "cannot be decompressed: its gzip form is cut off"),
        (
            gzip.compress(b"abc", mtime=0)[:-1],
            "gzip",
            5,
            "cannot be decompressed: its gzip form is cut off",
        ),
        (b"abcde", "gzip", 5, "cannot be decompressed: it is not gzip"),
        (b"", "x" * 60, 5, f"is encoded as {'x' * 40!r}, and only gzip is asked for"),
    ],
)
def test_content_within_its_bounds(
    content: bytes, encoding: str | None, largest: int, wanted: bytes | str
) -> None:
    headers = {} if encoding is None else {"content-encoding": encoding}
    pieces = [content[:3], content[3:]]
    if isinstance(wanted, bytes):
        assert bounded_content(pieces, headers, largest) == wanted
        return
    with pytest.raises(OutOfBoundsError) as refused:
        bounded_content(pieces, headers, largest)
    assert str(refused.value) == wanted


def test_a_mebibyte_too_much_is_named() -> None:
    with pytest.raises(OutOfBoundsError, match=r"^is larger than 1\.5 MiB$"):
        bounded_content([b" " * MEBIBYTE] * 2, {}, 3 * MEBIBYTE // 2)


@pytest.mark.parametrize(("text", "values"), [(b'[1,2,{"a":[]}]', 5), (b"", 0), (b"{,[", 3)])
def test_values_of_a_json_text(text: bytes, values: int) -> None:
    ensure_few_values(text, values)
    with pytest.raises(OutOfBoundsError) as refused:
        ensure_few_values(text, values - 1)
    assert str(refused.value) == f"holds {values} values, and the limit is {values - 1}"


def test_the_time_of_one_answer_and_of_all() -> None:
    assert AnswerBounds() == AnswerBounds(
        longest=30.0, largest=128 * MEBIBYTE, values=10_000_000, together=None
    )
    together = Allowance(total=20.0, spent=15.0)
    bounds = AnswerBounds(longest=10.0, together=together)
    assert (together.left, bounds.seconds) == (5.0, 5.0)
    assert replace(bounds, longest=3.0).seconds == 3.0
    assert AnswerBounds(longest=10.0).seconds == 10.0
    assert (time_left(None), time_left(7.0)) == (None, 7.0)
    with time_limit(bounds):
        left = time_left(None)
        assert left is not None
        assert 0 < left <= 5.0
        assert time_left(0.001) == 0.001
        assert 0 < (time_left(100.0) or 0) <= 5.0
    assert (time_left(None), 15.0 < together.spent < 20.0) == (None, True)
    with time_limit(AnswerBounds(longest=0.0)), pytest.raises(TooLateError):
        time_left(100.0)


def test_an_allowance_that_is_used_up_is_named() -> None:
    together = Allowance(total=2.5, spent=2.5)
    exchange = Exchange()
    for spent, words in (
        (2.5, "took over 2.5 s for all its answers, and the rest is not read"),
        (9.0, "took over 2.5 s for all its answers, and the rest is not read"),
    ):
        together.spent = spent
        refusal = exchange.refusal(get, bounds=AnswerBounds(together=together))
        assert refusal == f"p: {URL} {words}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200bb", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ("a\u00a0\u2028b", "a b"),
        ("é日本 ☃", "é日本 ☃"),
        (" " * 5_999 + "late", "l"),
        (" " * 6_000 + "late", ""),
    ],
)
def test_a_text_of_a_server_in_a_message(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    ("content", "values", "kind", "why"),
    [
        (
            b"[1]",
            9,
            UnexpectedReplyError,
            "p: GET /prefix/x is not answered as a server does: Input should be an object",
        ),
        (
            b'{"a": {"b": [1, "x"]}}',
            9,
            UnexpectedReplyError,
            "p: GET /prefix/x is not answered as a server does: a.b.1: Input should be a valid "
            "integer, unable to parse string as an integer",
        ),
        (
            b'{"a": {"b": [1, 2]}}',
            3,
            TooLargeError,
            "p: GET /prefix/x: the answer holds 4 values, and the limit is 3",
        ),
    ],
)
def test_a_reply_of_another_form(
    content: bytes, values: int, kind: type[ProviderError], why: str
) -> None:
    form = TypeAdapter(dict[str, dict[str, list[int]]])
    reply = Exchange((200, content, {})).asked(get, bounds=AnswerBounds(values=values))
    with pytest.raises(ProviderError) as refused:
        reply.read(form, "a server")
    assert (type(refused.value), str(refused.value)) == (kind, why)
