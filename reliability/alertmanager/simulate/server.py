"""The simulated Alertmanager: its version, command line and configuration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from reliability.alertmanager.routing import Routing
from reliability.alertmanager.simulate.end_routes import EndIndex
from reliability.alertmanager.simulate.moments import milliseconds, moment_of
from reliability.alertmanager.simulate.muting import Silence
from reliability.alertmanager.simulate.notification_log import LogRetention
from reliability.alertmanager.simulate.times import TimeIntervals

NO_INTERVALS: Final[TimeIntervals] = {}


class Version(Enum):
    """Two generations of Alertmanager; the differences were measured on 0.28.1 and 0.33.1.

    Newer ones remove a group as soon as a flush empties it. Older ones remove it at the next tick
    of a cleanup loop; until then it keeps its clock. If an alert that began longer than
    `group_wait` ago enters a group before its first flush, older ones flush at once; newer ones do
    so only for the alert that creates the group.
    """

    OLDER = "0.28"
    NEWER = "0.33"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedServer:
    """An Alertmanager: its version, and the values of its command line.

    `cleanup_interval` is how often an older one removes empty groups. At every
    `maintenance_interval` (`--data.maintenance-interval`), the notification log drops expired
    entries; none lives longer than `retention` (`--data.retention`). Both count from `started`.
    """

    started: datetime
    version: Version = Version.NEWER
    cleanup_interval: timedelta = timedelta(seconds=30)
    maintenance_interval: timedelta = timedelta(minutes=15)
    retention: timedelta = timedelta(hours=120)

    @property
    def kept(self) -> LogRetention:
        """Retention of its notification log."""
        longest, interval = milliseconds(self.retention), milliseconds(self.maintenance_interval)
        return LogRetention(longest, interval, moment_of(self.started))


@dataclass(frozen=True, slots=True)
class Configuration:
    """Routing, time intervals and silences; `ends` is kept for several simulations."""

    routing: Routing
    intervals: TimeIntervals
    silences: tuple[Silence, ...] = ()
    ends: EndIndex | None = None
