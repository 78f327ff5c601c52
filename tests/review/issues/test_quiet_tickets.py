"""How long a ticket stays after its alert was last seen, to the second."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reliability.review.tickets.drafts import TicketLimits
from reliability.review.tickets.record import record_of
from reliability.timespan import TimeSpan
from tests.forge.worlds import FolderWorld
from tests.review.issues.office import DAY, HOUR, MINUTE, NOW, Run, fired, span

SECOND = timedelta(seconds=1)
LAST = NOW - HOUR + MINUTE
"""When the alert of an hour ago, one minute long, was last seen."""


@pytest.mark.parametrize(
    ("now", "outcomes"), [(LAST + DAY - SECOND, []), (LAST + DAY, ["Done Close"])]
)
def test_a_ticket_is_closed_after_exactly_a_quiet_day(
    tmp_path: Path, now: datetime, outcomes: list[str]
) -> None:
    run = Run(FolderWorld(tmp_path))
    run(fired(span(HOUR)))
    assert run(now=now) == outcomes


@pytest.mark.parametrize(
    ("back", "quiet"),
    [(LAST + timedelta(days=30) - MINUTE, 2 * DAY), (LAST + timedelta(days=30), DAY)],
)
def test_a_ticket_that_is_back_within_a_month_stays_open_twice_as_long(
    tmp_path: Path, back: datetime, quiet: timedelta
) -> None:
    run = Run(FolderWorld(tmp_path))
    run(fired(span(HOUR)))
    run(now=NOW + DAY)
    last = back + MINUTE
    assert run(fired(span(timedelta(0), now=back)), now=last) == ["Done Reopen"]
    assert run(now=last + quiet - SECOND) == []
    assert run(now=last + quiet) == ["Done Close"]


@pytest.mark.parametrize(
    ("unknown", "outcomes"),
    [
        (span(HOUR / 2), []),
        (span(-2 * HOUR, HOUR), []),
        (span(5 * HOUR, 2 * HOUR), ["Done Close"]),
    ],
)
def test_time_of_which_nothing_is_known_is_not_quiet(
    tmp_path: Path, unknown: TimeSpan, outcomes: list[str]
) -> None:
    run = Run(FolderWorld(tmp_path))
    run(fired(span(HOUR)))
    run.bounds = TicketLimits(DAY, 20, unknown=(unknown,))
    assert run(now=LAST + DAY) == outcomes


def test_a_ticket_that_was_closed_while_its_alert_fired_is_opened_again(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path)
    run = Run(world)
    run(fired(span(HOUR, HOUR)))
    world.moment = NOW + DAY
    assert run(now=NOW + DAY) == ["Done Close"]
    goes_on = fired(span(HOUR, 2 * DAY))
    assert run(goes_on, now=NOW + DAY + HOUR) == ["Done Reopen"]
    [record] = [record_of(issue.text) for issue in run.issues]
    assert record is not None
    assert (record.count, record.reopened) == (1, 0)
