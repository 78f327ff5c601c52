"""Whatever a server sends, an answer ends: in time, in size, and in words that fit on a line."""

import gzip
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from reliability.errors import ProviderError
from reliability.http.bounds import Allowance, AnswerBounds
from reliability.http.prometheus import MATRIX, NAMES, OBJECT, VECTOR, Success, data_of
from reliability.http.reply import LONGEST_WORDS, HttpReply, one_line
from reliability.http.server import HttpServer, NoAnswerError, open_client, wanted_pause
from tests.http.raw import HEAD, Talk, dripping, silent, sized, talking, whole

ANY: TypeAdapter[object] = TypeAdapter(object)
SMALL = AnswerBounds(longest=0.5, largest=2**20, values=10_000)


@contextmanager
def connected(talk: Talk, bounds: AnswerBounds = SMALL) -> Iterator[HttpServer]:
    with talking(talk) as url, open_client(url, {}) as client:
        yield HttpServer(target="am", url=url, client=client, pause=lambda _: None, bounds=bounds)


def refusal(talk: Talk, bounds: AnswerBounds = SMALL) -> str:
    """What a person reads when a server is read that talks so."""
    with connected(talk, bounds) as server, pytest.raises(ProviderError) as raised:
        server.get("/api").read(ANY, "a Prometheus")
    text = str(raised.value)
    assert text.startswith("am: ")
    assert "\n" not in text
    return text


SLOW = {
    "slow head": dripping(HEAD, b"X: y\r\n", 0.05),
    "slow status": dripping(b"HTTP", b"", 0.05),
    "slow body": dripping(HEAD + b"Content-Length: 100000\r\n\r\n", b" ", 0.05),
    "slow chunks": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.05),
    "slow interim answers": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05),
    "silence": silent,
}


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_that_comes_too_slowly_ends_in_time_and_is_not_read_again(name: str) -> None:
    begin = time.monotonic()
    assert refusal(SLOW[name]).endswith("does not answer in time")
    assert time.monotonic() - begin >= SMALL.longest


def test_all_answers_together_have_a_limit() -> None:
    together = Allowance(total=0.6)
    with connected(SLOW["slow body"], AnswerBounds(longest=0.5, together=together)) as server:
        with pytest.raises(NoAnswerError, match="does not answer in time"):
            server.get("/api")
        with pytest.raises(NoAnswerError, match=r"took over 0\.6 s for all its answers"):
            server.get("/api")


BOMB = gzip.compress(b" " * 2**26)
TWICE = gzip.compress(BOMB)
LARGE = {
    "a gzip bomb": (sized(BOMB, b"Content-Encoding: gzip"), "is larger than 1 MiB"),
    "a gzip bomb in gzip": (
        sized(TWICE, b"Content-Encoding: gzip, gzip"), "is encoded as 'gzip, gzip'",
    ),
    "no end of chunks": (
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
                 b"10000\r\n" + b" " * 0x10000 + b"\r\n", 0),
        "is larger than 1 MiB",
    ),
    "extensions of chunks": (
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
                 b"1;" + b"x" * 5000 + b"\r\na\r\n", 0),
        "has more framing than content",
    ),
    "many values": (sized(b"[" + b"[]," * 9000 + b"0]"), "holds 18,001 values, and the limit"),
    "another encoding": (sized(b"x", b"Content-Encoding: deflate"), "is encoded as 'deflate'"),
    "not gzip": (sized(b"hello", b"Content-Encoding: gzip"), "cannot be decompressed"),
    "half of a gzip": (
        sized(gzip.compress(b"[1, 2]")[:-3], b"Content-Encoding: gzip"), "cannot be decompressed",
    ),
    "zlib in place of gzip": (
        sized(zlib.compress(b"[]"), b"Content-Encoding: gzip"), "cannot be decompressed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_an_answer_that_is_too_large_is_refused_in_words(name: str) -> None:
    talk, words = LARGE[name]
    assert words in refusal(talk, AnswerBounds(longest=20, largest=2**20, values=10_000))


BROKEN = {
    "ssh": whole(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "status 999": whole(b"HTTP/1.1 999 X\r\nContent-Length: 0\r\n"),
    "status 99": whole(b"HTTP/1.1 99 X\r\nContent-Length: 0\r\n"),
    "two lengths": sized(b"[]", b"Content-Length: 7"),
    "a length below zero": whole(HEAD + b"Content-Length: -1\r\n", b"[]"),
    "a head of 2 MB": whole(HEAD + b"X: " + b"a" * 2_000_000 + b"\r\n"),
    "bytes in the head": whole(HEAD + b"\x00\xff: \xfe\r\nContent-Length: 2\r\n", b"[]"),
    "a cookie": sized(b"x", b"Set-Cookie: a=b; expires=\xb2; max-age=" + b"9" * 5000),
    "a redirect without an address": whole(b"HTTP/1.1 302 X\r\nContent-Length: 0\r\n"),
    "a redirect": whole(
        b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n"
    ),
    "an unknown charset": sized(b"x\xff", b"Content-Type: text/plain; charset=zlib_codec"),
    "a charset that is not text": sized(b"x\xff", b"Content-Type: text/plain; charset=\xff\xfe"),
    "deep lists": sized(b"[" * 9000),
    "deep objects": sized(b'{"a":' * 9000),
    "a number of 5,000 digits": sized(b"1" * 5000 + b"x"),
    "half of a character": sized(b'"\xe2\x82"'),
    "a lone surrogate": sized(b'"\\ud800"'),
    "nothing": sized(b""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_an_answer_is_said_in_one_line(name: str) -> None:
    refusal(BROKEN[name])


@pytest.mark.parametrize(
    "text",
    ["²", "9" * 400, "1e9", "-1", "nan", "inf", "٣", "", "Tue, 99 Foo 2026", "0001-01-01",
     "Fri, 31 Dec 9999 23:59:59 -2359", "Wed, 21 Oct 2015 07:28:00"],
)  # fmt: skip
def test_a_pause_that_cannot_be_read_is_our_own(text: str) -> None:
    assert 0 <= wanted_pause({"retry-after": text}, 0.5, 30.0) <= 30.0


def test_a_pause_is_a_number_of_seconds_or_a_date() -> None:
    assert wanted_pause({"retry-after": "7"}, 0.5, 30.0) == 7
    assert wanted_pause({"retry-after": "900"}, 0.5, 30.0) == 30
    assert wanted_pause({"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"}, 0.5, 30.0) == 30
    assert wanted_pause({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"}, 0.5, 30.0) == 0.5
    assert wanted_pause({}, 0.5, 30.0) == 0.5


@given(st.text())
def test_words_of_a_server_are_one_printable_line(text: str) -> None:
    line = one_line(f"x{text}::error::y")
    assert line.isprintable() or "�" in line
    assert len(line.splitlines()) == 1
    assert len(line) <= LONGEST_WORDS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["status", "data", "resultType", "result", "metric", "value", "values",
                             "warnings", "error", "histograms"]),
            inner, max_size=5,
        )
    ),
    max_leaves=30,
)  # fmt: skip


@given(JSON, st.sampled_from([200, 400, 422, 500]))
def test_any_json_is_data_or_a_refusal(value: object, status: int) -> None:
    content = TypeAdapter(object).dump_json(value)
    reply = HttpReply(
        server="p",
        request="GET /api",
        status_code=status,
        headers={},
        content=content,
        values=10_000,
    )
    forms: tuple[TypeAdapter[Success[Any]], ...] = (VECTOR, MATRIX, NAMES, OBJECT)
    for form in forms:
        with suppress(ProviderError):
            data_of(reply, form)
