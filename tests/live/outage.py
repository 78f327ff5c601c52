"""An outage of ten minutes: when burn-rate alerts fire over it, and how that is lived through.

Minutes pass in fractions of a second: Alertmanager's own times are shortened as much.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from reliability.alertmanager.routing import Route, parse
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition
from tests.servers.alertmanager import Alertmanager

MINUTE: Final = 0.1
"""How long a minute of the outage takes here, in seconds."""

OUTAGE: Final = range(600, 610)
"""The minutes in which every request fails; ten hours before them, none does."""

LAST: Final = 660


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert, by its labels, and the minutes in which it fires."""

    labels: Mapping[str, str]
    minutes: range


def firing(labels: Mapping[str, str], condition: Condition) -> Firing:
    """When an alert of this condition fires over the outage: once, without a gap."""
    minutes = [minute for minute in range(OUTAGE.start, LAST) if holds(condition, minute)]
    spell = range(minutes[0], minutes[-1] + 1)
    assert list(spell) == minutes
    return Firing(labels, spell)


def holds(condition: Condition, minute: int) -> bool:
    """Whether a condition holds at the end of a minute, with as much traffic in each."""
    match condition:
        case AnyOf(conditions):
            return any(holds(inner, minute) for inner in conditions)
        case AllOf(conditions):
            return all(holds(inner, minute) for inner in conditions)
        case BurnAbove(window):
            length = window // timedelta(minutes=1)
            failed = sum(each in OUTAGE for each in range(minute - length + 1, minute + 1))
            return failed / length > condition.threshold
        case _:
            raise AssertionError(condition)


def hurried(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration in which all times of routes are as short as the minutes here."""
    tree = parse(config).root
    return {**config, "route": hurried_route(config["route"], tree)}


def hurried_route(node: Mapping[str, Any], route: Route) -> dict[str, Any]:
    times = {
        "group_wait": route.group_wait,
        "group_interval": route.group_interval,
        "repeat_interval": route.repeat_interval,
    }
    short = {
        key: f"{max(1, round(each.total_seconds() / 60 * MINUTE * 1000))}ms"
        for key, each in times.items()
    }
    inner = [
        hurried_route(child, of_child)
        for child, of_child in zip(node.get("routes", ()), route.routes, strict=True)
    ]
    return {**node, **short, "routes": inner}


def live_through(alertmanager: Alertmanager, alerts: Sequence[Firing]) -> float:
    """Send what Prometheus would send, minute by minute; the moment at which the outage ended."""
    start = time.monotonic()
    recovered = start + (OUTAGE.stop - OUTAGE.start) * MINUTE
    for minute in range(OUTAGE.start, LAST):
        time.sleep(max(0, start + (minute - OUTAGE.start) * MINUTE - time.monotonic()))
        for alert in alerts:
            if minute == alert.minutes.start:
                alertmanager.send(alert.labels)
            if minute == alert.minutes.stop:
                alertmanager.send(alert.labels, ends=datetime.now(UTC))
    return recovered
