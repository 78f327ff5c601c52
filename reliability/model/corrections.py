"""`Corrections`: planned maintenance that does not count against the error budget."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reliability.model.incidents import Moment
from reliability.model.kind import Handle, Kind, Model, Name, Text, refuse

SHORTEST = timedelta(minutes=1)


class Correction(Model):
    """One stretch of time that counts for nothing, for all SLOs of the service or for some."""

    start: Moment
    end: Moment
    slos: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    reason: Text
    approver: Handle

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Correction:
        """The end is a minute later than the start, or more: rules are evaluated each minute."""
        if self.end - self.start < SHORTEST:
            raise refuse("the correction does not last a minute", "write an end after its start")
        return self


class CorrectionsSpec(Model):
    """The corrections of one service."""

    service: Name
    corrections: tuple[Correction, ...] = ()


class Corrections(Kind):
    """The corrections of a service, from `corrections.yaml`."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Corrections"]
    spec: CorrectionsSpec
