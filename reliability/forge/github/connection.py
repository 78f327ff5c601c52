"""PyGithub's connection, over the client that bounds every answer in bytes and time.

PyGithub asks `requests`, whose timeouts start again with each byte. It takes connection classes of
one's own (`Requester.injectConnectionClasses`), made anew for each request.
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
"""Seconds of all answers together: a run over a large repository asks for hundreds of pages."""
MOST_REPEATS = 20
"""How often one address is read between two writes; a list that names a page again never ends."""


@dataclass(frozen=True, slots=True)
class GithubReply:
    """An answer as PyGithub reads it."""

    reply: HttpReply

    @property
    def status(self) -> int:
        """The status code."""
        return self.reply.status_code

    def getheaders(self) -> ItemsView[str, str]:
        """The headers."""
        return self.reply.headers.items()

    def read(self) -> str:
        """The content as text."""
        return self.reply.text


class BoundedConnection:
    """One request to GitHub, sent once."""

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
        """Take what is to be asked."""
        content = input.encode() if isinstance(input, str) else input
        self.asked = (verb.upper(), url, content, dict(headers))

    def getresponse(self) -> GithubReply:
        """The whole answer.

        Raises:
            ProviderError: there is none within the bounds.
        """
        verb, url, content, headers = self.asked
        self._count(verb, url)
        with open_client(self.address, {}, writable=True) as client:
            server = HttpServer(target=NAME, url=self.address, client=client, bounds=self.bounds)
            return GithubReply(server.send(verb, url, content, headers=headers))

    def _count(self, verb: str, url: str) -> None:
        if verb != "GET":
            self.reads.clear()
            return
        self.reads[url] += 1
        if self.reads[url] > MOST_REPEATS:
            path = url.partition("?")[0]
            raise UnexpectedReplyError(f"{NAME}: GET {path}: its pages do not end")

    def close(self) -> None:
        """Nothing is left open."""


class PlainConnection(BoundedConnection):
    """The same without TLS, for servers of tests and behind a proxy of one's own."""

    protocol = "http"


def bound_connections() -> None:
    """Have PyGithub ask by bounded connections, in this process; their time begins anew."""
    BoundedConnection.together.spent = 0.0
    BoundedConnection.reads.clear()
    Requester.injectConnectionClasses(PlainConnection, BoundedConnection)  # type: ignore[arg-type]
