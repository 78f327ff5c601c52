"""The time zone in which people read about a service: their team's."""

from __future__ import annotations

from datetime import UTC, tzinfo

from reliability.check.context import Context


def zone_of(service: str, context: Context) -> tzinfo:
    """The `timeZone` of the service's team; UTC without a team, or if this machine has no zones."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # late: few findings need it

    team = context.team_of(service)
    try:
        return ZoneInfo(team.value.spec.time_zone) if team is not None else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
