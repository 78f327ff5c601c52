"""Connections to GitHub: what is read again and again between two writes is refused."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from reliability.forge.github.connection import PlainConnection, bound_connections
from reliability.http.reply import UnexpectedReplyError

SEEN: list[tuple[str, str, bytes]] = []


class Echo(BaseHTTPRequestHandler):
    """Answers each request with its method."""

    def handle_one(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        SEEN.append((self.command, self.path, self.rfile.read(length)))
        content = self.command.encode()
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Kind", "test")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = handle_one  # noqa: N815 - as http.server calls them

    def log_message(self, *_arguments: object) -> None:
        """Nothing: what came is in `SEEN`."""


@pytest.fixture
def port() -> Iterator[int]:
    SEEN.clear()
    bound_connections()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()
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
