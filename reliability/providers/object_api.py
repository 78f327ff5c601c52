"""Requests to an API, one for each object: refusals, rate limits, lost answers, and handovers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeVar, assert_never

import httpx
from pydantic import Field, TypeAdapter

from reliability.errors import ProviderError
from reliability.http.bounds import Allowance, AnswerBounds
from reliability.http.reply import HttpReply
from reliability.http.server import HttpServer, NoAnswerError, Retries, open_client, wanted_pause
from reliability.model.targets import DatadogTarget, GrafanaTarget, PagerDutyTarget
from reliability.plan.change import Change, Claim, Delete, Reload, Update
from reliability.plan.held import (
    DriftedResource,
    Foreign,
    Held,
    Intact,
    MarkedObject,
    Owner,
    Unreadable,
)
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.http import ensure_allowed
from reliability.resource import Resource, ResourceId

Item = TypeVar("Item")
Result = TypeVar("Result")
READS_AT_ONCE: Final = 4
"""Reads of several objects at the same time.

They wait for the server most of the time. Rate limits are still the server's: PagerDuty allows 960
requests a minute, which four connections reach.
"""
TRIES: Final = 8
LONGEST_PAUSE: Final = 60.0
TOO_MANY: Final = 429
GONE: Final = 404
FORBIDDEN: Final = 403
OBJECT: Final = TypeAdapter(dict[str, Any])
MOST_PAGES: Final = 1_000
MOST_ROWS: Final = 200_000
Cursor = Annotated[str, Field(max_length=4_096)]
"""What a server wants back to continue a list."""

TOGETHER: Final = 4 * 3600.0
"""Seconds that all responses may take together: each object is a request of its own."""
RETRIES: Final = Retries(
    statuses=frozenset({429, 500, 502, 503, 504}),
    pauses=(0.5, 1.0, 2.0, 4.0, 8.0),
    longest_pause=LONGEST_PAUSE,
)
ErrorsOf = Callable[[HttpReply], str]
"""Returns what a server says is wrong, on one line."""


class RefusedError(Exception):
    """The server refuses one request; the text says why."""


class LostAnswerError(Exception):
    """It is not known whether a request was carried out."""


class StaleError(Exception):
    """An object is not as it was when the plan was made."""


def changed_since(how: str = "") -> StaleError:
    """Return the error for an object that was changed since the plan was made."""
    return StaleError(f"was changed since the plan was made{how}; plan again")


class UnverifiedError(Exception):
    """The server stored something else than what was sent."""


@dataclass(slots=True, kw_only=True)
class ListBounds:
    """Limits of a list that a server sends in pages, which may not end.

    `advice` says how a person gets a shorter list.
    """

    target: str
    advice: str = ""
    pages: int = 0
    rows: int = 0

    def count(self, rows: int) -> None:
        """Count a page and its rows.

        Raises:
            ProviderError: there are too many.
        """
        self.pages, self.rows = self.pages + 1, self.rows + rows
        if self.pages > MOST_PAGES or self.rows > MOST_ROWS:
            raise ProviderError(
                f"{self.target}: the list has {self.rows:,} objects on {self.pages:,} pages and "
                f"more; the limits are {MOST_ROWS:,} and {MOST_PAGES:,}{self.advice}"
            )


class UnresolvedError(Exception):
    """An object refers to one that does not exist."""


@dataclass(slots=True)
class PlannedMarks:
    """The marks that a plan rests on: digest and owner of each object at the last read.

    An API has no lock, so an object may be given away between the plan and the write. Its content
    is then often the same, and only its mark or its manager says whose it is.
    """

    owner: Owner | None
    marks: dict[ResourceId, tuple[str, Owner | None]] = field(default_factory=dict)

    def note(self, held: Held) -> Held:
        """Note the marks of what was read, and return it."""
        self.marks = {item.id: _mark(item) for item in held.kept}
        return held

    def kept(
        self,
        change: Update | Claim | Delete | Reload,
        remote: Item | None,
        held_of: Callable[[Item], MarkedObject | Foreign | None],
    ) -> Item:
        """Return an object that has the mark and the content that the change was planned for.

        Raises:
            StaleError: it has not.
        """
        now = None if remote is None else held_of(remote)
        match now:
            case None:
                how = ""
            case Foreign(_, why):
                how = f" ({why})"
            case _ if not self._is_kept(change, now):
                how = f" (it has the mark of {now.owner or 'no owner'})"
            case _ if remote is not None and _is_planned(change, now):
                return remote
            case _:
                how = ""
        raise changed_since(how)

    def _is_kept(self, change: Update | Claim | Delete | Reload, now: MarkedObject) -> bool:
        """Return whether the mark is that of the last read, and its owner that of the plan."""
        former = None if isinstance(change, Reload) else change.former
        # A mark without an owner is taken over without a former one.
        has_planned_owner = now.owner in (former or self.owner, None)
        return has_planned_owner and _mark(now) == self.marks.get(change.id)


def _is_planned(change: Update | Claim | Delete | Reload, now: MarkedObject) -> bool:
    content = Resource(change.id, {}) if isinstance(now, Unreadable) else now.resource
    match change:
        case Claim(planned) | Update(planned) | Delete(planned):
            return content.digest == planned.digest
        case Reload():
            return isinstance(now, Intact)
    assert_never(change)


def _mark(item: MarkedObject) -> tuple[str, Owner | None]:
    match item:
        case Intact(_, digest, owner) | DriftedResource(_, digest, owner):
            return digest, owner
        case Unreadable(_, _, owner):
            return "", owner
    assert_never(item)


def outcome_of(change: Change, make: Callable[[], None]) -> Outcome:
    """Make a change, and return what became of it.

    Raises:
        ProviderError: the server does not answer, or refuses the credential.
    """
    try:
        make()
    except StaleError as error:
        return ChangeFailed(change, f"it {error}")
    except LostAnswerError as error:
        why = f"it is not known whether it was made, and the next plan shows it: {error}"
        return ChangeFailed(change, why)
    except (RefusedError, UnresolvedError, UnverifiedError) as error:
        return ChangeFailed(change, str(error))
    return ChangeApplied(change)


def open_object_server(
    target: DatadogTarget | GrafanaTarget | PagerDutyTarget,
    headers: Mapping[str, str],
    allowed_hosts: Iterable[str],
    *,
    writable: bool,
    questions: tuple[str, ...] = (),
    transport: httpx.BaseTransport | None = None,
) -> HttpServer:
    """Open a client of an API; `questions` are ends of paths to which a POST changes nothing.

    Raises:
        ProviderError: its host is not allowed.
    """
    ensure_allowed(target.name, target.url, allowed_hosts)
    client = open_client(
        target.url, headers, writable=writable, questions=questions, transport=transport
    )
    return HttpServer(
        target=target.name,
        url=target.url.rstrip("/"),
        client=client,
        bounds=AnswerBounds(longest=target.timeout.total_seconds(), together=Allowance(TOGETHER)),
        retries=RETRIES,
    )


def read_each(read: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield what is read for each item, in their order, several at the same time.

    The first exception ends it; what has not been read by then is not read any more.
    """
    with ThreadPoolExecutor(READS_AT_ONCE) as pool:
        yield from pool.map(read, items)


def sent(server: HttpServer, send: Callable[[], HttpReply]) -> HttpReply:
    """Send a write, again while there were too many: such a request was not carried out.

    Raises:
        LostAnswerError: there is no answer.
        ProviderError: the server refuses the credential.
    """
    for number in range(TRIES):
        try:
            reply = send()
        except NoAnswerError as error:
            raise LostAnswerError(str(error)) from error
        if reply.status_code != TOO_MANY or number == TRIES - 1:
            break
        server.pause(wanted_pause(reply.headers, 1.0, LONGEST_PAUSE))
    return reply


def ensure_read(reply: HttpReply, errors_of: ErrorsOf) -> None:
    """Ensure that a read succeeded.

    Raises:
        ProviderError: it did not.
    """
    if reply.is_success:
        return
    is_forbidden = reply.status_code == FORBIDDEN
    hint = "; the key may lack a permission" if is_forbidden else ""
    raise ProviderError(
        f"{reply.server}: {reply.request} answers {reply.status_code}: {errors_of(reply)}{hint}"
    )


def ensure_written(reply: HttpReply, errors_of: ErrorsOf) -> None:
    """Ensure that a write succeeded.

    Raises:
        LostAnswerError: the server failed, so the write may have been carried out.
        RefusedError: the server refuses it.
    """
    if reply.is_success:
        return
    text = f"{reply.request} answers {reply.status_code}: {errors_of(reply)}"
    if reply.status_code >= 500:
        raise LostAnswerError(text)
    raise RefusedError(text)
