"""`Corrections`: planned maintenance that does not count against the error budget."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reliability.message import Message
from reliability.model.incidents import Moment
from reliability.model.kind import Handle, Kind, Model, Name, Text, Zone, refuse
from reliability.model.recurrence import RecurrenceError, occurrences

SHORTEST = timedelta(minutes=1)


class Correction(Model):
    """A period that does not count against the error budget, for all or some SLOs.

    With `rrule`, it recurs at the same local time in `time_zone`; the period is the first one.
    """

    start: Moment
    end: Moment
    rrule: Annotated[Text, Field(max_length=500)] | None = None
    time_zone: Zone = "UTC"
    slos: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    reason: Text
    approver: Handle

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Correction:
        """Require at least a minute: rules are evaluated once a minute."""
        if self.end - self.start < SHORTEST:
            raise refuse(
                Message("the correction is shorter than 1 minute"),
                Message("write an end at least a minute after the start"),
            )
        try:
            _ = self.times
        except RecurrenceError as error:
            raise refuse(error.message, error.help, inside=("rrule",)) from error
        return self

    @property
    def times(self) -> tuple[tuple[datetime, datetime], ...]:
        """Start and end of each occurrence, in their order."""
        if self.rrule is None:
            return ((self.start, self.end),)
        return occurrences(self.rrule, self.start, self.end - self.start, self.time_zone)

    @property
    def last_end(self) -> datetime:
        """End of the last occurrence."""
        return self.times[-1][1]


class CorrectionsSpec(Model):
    """The service and its corrections."""

    service: Name
    corrections: tuple[Correction, ...] = ()


class Corrections(Kind):
    """Planned maintenance of a service that does not count against the error budget."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Corrections"]
    spec: CorrectionsSpec
