"""`Incidents`: what really happened, the truth that a backtest is scored against."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from reliability.model.kind import Kind, Model, Name, Runbook, Share, Text, refuse
from reliability.scalars import ScalarError, read_moment


def check_zone(moment: datetime) -> datetime:
    """A moment says its offset from UTC."""
    if moment.tzinfo is None:
        raise refuse(f"{moment.isoformat()} has no time zone", "end it with Z or an offset")
    return moment


def check_written(value: Any) -> Any:
    """A moment is written as day and time: a bare number could be seconds or milliseconds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not isinstance(value, str):
        return value
    try:
        return read_moment(value if isinstance(value, str) else str(value))
    except ScalarError as error:
        raise refuse(str(error), "write 2026-01-31T09:00:00Z") from None


Moment = Annotated[datetime, BeforeValidator(check_written), AfterValidator(check_zone)]


class IncidentImpact(Model):
    """An SLO that an incident affected, and the share of its events that failed meanwhile."""

    slo: Name
    failed: Share


class Incident(Model):
    """One incident as people lived it."""

    name: Text
    start: Moment
    end: Moment
    impact: Text
    postmortem: Runbook | None = None
    slos: tuple[IncidentImpact, ...] = ()

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Incident:
        """The end is later than the start."""
        if self.end <= self.start:
            raise refuse("the incident ends before it starts")
        return self


class IncidentsSpec(Model):
    """The incidents of one service."""

    service: Name
    incidents: tuple[Incident, ...] = Field(default=())


class Incidents(Kind):
    """The incidents of a service, from `incidents.yaml`."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Incidents"]
    spec: IncidentsSpec
