"""One message that made a noise, whatever it was read from."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta


class State(enum.Enum):
    """What a message says of its alert: it is on, acknowledged, over, or nothing of the kind."""

    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A notification as people got it; `place` is a channel or a service of the pager.

    `mentions` and `answered` are None where the source does not know; `lasted` is how long the
    alert was on, where the source knows that.
    """

    source: str
    place: str
    at: datetime
    text: str
    severity: str = ""
    service: str = ""
    team: str = ""
    mentions: bool | None = None
    answered: bool | None = None
    lasted: timedelta | None = None
    state: State | None = None
