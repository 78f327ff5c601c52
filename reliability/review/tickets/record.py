"""The state of a ticket between runs, in an HTML comment in the first line of its text.

No state is stored elsewhere, so a lost cache or a second runner changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from reliability.timespan import MINUTE, TimeSpan

FORM: Final = "%Y-%m-%dT%H:%MZ"
MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\dZ"
LINE: Final = re.compile(
    rf"<!-- seen (?P<count>\d{{1,9}}) (?P<minutes>\d{{1,9}}) (?P<first>{MOMENT}) "
    rf"(?P<last>{MOMENT}) (?P<until>{MOMENT})(?: again (?P<again>\d{{1,4}}))? -->"
)
LONGEST_QUIET: Final = timedelta(days=14)
MAX_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The firings of a group: how often (`count`) and how long (`fired`), from `first` to `last`.

    `until` is the time of the last run; `reopened` is how often the ticket was reopened.
    """

    count: int
    fired: timedelta
    first: datetime
    last: datetime
    until: datetime
    reopened: int = 0

    def __str__(self) -> str:
        times = " ".join(moment.strftime(FORM) for moment in (self.first, self.last, self.until))
        reopened = f" again {self.reopened}" if self.reopened else ""
        return f"<!-- seen {self.count} {self.fired // MINUTE} {times}{reopened} -->"

    def quiet(self, close_after: timedelta) -> timedelta:
        """Return the time without firing after which the ticket is closed.

        It doubles with each reopening, up to 14 days: a signal that fires every other day would
        otherwise close and reopen its ticket all month, with a comment each time.
        """
        # A team may declare a longer time than the limit of the doubling.
        longest = max(close_after, LONGEST_QUIET)
        # Bounded before the shift: the number comes from a text that people can edit.
        return min(close_after * (1 << min(self.reopened, MAX_DOUBLINGS)), longest)


def record_of(text: str) -> Record | None:
    """Read the record in the first line of a ticket's text; None if it has none."""
    match = LINE.fullmatch(text.partition("\n")[0].strip())
    if match is None:
        return None

    try:
        first, last, until = (_moment(match[name]) for name in ("first", "last", "until"))
    except ValueError:
        return None

    fired, reopened = int(match["minutes"]) * MINUTE, int(match["again"] or 0)
    return Record(
        count=int(match["count"]),
        fired=fired,
        first=first,
        last=last,
        until=until,
        reopened=reopened,
    )


def updated_record(
    known: Record | None, episodes: Iterable[TimeSpan], until: datetime
) -> Record | None:
    """Return a record with the episodes that followed it; None if none did.

    An episode that began before the record's end is already counted; only its time is added.
    """
    spans = [span for span in sorted(episodes) if known is None or span.end > known.last]
    if not spans:
        return None

    begun = sum(known is None or span.start > known.last for span in spans)
    fired = sum((_after(known, span) for span in spans), timedelta(0))
    last = max(span.end for span in spans)
    if known is None:
        return Record(count=begun, fired=fired, first=spans[0].start, last=last, until=until)

    return replace(
        known,
        count=known.count + begun,
        fired=known.fired + fired,
        last=last,
        until=max(until, known.until),
    )


def begins_anew(known: Record | None, episodes: Iterable[TimeSpan]) -> bool:
    """Return whether an episode began after the end of a record."""
    return known is None or any(span.start > known.last for span in episodes)


def _after(known: Record | None, span: TimeSpan) -> timedelta:
    return span.end - (span.start if known is None else max(span.start, known.last))


def _moment(text: str) -> datetime:
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)
