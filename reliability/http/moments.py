"""Times in responses, within the years that time zones and sums with spans can express."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime

YEARS: Final = range(1970, 2200)


def _within_years(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError(f"the year {moment.year} is not from {YEARS.start} to {YEARS.stop - 1}")
    return moment


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


ServerMoment = Annotated[AwareDatetime, AfterValidator(_within_years)]
"""A time with an offset."""

UtcMoment = Annotated[datetime, AfterValidator(_within_years), AfterValidator(_in_utc)]
"""A time that is in UTC if it has no offset."""
