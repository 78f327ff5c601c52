"""Which tickets are wanted: what fires anew, what is not quiet long enough, and no flood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.review.rationed import unchanged
from reliability.review.renamed import former, service_of
from reliability.review.tickets.groups import GroupActivity
from reliability.review.tickets.record import Record, begins_anew, news, record_of
from reliability.timespan import TimeSpan

KIND: Final = "ticket"
LONGEST: Final = timedelta(days=30)
"""How far back a run looks at most after a pause."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket to write: what its group did by its record, and lately."""

    marker: Marker
    noise: GroupActivity
    record: Record
    aliases: tuple[Marker, ...]

    @property
    def markers(self) -> tuple[Marker, ...]:
        """What it is or was about."""
        return (self.marker, *self.aliases)


@dataclass(frozen=True, slots=True)
class TicketLimits:
    """How long a group has to be quiet until its ticket is closed, and how many are open."""

    quiet: timedelta
    most: int


@dataclass(frozen=True, slots=True)
class Writers:
    """How a ticket, and the one about all the others, are put into words."""

    ticket: Callable[[Ticket], IssueDraft]
    flood: Callable[[Sequence[Ticket]], IssueDraft]


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of issues: the tickets that are there, and the services that are declared.

    `flood` marks the one about all that have no ticket of their own. In a queue that others write
    to as well, tickets of services that are not declared here stay.
    """

    present: tuple[Issue, ...]
    services: frozenset[str]
    flood: Marker
    is_shared: bool = False

    def is_open(self, markers: Iterable[Marker]) -> bool:
        """Whether there is an open ticket about any of these."""
        wanted = set(markers)
        return any(note.standing == "open" and note.marker in wanted for note in self.present)


def looked_at(present: Iterable[Issue], now: datetime, bounds: TicketLimits) -> TimeSpan:
    """From the last run that wrote something, or for as long as a ticket has to be quiet."""
    runs = [record.until for note in present if (record := record_of(note.text))]
    start = min([now - bounds.quiet, *([max(runs)] if runs else [])])
    return TimeSpan(max(start, now - LONGEST), now)


def wanted(
    queue: Queue,
    activities: Iterable[GroupActivity],
    now: datetime,
    bounds: TicketLimits,
    write: Writers,
) -> Iterator[IssueDraft]:
    """The drafts of one queue; what is there and not among them is closed."""
    loud = [ticket for noise in activities if (ticket := _ticket(queue, noise, now))]
    taken = {marker for ticket in loud for marker in ticket.markers}
    notes = [note for note in queue.present if note.marker not in taken]
    staying = [note for note in notes if _stays(note, queue, now, bounds=bounds)]
    going_on = [ticket for ticket in loud if queue.is_open(ticket.markers)]
    new = sorted((ticket for ticket in loud if ticket not in going_on), key=_noisiest_first)
    room = max(bounds.most - len(staying) - len(going_on), 0)
    yield from map(unchanged, staying)
    yield from map(write.ticket, (*going_on, *new[:room]))
    if new[room:]:
        yield write.flood(new[room:])


def _ticket(queue: Queue, noise: GroupActivity, now: datetime) -> Ticket | None:
    """What has to be written about a group; None where there is nothing new."""
    marker = Marker(KIND, noise.group.key)
    aliases = former(marker, queue.present, queue.services)
    note = _note(queue, (marker, *aliases))
    known = record_of(note.text) if note else None
    if note and note.standing != "open" and not begins_anew(known, noise.episodes):
        return None

    record = news(known, noise.episodes, now)
    if record is None or (note and note.standing == "settled"):
        return None
    if note and known and note.standing == "closed":
        record = replace(record, again=_again(known, noise))

    return Ticket(marker, noise, record, aliases=aliases)


def _again(known: Record, noise: GroupActivity) -> int:
    """How often a ticket came back, with this time; what was quiet for a month begins anew."""
    begun = min(span.start for span in noise.episodes if span.start > known.last)
    return known.again + 1 if begun - known.last < LONGEST else 0


def _note(queue: Queue, markers: Sequence[Marker]) -> Issue | None:
    """The oldest note about any of these, as `reconcile` takes it."""
    notes = sorted((note for note in queue.present if note.marker in markers), key=lambda n: n.id)
    return min(notes, key=lambda note: markers.index(note.marker), default=None)


def _stays(note: Issue, queue: Queue, now: datetime, bounds: TicketLimits) -> bool:
    """Whether an open ticket without news is still wanted."""
    if note.standing != "open" or note.marker == queue.flood:
        return False
    if queue.is_shared and service_of(note.marker) not in queue.services:
        return True
    record = record_of(note.text)
    if record is None:
        return now - note.updated < bounds.quiet
    return now - record.last < record.quiet(bounds.quiet)


def _noisiest_first(ticket: Ticket) -> tuple[int, str]:
    return -ticket.record.count, ticket.marker.key
