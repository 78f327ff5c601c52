"""Connections to GitHub: lists that do not end, large answers and wrong clocks are refused."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest

from reliability.errors import ClockError
from reliability.forge.github.connection import (
    LARGEST,
    MAX_PAGES,
    GithubRead,
    GithubReads,
    PlainConnection,
    bound_connections,
    read_of,
)
from reliability.http.bounds import OutOfBoundsError
from reliability.http.reply import TooLargeError, UnexpectedReplyError
from tests.forge.relay import Reply, Request, serve

SEEN: list[tuple[str, str, bytes]] = []
ANSWERS: dict[str, tuple[bytes, timedelta]] = {}
"""What the server answers for a path, instead of the method, and how far its clock is ahead."""


def answered(request: Request) -> Reply:
    SEEN.append((request.method, request.target, request.body))
    content, ahead = ANSWERS.get(request.path, (request.method.encode(), timedelta(0)))
    headers = {"X-Kind": "test", "Date": format_datetime(datetime.now(UTC) + ahead, usegmt=True)}
    return Reply(201 if request.method == "POST" else 200, content, headers)


@pytest.fixture
def port() -> Iterator[int]:
    SEEN.clear()
    ANSWERS.clear()
    bound_connections()
    with serve(answered) as url:
        yield int(url.rpartition(":")[2])
    bound_connections()


def ask(port: int, path: str, verb: str = "GET", content: str | None = None) -> str:
    """One request; the answer's status and content."""
    connection = PlainConnection("127.0.0.1", port)
    connection.request(verb, path, content, {"X-Mine": "1"})
    reply = connection.getresponse()
    assert dict(reply.getheaders())["x-kind"] == "test"
    return f"{reply.status} {reply.read()}"


def test_a_request_is_sent_once_with_its_content(port: int) -> None:
    assert ask(port, "/a?page=1") == "200 GET"
    assert ask(port, "/b", "post", '{"a": "é"}') == "201 POST"
    assert [("GET", "/a?page=1", b""), ("POST", "/b", '{"a": "é"}'.encode())] == SEEN


def test_one_address_is_read_twenty_times_between_two_writes(port: int) -> None:
    for _ in range(20):
        ask(port, "/issues?page=2")
    with pytest.raises(UnexpectedReplyError, match=r"^github: GET /issues: its pages do not end$"):
        ask(port, "/issues?page=2")
    ask(port, "/issues?page=3")
    ask(port, "/issues", "POST", "{}")
    assert ask(port, "/issues?page=2") == "200 GET"


def test_a_new_client_counts_anew(port: int) -> None:
    for _ in range(20):
        ask(port, "/pulls")
    bound_connections()
    assert ask(port, "/pulls") == "200 GET"


def query(**variables: object) -> str:
    return json.dumps({"query": "query { viewer { login } }", "variables": variables})


def test_a_list_of_new_pages_ends(port: int) -> None:
    for page in range(MAX_PAGES):
        ask(port, f"/issues?page={page}")
    with pytest.raises(UnexpectedReplyError, match=r"GET /issues: its pages do not end$"):
        ask(port, f"/issues?page={MAX_PAGES}")
    for page in range(MAX_PAGES):
        ask(port, "/graphql", "POST", query(after=str(page)))
    with pytest.raises(UnexpectedReplyError, match=r"POST /graphql: its pages do not end$"):
        ask(port, "/graphql", "POST", query(after="last"))
    ask(port, "/graphql", "POST", query(after="0", number=2))
    ask(port, "/graphql", "POST", json.dumps({"query": " mutation { resolve }"}))
    assert ask(port, "/issues?page=0") == "200 GET"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ((json.dumps([{}] * 101)).encode(), "has 101 rows, and 100 were asked for"),
        (b"," * 2_000_001, "holds 2,000,001 values, and the limit is 2,000,000"),
    ],
)
def test_a_large_answer_is_refused(port: int, content: bytes, why: str) -> None:
    ANSWERS["/list"] = content, timedelta(0)
    with pytest.raises(TooLargeError, match=f"^github: GET /list: the answer {why}$"):
        ask(port, "/list")


def test_the_pages_of_a_list_have_a_size_together() -> None:
    reads, page = GithubReads(), bytes(LARGEST)
    for way in ("GET", "POST"):
        for number in (0, 1, 2, 3, 0):
            reads.count(page_of(way, number))
            reads.take(page_of(way, number), page)
        reads.count(page_of(way, 4))
        with pytest.raises(OutOfBoundsError, match="is larger than 256 MiB with all its pages"):
            reads.take(page_of(way, 4), page)


def page_of(verb: str, number: int) -> GithubRead:
    read = read_of(
        verb, f"/list?page={number if verb == 'GET' else 0}", query(after=number).encode()
    )
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("ahead", "later", "why"),
    [
        (timedelta(minutes=-50), timedelta(0), None),
        (timedelta(0), timedelta(days=-400), None),
        (timedelta(hours=-25), timedelta(0), "over 1 h apart; set this machine's clock"),
        (timedelta(hours=2), timedelta(0), "over 1 h apart; set this machine's clock"),
        (timedelta(0), timedelta(days=2), "pass an earlier --today, or none"),
    ],
)
def test_nothing_is_written_with_a_wrong_clock_or_a_later_day(
    port: int, ahead: timedelta, later: timedelta, why: str | None
) -> None:
    today: date = (datetime.now(UTC) + later).date()
    bound_connections(today)
    ANSWERS["/a"] = b"{}", ahead
    ask(port, "/a")
    if why is None:
        assert ask(port, "/b", "POST", "{}") == "201 POST"
        return
    with pytest.raises(ClockError, match=rf"^nothing is written: .*\bthe clock of github .*{why}$"):
        ask(port, "/b", "POST", "{}")
    assert len(SEEN) == 1
