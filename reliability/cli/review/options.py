"""The options of `reliability review`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reliability.cli.options import FAIL_ON
from reliability.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """The options of one run, under the names that `cli/review/command.py` gives them."""

    base: str | None
    forge: str | None
    event: Path | None
    number: int | None
    approved: frozenset[str]
    days: int | None
    fail_on: str
    allow_pending_approval: bool
    max_inline: int
    out: Path | None
    live: bool

    @property
    def limit(self) -> Severity | None:
        """The lowest severity that blocks; None if no severity blocks."""
        return FAIL_ON[self.fail_on]
