"""`Incidents`: the incidents with user impact, against which a backtest scores alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from reliability.message import Message
from reliability.model.kind import Kind, Model, Name, Runbook, Share, Text, refuse
from reliability.scalars import ScalarError, read_moment


def check_zone(moment: datetime) -> datetime:
    """Require an offset from UTC."""
    if moment.tzinfo is None:
        raise refuse(
            Message("{time} has no offset from UTC", time=moment.isoformat()),
            Message("end it with Z or an offset such as +09:00"),
        )
    return moment


def check_written(value: Any) -> Any:
    """Require a date and time: a bare number could be seconds or milliseconds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not isinstance(value, str):
        return value

    try:
        return read_moment(value if isinstance(value, str) else str(value))
    except ScalarError as error:
        raise refuse(error.message, Message("write 2026-01-31T09:00:00Z")) from None


Moment = Annotated[datetime, BeforeValidator(check_written), AfterValidator(check_zone)]


class IncidentImpact(Model):
    """An SLO that the incident affected, and the share of its events that failed."""

    slo: Name
    failed: Share


class Incident(Model):
    """An incident: when it was, and what users noticed.

    Without `environments`, it was in every environment that may page.
    """

    name: Text
    start: Moment
    end: Moment
    impact: Text
    postmortem: Runbook | None = None
    slos: tuple[IncidentImpact, ...] = ()
    environments: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Incident:
        """Require an end after the start."""
        if self.end <= self.start:
            raise refuse(Message("the incident does not end after its start"))
        return self


class IncidentsSpec(Model):
    """The service and its incidents."""

    service: Name
    incidents: tuple[Incident, ...] = Field(default=())


class Incidents(Kind):
    """The incidents of a service."""

    api_version: Literal["reliability/v1"]
    kind: Literal["Incidents"]
    spec: IncidentsSpec
