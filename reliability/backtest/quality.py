"""Quality of an alert: precision, recall, delays, time of day, and duration.

Precision, recall, detection and reset time are those of The Site Reliability Workbook, chapter 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median_high
from typing import Final

from reliability.backtest.episodes import Episode
from reliability.render.times import zone_named
from reliability.timespan import TimeSpan

SHORT: Final = timedelta(minutes=10)
"""Length below which an episode counts as short."""
NIGHT_FROM, NIGHT_UNTIL = time(22), time(6)
SATURDAY: Final = 5
"""As `datetime.weekday` counts."""
NONE_LATE: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Delay:
    """Median of some durations (the longer of the two middle ones), and the longest."""

    usual: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Quality of one alert; shares are 0..1, and None if there is nothing to count.

    `short` are episodes under ten minutes; `night` and `weekend` refer to their start in the team's
    time zone. `precision` is the share of episodes that overlap an incident, `recall` the share of
    incidents that an episode overlaps. `detection` is from an incident's start to the first
    episode, `reset` from its end to the end of the last.
    """

    short: float | None
    night: float | None
    weekend: float | None
    precision: float | None
    recall: float | None
    detection: Delay | None
    reset: Delay | None


def quality(episodes: Sequence[Episode], events: Sequence[TimeSpan], zone: str) -> Quality:
    """Judge one alert by the events that it should have detected."""
    clocks = zone_named(zone)
    begins = [episode.span.start.astimezone(clocks) for episode in episodes]
    touching = [
        [episode.span for episode in episodes if touches(episode.span, event)] for event in events
    ]
    seen = [(event, spans) for event, spans in zip(events, touching, strict=True) if spans]
    right = sum(any(touches(episode.span, event) for event in events) for episode in episodes)
    count = len(episodes)

    return Quality(
        short=_share(sum(episode.span.length < SHORT for episode in episodes), count),
        night=_share(sum(_is_night(begin) for begin in begins), count),
        weekend=_share(sum(begin.weekday() >= SATURDAY for begin in begins), count),
        # Without known events, 0 % would say that every alert was false; nobody knows.
        precision=_share(right, count) if events else None,
        recall=_share(len(seen), len(events)),
        detection=_delay(
            [min(span.start for span in spans) - event.start for event, spans in seen]
        ),
        reset=_delay([max(span.end for span in spans) - event.end for event, spans in seen]),
    )


def touches(span: TimeSpan, event: TimeSpan) -> bool:
    """Return whether an episode overlaps an event; one that begins at its end still counts."""
    # An episode can begin exactly when the event ends, because the failures of its last minute are
    # only known at the next evaluation.
    return span.start <= event.end and span.end > event.start


def _is_night(moment: datetime) -> bool:
    return moment.time() >= NIGHT_FROM or moment.time() < NIGHT_UNTIL


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _delay(lengths: list[timedelta]) -> Delay | None:
    """Return the median and maximum delay, or None without any.

    An alert that was already firing has no delay, and neither has one that stops before the end.
    """
    # A negative delay would make an alert that fires for weeks look faster than one that is exact.
    late = [max(length, NONE_LATE) for length in lengths]
    return Delay(median_high(late), max(late)) if late else None
