"""Drafts of tickets: groups that fire, groups not yet quiet for long, and one for all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.review.renamed import former, service_of
from reliability.review.tickets.groups import GroupActivity
from reliability.review.tickets.record import Record, begins_anew, record_of, updated_record
from reliability.review.write_limit import unchanged
from reliability.timespan import TimeSpan

KIND: Final = "ticket"
LONGEST: Final = timedelta(days=30)
"""The longest lookback of a run after a pause."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket to write: the activity of its group since the last run, and its whole record."""

    marker: Marker
    activity: GroupActivity
    record: Record
    aliases: tuple[Marker, ...]

    @property
    def markers(self) -> tuple[Marker, ...]:
        """The marker of the ticket, and those of renamed services that it takes over."""
        return (self.marker, *self.aliases)


@dataclass(frozen=True, slots=True)
class TicketLimits:
    """The time without firing after which a ticket is closed, and the most open tickets.

    The time of `unknown` spans is not time without firing.
    """

    quiet: timedelta
    most: int
    unknown: tuple[TimeSpan, ...] = ()

    def quiet_since(self, moment: datetime, now: datetime) -> timedelta:
        """Return how much of the time since a moment is known."""
        since = TimeSpan(moment, now)
        parts = (part.length for span in self.unknown if (part := span.overlap(since)))
        return since.length - sum(parts, timedelta(0))


@dataclass(frozen=True, slots=True)
class Writers:
    """Functions that write a ticket, and the one ticket about all groups beyond the limit."""

    ticket: Callable[[Ticket], IssueDraft]
    flood: Callable[[Sequence[Ticket]], IssueDraft]


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of issues: its present tickets, and the declared services.

    `flood` marks the ticket about all groups beyond the limit. In a shared queue, tickets of
    services that are not declared here belong to another repository and stay.
    """

    present: tuple[Issue, ...]
    services: frozenset[str]
    flood: Marker
    is_shared: bool

    def is_open(self, markers: Iterable[Marker]) -> bool:
        """Return whether an open ticket has any of these markers."""
        wanted = set(markers)
        return any(note.state == "open" and note.marker in wanted for note in self.present)


def lookback(present: Iterable[Issue], now: datetime, bounds: TicketLimits) -> TimeSpan:
    """Return the span to query: from the last run, at least the quiet time, at most 30 days."""
    runs = [record.until for note in present if (record := record_of(note.text))]
    # At least the quiet time is read, since a ticket closes after so long without firing; a shorter
    # span could not show that.
    start = min([now - bounds.quiet, *([max(runs)] if runs else [])])
    return TimeSpan(max(start, now - LONGEST), now)


def watched(present: Iterable[Issue], span: TimeSpan, bounds: TicketLimits) -> TimeSpan:
    """Return the span that is read, from the last firing of an open ticket on, at most 30 days.

    This run or an earlier one read what fired in it; nothing is known of the time before.
    """
    opened = [note for note in present if note.state == "open"]
    last = [record.last for note in opened if (record := record_of(note.text))]
    earliest = span.end - max(LONGEST, bounds.quiet)
    return TimeSpan(min(span.start, max(min(last, default=span.start), earliest)), span.end)


def issue_drafts(
    queue: Queue,
    activities: Iterable[GroupActivity],
    now: datetime,
    bounds: TicketLimits,
    write: Writers,
) -> Iterator[IssueDraft]:
    """Yield the drafts of one queue; `reconcile` closes all other tickets."""
    active = [
        ticket for activity in activities if (ticket := _ticket(queue, activity, now, bounds))
    ]
    taken = {marker for ticket in active for marker in ticket.markers}
    notes = [note for note in queue.present if note.marker not in taken]
    staying = [note for note in notes if _stays(note, queue, now, bounds=bounds)]
    going_on = [ticket for ticket in active if queue.is_open(ticket.markers)]
    new = sorted(
        (ticket for ticket in active if ticket not in going_on), key=_most_notifications_first
    )
    # Open tickets keep their place, so that a flood of new ones does not close what people work on.
    room = max(bounds.most - len(staying) - len(going_on), 0)
    yield from map(unchanged, staying)
    yield from map(write.ticket, (*going_on, *new[:room]))
    if new[room:]:
        yield write.flood(new[room:])


def _ticket(
    queue: Queue, activity: GroupActivity, now: datetime, bounds: TicketLimits
) -> Ticket | None:
    """Return the ticket of a group; None if its activity is already on record."""
    marker = Marker(KIND, activity.group.key)
    aliases = former(marker, queue.present, queue.services)
    note = _note(queue, (marker, *aliases))
    known = record_of(note.text) if note else None
    # The span that is read overlaps the last run, so an episode can be seen twice.
    is_new = begins_anew(known, activity.episodes)
    if note and note.state != "open" and not is_new and not _goes_on(note, activity, bounds):
        return None

    record = updated_record(known, activity.episodes, now)
    if record is None or (note and note.state == "settled"):
        return None
    if note and known and note.state == "closed":
        record = replace(record, reopened=_times_reopened(known, activity))

    return Ticket(marker, activity, record, aliases=aliases)


def _goes_on(note: Issue, activity: GroupActivity, bounds: TicketLimits) -> bool:
    """Return whether a ticket was closed as quiet while its alert went on firing.

    A person who finishes a ticket does so earlier, while each run updates its record.
    """
    known = record_of(note.text)
    if known is None or note.closed is None:
        return False
    was_quiet = note.closed - known.last >= known.quiet(bounds.quiet)
    return was_quiet and any(span.end > known.last for span in activity.episodes)


def _times_reopened(known: Record, activity: GroupActivity) -> int:
    """Return how often a ticket was reopened, this time included; 0 after a quiet month."""
    starts = [span.start for span in activity.episodes if span.start > known.last]
    begun = min(starts, default=None)
    if begun is None:
        return known.reopened  # it never ended
    return known.reopened + 1 if begun - known.last < LONGEST else 0


def _note(queue: Queue, markers: Sequence[Marker]) -> Issue | None:
    """Return the oldest issue of the first marker that has one, as `reconcile` does."""
    notes = sorted((note for note in queue.present if note.marker in markers), key=lambda n: n.id)
    return min(notes, key=lambda note: markers.index(note.marker), default=None)


def _stays(note: Issue, queue: Queue, now: datetime, bounds: TicketLimits) -> bool:
    """Return whether an open ticket without new activity stays open."""
    if note.state != "open" or note.marker == queue.flood:
        return False
    # Another repository writes into the same queue, and knows about this ticket.
    if queue.is_shared and service_of(note.marker) not in queue.services:
        return True
    record = record_of(note.text)
    if record is None:
        return bounds.quiet_since(note.updated, now) < bounds.quiet
    return bounds.quiet_since(record.last, now) < record.quiet(bounds.quiet)


def _most_notifications_first(ticket: Ticket) -> tuple[int, str]:
    return -ticket.record.count, ticket.marker.key
