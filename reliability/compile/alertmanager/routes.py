"""Generated subtree of routes of a team: heartbeats first, then by tier.

Only generated alerts of the team match it. A tier without a receiver is left to the receiver of the
parent route.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from reliability.alertmanager.matcher import RouteMatcher
from reliability.compile.alertmanager.policy import NotificationSettings
from reliability.compile.alertmanager.receivers import HEARTBEAT as HEARTBEAT_RECEIVER
from reliability.compile.alertmanager.receivers import NOBODY, TeamReceiver
from reliability.model.kind import TIERS
from reliability.model.notification import NotificationGrouping
from reliability.resolve.alerts import HEARTBEAT
from reliability.resource import Json
from reliability.scalars import duration_text
from reliability.timespan import SECOND

LOOKS_A_REPEAT: Final = 6
"""Flushes of a heartbeat's group within one repeat interval."""


def subtree(
    team: str,
    reaches: Sequence[TeamReceiver],
    means: NotificationSettings,
    budget: tuple[str, ...],
) -> dict[str, Json]:
    """Return the root route of a team's subtree; `budget` has the labels of one error budget."""
    names = means.label_names
    by_service = (names.service,)
    group_by = {"alert": ("alertname", *budget), "ticket": by_service, "log": by_service}
    # Without a receiver of its own the log tier would inherit that of the root, which notifies
    # people about alerts that nobody has a route for.
    receivers = {"log": NOBODY} | {
        reach.tier: reach.name for reach in reaches if reach.team == team
    }
    tiers: list[Json] = [
        {
            "matchers": [str(RouteMatcher(names.tier, "=", tier))],
            **({"receiver": receivers[tier]} if tier in receivers else {}),
            **grouped(means.grouping(tier), group_by[tier]),
        }
        for tier in TIERS
    ]
    return {
        "matchers": [
            str(RouteMatcher(names.service, "=~", ".+")),
            str(RouteMatcher(names.team, "=", team)),
            str(RouteMatcher(names.tier, "=~", "|".join(TIERS))),
        ],
        # The heartbeat is first: the first matching child wins, and a heartbeat has a tier as well.
        "routes": [_heartbeat_route(means), *tiers],
    }


def _heartbeat_route(means: NotificationSettings) -> Json:
    """Return the route that repeats every heartbeat on its own: silence triggers the switch.

    Alertmanager flushes a group once per `group_interval`, and repeats if the last notification is
    longer ago than `repeat_interval`. A repeat interval that is half a group interval shorter makes
    it repeat at the intended flush instead of the next one.
    """
    repeat = max(SECOND, means.heartbeat.repeat) if means.heartbeat else timedelta(minutes=1)
    interval = max(SECOND, repeat // LOOKS_A_REPEAT // SECOND * SECOND)
    grouping = NotificationGrouping(
        wait=timedelta(0), interval=interval, repeat=repeat - interval / 2
    )

    return {
        "matchers": [str(RouteMatcher(means.label_names.kind, "=", HEARTBEAT))],
        "receiver": HEARTBEAT_RECEIVER if means.heartbeat else NOBODY,
        # Each heartbeat is a group of its own: in a common group, one that stops would not be
        # noticed while another one still repeats.
        **grouped(grouping, ("...",)),
    }


def grouped(grouping: NotificationGrouping, group_by: tuple[str, ...]) -> dict[str, Json]:
    """Return the grouping and repetition settings of a route."""
    return {
        "group_by": [*group_by],
        "group_wait": _text(grouping.wait),
        "group_interval": _text(grouping.interval),
        "repeat_interval": _text(grouping.repeat),
    }


def _text(length: timedelta) -> str:
    """Format a duration for Alertmanager: in its largest whole unit, down to milliseconds."""
    if length % SECOND:
        return f"{length // timedelta(milliseconds=1)}ms"
    return duration_text(length)
