"""The time zone of a service for texts that people read: that of its team."""

from __future__ import annotations

from datetime import UTC, tzinfo

from reliability.check.context import Context
from reliability.render.times import zone_named


def zone_of(service: str, context: Context) -> tzinfo:
    """Return the `timeZone` of a service's team; UTC without a team or a zone database."""
    team = context.team_of(service)
    return zone_named(team.value.spec.time_zone) if team is not None else UTC
