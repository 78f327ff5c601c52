"""Connection of PyGithub over the HTTP client that limits each response in bytes and time.

PyGithub uses `requests`, whose timeout starts again with each byte. It accepts other connection
classes (`Requester.injectConnectionClasses`), and creates a connection for each request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import ItemsView, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from github.Requester import Requester

from reliability.http.bounds import MEBIBYTE, Allowance, AnswerBounds
from reliability.http.reply import HttpReply, UnexpectedReplyError
from reliability.http.server import HttpServer, open_client

NAME = "github"
LARGEST = 64 * MEBIBYTE
TOGETHER = 1800.0
"""Seconds of all responses together; a run on a large repository reads hundreds of pages."""
MAX_REPEATS = 20
"""Maximum number of reads of one URL between two writes.

A list whose pages refer back to an earlier page would never end.
"""


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
        """Return the content as text."""
        return self.reply.text


class BoundedConnection:
    """Connection for a single request to GitHub; all share `together` and `reads`."""

    protocol = "https"
    together = Allowance(TOGETHER)
    reads: ClassVar[Counter[str]] = Counter()

    def __init__(self, host: str, port: int | None = None, **options: Any) -> None:
        default = 443 if self.protocol == "https" else 80
        self.address = f"{self.protocol}://{host}:{port or default}"
        seconds = float(options.get("timeout") or 30)
        self.bounds = AnswerBounds(seconds, LARGEST, together=self.together)

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
            ProviderError: there is no response within the bounds.
        """
        verb, url, content, headers = self.asked
        self._count(verb, url)
        with open_client(self.address, {}, writable=True) as client:
            server = HttpServer(target=NAME, url=self.address, client=client, bounds=self.bounds)
            return GithubReply(server.send(verb, url, content, headers=headers))

    def _count(self, verb: str, url: str) -> None:
        if verb != "GET":
            # A write can change a list, so it may be read again afterwards.
            self.reads.clear()
            return
        self.reads[url] += 1
        if self.reads[url] > MAX_REPEATS:
            path = url.partition("?")[0]
            raise UnexpectedReplyError(f"{NAME}: GET {path}: its pages do not end")

    def close(self) -> None:
        """Do nothing: `getresponse` closes the connection."""


class PlainConnection(BoundedConnection):
    """Connection without TLS, for test servers, or for a local proxy."""

    protocol = "http"


def bound_connections() -> None:
    """Make PyGithub use bounded connections in this process, and reset their total time."""
    BoundedConnection.together.spent = 0.0
    BoundedConnection.reads.clear()
    Requester.injectConnectionClasses(PlainConnection, BoundedConnection)  # type: ignore[arg-type]
