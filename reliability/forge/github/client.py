"""A repository of GitHub: the PyGithub client, its calls, and the user of the token."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from github import Auth, Github
from github.PaginatedList import PaginatedList
from github.Repository import Repository

from reliability.errors import ForgeError
from reliability.forge.github.calls import Calls
from reliability.forge.github.connection import bound_connections

T = TypeVar("T")
API_VERSION: Final = "2022-11-28"
PER_PAGE: Final = 100
LONGEST_CURSOR: Final = 1_000
"""Characters; GitHub's have some thirty."""

VIEWER: Final = "query { viewer { login } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubAccess:
    """Access to a repository; `formerly` are authors whose notes are also ours.

    `patience` limits the total time of waits for rate limits. Nothing is written if `today` is
    after the day of GitHub's clock.
    """

    url: str
    repository: str
    token: str = field(repr=False)
    today: date | None = None
    formerly: frozenset[str] = frozenset()
    between_writes: timedelta = timedelta(seconds=1)
    timeout: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True)
class Client:
    """Client of a repository; `url` is the repository's URL in the API.

    `resolves` is true until a request shows that the token may not resolve threads. `viewer` is the
    login of the token's user, once it is known.
    """

    name: str
    url: str
    repository: Repository
    calls: Calls
    formerly: frozenset[str]
    timeout: timedelta
    viewer: str = ""
    resolves: bool = True

    def is_ours(self, author: str) -> bool:
        """Return whether an author is the token's user, or a former author of ours."""
        if not self.viewer:
            what = "who the token belongs to"
            ask = partial(self.graphql, what, VIEWER, {})
            self.viewer = self.calls.read(what, lambda: str(ask()["viewer"]["login"]))
        return author == self.viewer or author in self.formerly

    @property
    def authors(self) -> tuple[str, ...]:
        """Logins of all authors whose notes are ours."""
        # Asks for the login once.
        self.is_ours("")
        return tuple(sorted({self.viewer, *self.formerly}))

    def every(self, what: str, pages: PaginatedList[Any], read: Callable[[Any], T]) -> list[T]:
        """Return `read` of each element of all pages; a retry only repeats the page that failed."""
        return self.calls.read(what, lambda: [read(page) for page in pages])

    def graphql(self, what: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the data of a GraphQL query."""
        ask = self.repository.requester.graphql_query
        return self.calls.read(what, lambda: _data(what, ask(query, variables)))

    def mutate(self, what: str, name: str, thread: str) -> None:
        """Execute a GraphQL mutation of a thread."""
        change = self.repository.requester.graphql_named_mutation
        fields = {"threadId": thread}
        self.calls.write(what, lambda: change(name, fields, "thread { id isResolved }"))

    def get(self, what: str, url: str) -> Any:
        """Return the JSON of a GET; None if the response is empty."""
        ask = self.repository.requester.requestJsonAndCheck
        return self.calls.read(what, lambda: ask("GET", url))[1]

    def post(self, what: str, url: str, fields: dict[str, Any], verb: str = "POST") -> Any:
        """Return the JSON of a POST, or of another `verb`."""
        ask = self.repository.requester.requestJsonAndCheck
        return self.calls.write(what, lambda: ask(verb, url, input=fields))[1]


def _data(what: str, answer: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    data = answer[1].get("data")
    if not isinstance(data, dict):
        raise ForgeError(f"{what}: github's answer has no data")
    return data


def open_client(access: GitHubAccess, pause: Callable[[float], None]) -> Client:
    """Open a client of a repository, without PyGithub's retries, which would also repeat writes."""
    bound_connections(access.today)
    # PyGithub warns about each redirect; here a redirect is how a transferred issue is found.
    logging.getLogger("github").setLevel(logging.ERROR)
    github = Github(
        base_url=access.url,
        auth=Auth.Token(access.token),
        timeout=round(access.timeout.total_seconds()),
        per_page=PER_PAGE,
        retry=0,
        seconds_between_requests=None,
        seconds_between_writes=access.between_writes.total_seconds(),
        lazy=True,
        api_version=API_VERSION,
    )

    calls = Calls(pause, patience=access.patience)
    return Client(
        name=access.repository,
        url=f"{access.url.rstrip('/')}/repos/{access.repository}",
        repository=github.get_repo(access.repository),
        calls=calls,
        formerly=access.formerly,
        timeout=access.timeout,
    )


def pages(start: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Yield the nodes of a GraphQL connection; `start` returns the page at a cursor.

    Raises:
        ValueError: a cursor is repeated or too long, so the pages would not end.
    """
    cursor, asked = None, {None}
    while True:
        connection = start(cursor)
        for name in path:
            connection = connection.get(name) or {}
        yield from filter(None, connection.get("nodes") or ())
        info = connection.get("pageInfo") or {}
        if not info.get("hasNextPage"):
            return

        cursor = info["endCursor"]
        if cursor in asked or len(cursor) > LONGEST_CURSOR:
            raise ValueError("its pages do not end")

        asked.add(cursor)
