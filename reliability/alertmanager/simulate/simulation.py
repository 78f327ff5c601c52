"""`simulate`: what Alertmanager would have sent, to whom, and about what.

Events are what Prometheus posts, the ends of silences, and the flushes of groups; a group in which
nothing can be new sleeps. At one moment posts come before flushes. Equal to Alertmanager 0.28.1
and 0.33.1 (tests/alertmanager/simulate/test_against_alertmanager.py). Not simulated: restarts,
clusters, and receivers that fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from reliability.alertmanager.routing import Routing
from reliability.alertmanager.simulate.dispatch import Dispatch
from reliability.alertmanager.simulate.moments import datetime_of, milliseconds, moment_of
from reliability.alertmanager.simulate.muting import Silence
from reliability.alertmanager.simulate.sent import FiringAlert
from reliability.alertmanager.simulate.times import TimeIntervals
from reliability.alertmanager.simulate.told import Kept, News
from reliability.timespan import TimeSpan

NO_INTERVALS: Final[TimeIntervals] = {}


class Version(Enum):
    """What differs between versions, as measured on 0.28.1 and 0.33.1.

    A group that a flush empties is removed there and then by newer ones, and at the next upkeep
    by older ones, until when it keeps its clock. Where an alert that began longer than
    `group_wait` ago enters a group before its first flush, older ones flush at once; newer ones do
    so for the alert alone that makes the group.
    """

    OLDER = "0.28"
    NEWER = "0.33"


@dataclass(frozen=True, slots=True)
class Server:
    """An Alertmanager: its version, and what it is told on its command line.

    `upkeep` is how often an older one removes empty groups; `looks` is how often any forgets what
    it sent longer than `remembers` ago (`--data.maintenance-interval`, `--data.retention`). Both
    count from `started`.
    """

    started: datetime
    version: Version = Version.NEWER
    upkeep: timedelta = timedelta(seconds=30)
    looks: timedelta = timedelta(minutes=15)
    remembers: timedelta = timedelta(hours=120)

    @property
    def kept(self) -> Kept:
        """How its notification log forgets."""
        longest, look = milliseconds(self.remembers), milliseconds(self.looks)
        return Kept(longest, look, moment_of(self.started))


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is configured and silenced."""

    routing: Routing
    intervals: TimeIntervals
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to the integrations of a receiver that are told alike, by their places.

    `firing` and `over` hold what it names, as indexes of the alerts that were given; `over` is
    empty where ends are not told.
    """

    at: datetime
    receiver: str
    places: tuple[int, ...]
    tells_ends: bool
    group: Mapping[str, str]
    news: News
    firing: tuple[int, ...]
    over: tuple[int, ...]

    @property
    def is_firing(self) -> bool:
        """Whether it says that something fires; else that all is over."""
        return bool(self.firing)


def simulate(
    alerts: Sequence[FiringAlert], configuration: Configuration, server: Server, span: TimeSpan
) -> Iterator[Notification]:
    """The notifications of a span, in the order of time."""
    dispatch = Dispatch(alerts, configuration, server, moment_of(span.end))
    for sent in dispatch.run():
        yield Notification(
            datetime_of(sent.at),
            sent.group.end.route.receiver,
            sent.way.places,
            sent.way.tells_ends,
            sent.group.labels,
            sent.news,
            tuple(sorted(sent.firing)),
            tuple(sorted(sent.over)) if sent.way.tells_ends else (),
        )
