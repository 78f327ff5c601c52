"""An Alertmanager: its version, what it is told at its start, and what is configured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from reliability.alertmanager.routing import Routing
from reliability.alertmanager.simulate.moments import milliseconds, moment_of
from reliability.alertmanager.simulate.muting import Silence
from reliability.alertmanager.simulate.times import TimeIntervals
from reliability.alertmanager.simulate.told import LogRetention

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedServer:
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
    def kept(self) -> LogRetention:
        """How its notification log forgets."""
        longest, look = milliseconds(self.remembers), milliseconds(self.looks)
        return LogRetention(longest, look, moment_of(self.started))


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is configured and silenced."""

    routing: Routing
    intervals: TimeIntervals
    silences: tuple[Silence, ...] = ()
