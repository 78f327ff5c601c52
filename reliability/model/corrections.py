"""`Corrections`: planned maintenance that does not count against the error budget."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reliability.message import Message
from reliability.model.incidents import Moment
from reliability.model.kind import Handle, Kind, Model, Name, Text, refuse

SHORTEST = timedelta(minutes=1)


class Correction(Model):
    """A period that does not count against the error budget, for all or some SLOs."""

    start: Moment
    end: Moment
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
        return self


class CorrectionsSpec(Model):
    """The service and its corrections."""

    service: Name
    corrections: tuple[Correction, ...] = ()


class Corrections(Kind):
    """Planned maintenance of a service that does not count against the error budget."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Corrections"]
    spec: CorrectionsSpec
