"""Why samples were not read: no answer, too many series, or histograms without a schema."""

from __future__ import annotations

from reliability.errors import SourceError


class UnavailableError(SourceError):
    """A server does not answer, after several tries."""


class HistogramsNotReadError(SourceError):
    """A selector has native histograms, and the answer has no schemas."""


class TooManySeriesError(SourceError):
    """A selector is too large to be fetched; `series` is how many it selects."""

    def __init__(self, message: str, series: int) -> None:
        super().__init__(message)
        self.series = series
