"""How much of a period is known, and whether figures over it are partial."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import floor
from typing import Final

from reliability.compile.prometheus import burn_text
from reliability.history.series import SpanCounts
from reliability.message import Message
from reliability.render.durations import length_text
from reliability.timespan import DAY

NEARLY_ALL: Final = burn_text.COMPLETE
"""Share of a period from which figures are those of the period, as in the texts of alerts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the period's time so far that have data, 0..1.

    `recorded` is from the recording rules of a server, which also record time without traffic;
    `history` is what the stored history adds. `elapsed` is the length of the period so far.
    """

    recorded: float = 0.0
    history: float = 0.0
    elapsed: timedelta = timedelta(0)

    @classmethod
    def of(
        cls, groups: Iterable[SpanCounts], elapsed: timedelta, recorded: float = 0.0
    ) -> Coverage:
        """Return that of the group with the least data, as any group may be the worst one."""
        share = min((counts.coverage for counts in groups), default=0.0)
        return cls(recorded, max(share - recorded, 0.0), elapsed)

    @property
    def share(self) -> float:
        """Total coverage, 0..1."""
        return min(self.recorded + self.history, 1.0)

    @property
    def part(self) -> Message | None:
        """The known part in words if it is partial, less than 98 %; else None.

        Figures over a partial period are those of the known part, and every report says so. From
        98 % on, the text of an alert states the budget, too.
        """
        return None if self.share >= NEARLY_ALL else self.extent

    @property
    def extent(self) -> Message:
        """The known part in words: `14 of 30 days`."""
        if not self.share:
            return Message("the groups with data")
        known = self.share * self.elapsed
        if known < DAY:
            return Message(
                "{known} of {period}", known=length_text(known), period=length_text(self.elapsed)
            )
        # Rounded down: the whole number would claim the rest.
        return Message(
            "{known} of {count} days",
            known=f"{floor(known / DAY * 10 + 1e-6) / 10:g}",
            count=f"{self.elapsed / DAY:.3g}",
        )


COMPLETE: Final = Coverage(history=1.0)
