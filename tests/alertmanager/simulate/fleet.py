"""Alerts, routes and servers of a test, in minutes from `START`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from reliability.alertmanager.routing import parse
from reliability.alertmanager.simulate.muting import Silence
from reliability.alertmanager.simulate.posts import FiringAlert
from reliability.alertmanager.simulate.server import Configuration, SimulatedServer, Version
from reliability.alertmanager.simulate.simulation import Notification, simulate
from reliability.alertmanager.simulate.times import time_intervals
from reliability.timespan import TimeSpan

START: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""

MINUTE: Final = timedelta(minutes=1)
DAYS: Final = timedelta(days=7)

PAGER: Final = {"name": "pager", "pagerduty_configs": [{"routing_key_file": "key"}]}
QUEUE: Final = {"name": "queue", "webhook_configs": [{"url": "http://127.0.0.1:1/"}]}
CHAT: Final = {
    "name": "chat",
    "slack_configs": [{"channel": "#a", "pretext": "<!subteam^S1>", "send_resolved": True}],
}


def span(start: float, end: float) -> TimeSpan:
    """From one minute until another."""
    return TimeSpan(START + start * MINUTE, START + end * MINUTE)


def firing(labels: Mapping[str, str], *spans: tuple[float, float]) -> FiringAlert:
    """An alert that fires from minute to minute."""
    return FiringAlert(labels, [span(*each) for each in spans])


def config(receivers: Sequence[Mapping[str, Any]] = (PAGER,), **route: Any) -> dict[str, Any]:
    """A configuration whose root is all there is."""
    first = receivers[0]["name"]
    return {
        "route": {"receiver": first, "group_by": ["alertname"], **route},
        "receivers": [*receivers],
    }


def sent(
    alerts: Sequence[FiringAlert],
    written: Mapping[str, Any],
    silences: Sequence[Silence] = (),
    version: Version = Version.NEWER,
) -> list[Notification]:
    """What would be sent within a week."""
    configuration = Configuration(parse(written), time_intervals(written), tuple(silences))
    week = TimeSpan(START, START + DAYS)
    return [*simulate(alerts, configuration, SimulatedServer(started=START, version=version), week)]


def minutes(notifications: Sequence[Notification]) -> list[tuple[float, str]]:
    """When each was sent, and its news."""
    return [((each.at - START) / MINUTE, each.reason) for each in notifications]
