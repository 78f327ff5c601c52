"""What cannot be read of a source, so that the rest can be."""

from __future__ import annotations


class UnreadError(ValueError):
    """A file, or a line of it, that is not what it should be; `place` says which."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why
