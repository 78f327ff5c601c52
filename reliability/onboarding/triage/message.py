"""One notification, from any source."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta


class State(enum.Enum):
    """The state of an alert in a message; OTHER if the message names none."""

    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """A notification as people received it; `location` is a channel or a service of the pager.

    `mentions` and `answered` are None if the source does not know; `lasted` is how long the alert
    fired, if the source knows it. `people` are the names of those who were paged or answered.
    """

    source: str
    location: str
    at: datetime
    text: str
    severity: str = ""
    service: str = ""
    team: str = ""
    mentions: bool | None = None
    answered: bool | None = None
    lasted: timedelta | None = None
    people: tuple[str, ...] = ()
    state: State | None = None
