"""The error for one unreadable part of a source; the rest is still read."""

from __future__ import annotations


class UnreadError(ValueError):
    """A file or a line that cannot be read; `location` names it."""

    def __init__(self, location: str, why: str) -> None:
        super().__init__(f"{location}: {why}")
        self.location = location
        self.why = why
