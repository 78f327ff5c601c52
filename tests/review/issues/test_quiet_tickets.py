"""How long a ticket stays after its alert was last seen, to the second."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

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
