"""The clock of a server beside that of this machine, and the day that a run takes for today.

With a wrong clock, or a wrong `--today`, a run would remove history as too old and close issues
about what still goes on. So both are compared before something on the network is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from reliability.errors import ClockError

MOST_APART: Final = timedelta(hours=1)


@dataclass(slots=True)
class ServerClock:
    """The time of the last dated response of a server; `offset` is that minus our own time.

    A server without a clock sends no `Date` (RFC 9110, 6.6.1); nothing is compared with it.
    """

    server: datetime | None = None
    offset: timedelta = timedelta(0)

    def note(self, headers: Mapping[str, str]) -> None:
        """Note the `Date` of a response; the names of headers are in lower case."""
        try:
            moment = parsedate_to_datetime(headers.get("date", ""))
            self.offset = moment - datetime.now(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            return
        self.server = moment

    def ensure_right(self, name: str, today: date | None) -> None:
        """Ensure that both clocks agree, and that `today` is not after the day of the server.

        Raises:
            ClockError: they do not, or it is; nothing may be written then.
        """
        if self.server is None:
            return
        says = f"the clock of {name} says {self.server:%Y-%m-%d %H:%M} UTC"
        if abs(self.offset) > MOST_APART:
            raise ClockError(
                f"nothing is written: {says}, and that of this machine "
                f"{self.server - self.offset:%Y-%m-%d %H:%M} UTC, over 1 h apart; set this "
                "machine's clock"
            )
        if today is not None and today > (self.server + MOST_APART).date():
            raise ClockError(
                f"nothing is written: this run takes {today} for today, and {says}; pass an "
                "earlier --today, or none"
            )
