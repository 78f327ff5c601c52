"""Connection of PyGithub over the HTTP client that limits each response in bytes and time.

PyGithub uses `requests`, whose timeout starts again with each byte. It accepts other connection
classes (`Requester.injectConnectionClasses`), and creates a connection for each request.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import ItemsView, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from github.Requester import Requester

from reliability.http.bounds import (
    MEBIBYTE,
    Allowance,
    AnswerBounds,
    OutOfBoundsError,
    ensure_few_values,
)
from reliability.http.clock import ServerClock
from reliability.http.reply import HttpReply, TooLargeError, UnexpectedReplyError, masked
from reliability.http.server import HttpServer, open_client

NAME: Final = "github"
LARGEST: Final = 64 * MEBIBYTE
MOST_VALUES: Final = 2_000_000
"""Values of one response: a page of 100 issues has some 10,000, without the commas of texts."""

MOST_ROWS: Final = 100
"""Rows of a page, which we ask for. PyGithub makes an object of a kilobyte of each."""

TOGETHER: Final = 1800.0
"""Seconds of all responses together; a run on a large repository reads hundreds of pages."""

MAX_REPEATS: Final = 20
"""Maximum number of equal reads between two writes.

A list whose pages refer back to an earlier page would never end.
"""

CURSOR: Final = "after"
"""The variable of a GraphQL query that says where its page begins."""

MAX_PAGES: Final = 500
"""Maximum number of pages of one list between two writes, of 100 rows each."""

MAX_SIZE: Final = 256 * MEBIBYTE
"""Maximum number of bytes of all pages of one list between two writes."""


@dataclass(frozen=True, slots=True)
class GithubReply:
    """A response, with the interface that PyGithub reads."""

    reply: HttpReply

    @property
    def status(self) -> int:
        """Status code."""
        return self.reply.status_code

    def getheaders(self) -> ItemsView[str, str]:
        """Return the headers."""
        return self.reply.headers.items()

    def read(self) -> str:
        """Return the content as text; errors are shown, and may repeat the token."""
        has_errors = not self.reply.is_success or self.reply.request.endswith("/graphql")
        return masked(self.reply.text, self.reply.secrets) if has_errors else self.reply.text


@dataclass(frozen=True, slots=True)
class GithubRead:
    """A request that reads: in words, what equal reads have in common, and its list.

    The list of a GET is its path, and that of a GraphQL query all of it but its cursor.
    """

    words: str
    equal: str
    of_list: str


@dataclass(slots=True, kw_only=True)
class GithubReads:
    """What one client has read from GitHub since its last write, and GitHub's clock.

    Pages and bytes are counted by list. No write is sent if the clocks differ, or if `today` is
    after GitHub's day.
    """

    today: date | None = None
    together: Allowance = field(default_factory=lambda: Allowance(TOGETHER))
    clock: ServerClock = field(default_factory=ServerClock)
    asked: Counter[GithubRead] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)

    def begin_write(self) -> None:
        """Begin a write, which can change a list, so it may be read again afterwards.

        Raises:
            ClockError: nothing may be written.
        """
        self.clock.ensure_right(NAME, self.today)
        for counter in (self.asked, self.pages, self.sizes):
            counter.clear()

    def count(self, read: GithubRead) -> None:
        """Count a read.

        Raises:
            UnexpectedReplyError: a list does not end.
        """
        self.asked[read] += 1
        if self.asked[read] == 1:
            self.pages[read.of_list] += 1
        if self.asked[read] > MAX_REPEATS or self.pages[read.of_list] > MAX_PAGES:
            raise UnexpectedReplyError(f"{NAME}: {read.words}: its pages do not end")

    def take(self, read: GithubRead, content: bytes) -> None:
        """Take the content of a counted read.

        Raises:
            OutOfBoundsError: it has too many rows, or its list too many bytes.
        """
        if (rows := _rows(content)) > MOST_ROWS:
            raise OutOfBoundsError(f"has {rows:,} rows, and {MOST_ROWS} were asked for")
        if self.asked[read] == 1:
            self.sizes[read.of_list] += len(content)
        if self.sizes[read.of_list] > MAX_SIZE:
            raise OutOfBoundsError(f"is larger than {MAX_SIZE / MEBIBYTE:g} MiB with all its pages")


class BoundedConnection:
    """Connection for a single request to GitHub; all share `run`."""

    protocol = "https"
    run: ClassVar[GithubReads] = GithubReads()

    def __init__(self, host: str, port: int | None = None, **options: Any) -> None:
        default = 443 if self.protocol == "https" else 80
        self.address = f"{self.protocol}://{host}:{port or default}"
        seconds = float(options.get("timeout") or 30)
        self.bounds = AnswerBounds(longest=seconds, largest=LARGEST, together=self.run.together)

    def request(
        self,
        verb: str,
        url: str,
        input: str | None,  # noqa: A002 - as PyGithub passes it
        headers: Mapping[str, str],
        stream: bool = False,  # noqa: ARG002 - as PyGithub passes it
    ) -> None:
        """Store the request; `getresponse` sends it."""
        content = input.encode() if isinstance(input, str) else input
        self.asked = (verb.upper(), url, content, dict(headers))

    def getresponse(self) -> GithubReply:
        """Send the request once, and return the whole response.

        Raises:
            ClockError: it is a write, and nothing may be written.
            ProviderError: there is no response within the bounds.
        """
        verb, url, content, headers = self.asked
        read = read_of(verb, url, content)
        if read is None:
            self.run.begin_write()
        else:
            self.run.count(read)
        with open_client(self.address, {}, writable=True) as client:
            server = HttpServer(
                target=NAME,
                url=self.address,
                client=client,
                bounds=self.bounds,
                clock=self.run.clock,
            )
            reply = server.send(verb, url, content, headers=headers)
        try:
            ensure_few_values(reply.content, MOST_VALUES)
            if read is not None:
                self.run.take(read, reply.content)
        except OutOfBoundsError as error:
            raise TooLargeError(f"{NAME}: {reply.request}: the answer {error}") from error
        return GithubReply(reply)

    def close(self) -> None:
        """Do nothing: `getresponse` closes the connection."""


def _rows(content: bytes) -> int:
    """Return the number of rows of a page; what is not a list has none."""
    try:
        page = json.loads(content) if content.startswith(b"[") else None
    except (ValueError, RecursionError):
        return 0  # PyGithub reports it
    return len(page) if isinstance(page, list) else 0


def read_of(verb: str, url: str, content: bytes | None = None) -> GithubRead | None:
    """Return the read that a request is, None for a write, such as a GraphQL mutation."""
    path = url.partition("?")[0]
    if verb == "GET":
        return GithubRead(f"GET {path}", url, path)
    fields = json.loads(content) if content else {}
    text = fields.get("query") if isinstance(fields, dict) else None
    if not isinstance(text, str) or text.lstrip().startswith("mutation"):
        return None
    others = {name: of for name, of in (fields.get("variables") or {}).items() if name != CURSOR}
    return GithubRead(f"{verb} {path}", json.dumps(fields), json.dumps([text, others]))


class PlainConnection(BoundedConnection):
    """Connection without TLS, for test servers, or for a local proxy."""

    protocol = "http"


def bound_connections(today: date | None = None) -> None:
    """Make PyGithub use bounded connections in this process, and count anew."""
    BoundedConnection.run = GithubReads(today=today)
    Requester.injectConnectionClasses(PlainConnection, BoundedConnection)  # type: ignore[arg-type]
