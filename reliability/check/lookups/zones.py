"""The time zone in which people read about a service: their team's."""

from __future__ import annotations

from datetime import UTC, tzinfo

from reliability.check.context import Context
from reliability.render.times import zone_named


def zone_of(service: str, context: Context) -> tzinfo:
    """The `timeZone` of the service's team; UTC without a team, or if this machine has no zones."""
    team = context.team_of(service)
    return zone_named(team.value.spec.time_zone) if team is not None else UTC
