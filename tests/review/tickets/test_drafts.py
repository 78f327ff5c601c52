"""Which tickets are wanted of a queue, for many queues and firings, in a golden file.

`pytest tests/review/tickets/test_drafts.py --update-golden` rewrites it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft, NoteState
from reliability.history.covered import merged
from reliability.review.tickets.drafts import (
    KIND,
    Queue,
    Ticket,
    TicketLimits,
    Writers,
    issue_drafts,
    lookback,
)
from reliability.review.tickets.groups import GroupActivity, SignalGroup
from reliability.review.tickets.record import Record
from reliability.timespan import TimeSpan
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/drafts.txt"
NOW: Final = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FLOOD: Final = Marker(KIND, "more/here")
STATES: Final[tuple[NoteState, ...]] = ("open", "open", "closed", "settled")
AGO: Final = (HOUR, 5 * HOUR, DAY, DAY + HOUR, 3 * DAY, 10 * DAY, 29 * DAY, 31 * DAY, 45 * DAY)


def ago(moment: datetime) -> str:
    """Hours before now."""
    return f"{(NOW - moment) / HOUR:g}"


def record_text(record: Record) -> str:
    """A record with its times in hours before now."""
    times = " ".join(map(ago, (record.first, record.last, record.until)))
    return f"{record.count} times {record.fired / HOUR:g} h, {times}, again {record.reopened}"


@dataclass(slots=True)
class MadeQueue:
    """A queue and what fired; the seed decides on everything."""

    seed: int
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def record(self) -> Record:
        last = self.random.choice(AGO)
        return Record(
            count=self.random.choice((1, 7)),
            fired=2 * HOUR,
            first=NOW - last - 3 * HOUR,
            last=NOW - last,
            until=NOW - last + self.random.choice((timedelta(0), HOUR)),
            reopened=self.random.choice((0, 0, 1, 3)),
        )

    def note(self, number: int, service: str, signal: str) -> Issue:
        record = self.record()
        return Issue(
            id=number,
            marker=Marker(KIND, f"{service}/{signal}"),
            title=f"title {number}",
            text=f"{record}\ntext" if self.random.random() < 0.75 else "text",
            labels=(),
            assignees=(),
            author="us",
            state=self.random.choice(STATES),
            created=NOW - 60 * DAY,
            updated=NOW - self.random.choice(AGO),
            closed=None,
            url="",
        )

    def notes(self) -> tuple[Issue, ...]:
        names = [(service, signal) for service in ("shop", "old", "store") for signal in "ABCD"]
        picked = [name for name in names if self.random.random() < 0.6]
        self.random.shuffle(picked)
        notes = [self.note(number + 1, *name) for number, name in enumerate(picked)]
        if self.random.random() < 0.3:
            doubled = self.random.choice(picked or names)
            notes.append(self.note(50, *doubled))
        if self.random.random() < 0.3:
            notes.append(self.note(60, "more", "here"))
        return tuple(notes)

    def activities(self) -> list[GroupActivity]:
        activities = []
        for signal in "ABCDEFG":
            spans = []
            for _ in range(self.random.choice((0, 1, 1, 3))):
                start = NOW - self.random.choice(AGO)
                spans.append(TimeSpan(start, start + self.random.choice((HOUR / 4, 2 * HOUR))))
            if spans:
                group = SignalGroup("shop", signal)
                activities.append(GroupActivity(group, merged(spans), ()))
        return activities


def wanted(seed: int) -> Iterator[str]:
    """What is there, what fired, and what is wanted."""
    made = MadeQueue(seed)
    notes, activities = made.notes(), made.activities()
    is_shared, most = seed % 3 == 0, (20, 2, 5, 0)[seed % 4]
    bounds = TicketLimits((DAY, 3 * HOUR)[seed % 2], most)
    queue = Queue(notes, frozenset({"shop", "pay"}), FLOOD, is_shared)

    def flood(tickets: object) -> IssueDraft:
        assert isinstance(tickets, list)
        names = ", ".join(ticket.marker.key for ticket in tickets)
        return IssueDraft(marker=FLOOD, title="flood", text=names)

    def write(ticket: Ticket) -> IssueDraft:
        aliases = "".join(f", was {alias.key}" for alias in ticket.aliases)
        text = f"{record_text(ticket.record)}{aliases}"
        return IssueDraft(marker=ticket.marker, title="ticket", text=text)

    yield f"# quiet {bounds.quiet}, most {most}{', shared' * is_shared}"
    for note in notes:
        yield (
            f"{note.id} {note.marker.key} {note.state}, updated {ago(note.updated)}: "
            + (note.text.partition("\n")[0])
        )
    for activity in activities:
        spans = ", ".join(f"{ago(span.start)}-{ago(span.end)}" for span in activity.episodes)
        yield f"{activity.group.key} fired {spans}"
    for draft in issue_drafts(queue, activities, NOW, bounds, Writers(write, flood)):
        stays = draft.title.startswith("title")
        yield f"-> {draft.marker.key} {'stays' if stays else f'{draft.title}: {draft.text}'}"
    yield f"looks back {(NOW - lookback(notes, NOW, bounds).start) / HOUR:g} h"
    yield ""


def test_what_is_wanted_of_a_queue(golden: Golden) -> None:
    lines = [line for seed in range(26) for line in wanted(seed)]
    golden.check(GOLDEN, "\n".join(lines))


@pytest.mark.parametrize(
    ("until", "quiet", "hours"),
    [
        ((), DAY, 24),
        ((HOUR,), DAY, 24),
        ((30 * HOUR,), DAY, 30),
        ((30 * HOUR, 26 * HOUR), DAY, 26),
        ((30 * DAY,), DAY, 720),
        ((31 * DAY,), DAY, 720),
        ((), 31 * DAY, 720),
    ],
)
def test_a_run_reads_from_the_last_one_but_a_month_at_most(
    until: tuple[timedelta, ...], quiet: timedelta, hours: int
) -> None:
    made = MadeQueue(0)
    present = []
    for number, back in enumerate(until):
        at = NOW - back
        record = Record(count=1, fired=HOUR, first=at, last=at, until=at)
        present.append(replace(made.note(number, "shop", "A"), text=f"{record}\nx"))
    span = lookback(present, NOW, TicketLimits(quiet, 20))
    assert (span.end, (NOW - span.start) / HOUR) == (NOW, hours)
