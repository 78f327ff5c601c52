"""An HTTP server of the test between us and another: what it answers is one function."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

KEPT_HEADERS = ("content-type", "link", "authorization", "accept")


class Dropped(Exception):
    """The connection ends without an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request; the path goes with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        return dict(httpx.QueryParams(self.target.partition("?")[2]))

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    def with_json(self, content: Any) -> "Request":
        return replace(self, body=json.dumps(content).encode())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; with `cut`, the connection ends in its middle."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


def answer(status: int, content: Any = None, **headers: str) -> Reply:
    """A JSON answer; an underscore in a header's name is a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"" if content is None else json.dumps(content).encode()
    return Reply(status, body, {"content-type": "application/json", **named})


Handle = Callable[[Request], Reply]


@dataclass(slots=True)
class Upstream:
    """The server behind; addresses in what it answers are made those of the server before it."""

    url: str
    client: httpx.Client
    own: str = ""

    def send(self, request: Request) -> Reply:
        headers = {n: v for n, v in request.headers.items() if n.lower() in KEPT_HEADERS}
        got = self.client.request(
            request.method, self.url + request.target, content=request.body, headers=headers
        )
        kept = {n: self.moved(v) for n, v in got.headers.items() if n.lower() in KEPT_HEADERS}
        return Reply(got.status_code, self.moved(got.text).encode(), kept)

    def moved(self, text: str) -> str:
        return text.replace(self.url, self.own) if self.own else text


@contextmanager
def upstream(url: str) -> Iterator[Upstream]:
    """A client of the server behind; a loaded machine takes its time."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        yield Upstream(url, client)


@contextmanager
def serve(handle: Handle) -> Iterator[str]:
    """A server on 127.0.0.1 that answers as `handle` says; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: the second would wait for the first's receipt
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                reply = handle(Request(self.command, self.path, dict(self.headers.items()), body))
            except Dropped:
                self.close_connection = True
                return
            self.write(reply)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815

        def write(self, reply: Reply) -> None:
            try:
                # Without `Date`, which the days that tests take for today would contradict.
                self.send_response_only(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != httpx.codes.NO_CONTENT:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
                self.wfile.flush()
                self.close_connection = self.close_connection or reply.cut
            except ConnectionError:
                self.close_connection = True  # the one who asked has gone

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
