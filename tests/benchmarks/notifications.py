"""What it costs to play a fleet's alerts through Alertmanager's routes."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.benchmarks.measure import Measured

if TYPE_CHECKING:
    from reliability.alertmanager.simulate.posts import FiringAlert
    from reliability.timespan import TimeSpan

START: Final = datetime(2026, 8, 27, tzinfo=UTC)
DAYS: Final = timedelta(days=90)
MINUTE: Final = timedelta(minutes=1)
ALERTS: Final = 1000
BETWEEN: Final = (60, 30 * 24 * 60)
"""Minutes of quiet between two episodes: some five in 90 days."""

CONFIG: Final[dict[str, Any]] = {
    "route": {
        "receiver": "pager",
        "group_by": ["alertname", "service", "slo"],
        "routes": [
            {
                "matchers": ["tier=ticket"],
                "receiver": "queue",
                "group_by": ["service"],
                "group_wait": "5m",
                "group_interval": "1h",
                "repeat_interval": "5d",
            }
        ],
    },
    "receivers": [
        {"name": "pager", "pagerduty_configs": [{}], "slack_configs": [{"send_resolved": True}]},
        {"name": "queue", "webhook_configs": [{}]},
    ],
    "inhibit_rules": [
        {
            "source_matchers": ["tier=alert", "slo=~.+"],
            "target_matchers": ["tier=ticket", "slo=~.+"],
            "equal": ["service", "slo"],
        }
    ],
}


def a_thousand_alerts(_: Path) -> Measured:
    """90 days of 1,000 alerts, in process."""
    from reliability.alertmanager.routing import parse
    from reliability.alertmanager.simulate.server import Configuration, SimulatedServer
    from reliability.alertmanager.simulate.simulation import simulate
    from reliability.timespan import TimeSpan

    alerts, span = [*fleet(random.Random(5))], TimeSpan(START, START + DAYS)
    configuration = Configuration(parse(CONFIG), {})
    taken = []
    for _run in range(5):
        began = time.perf_counter()
        sent = len([*simulate(alerts, configuration, SimulatedServer(started=START), span)])
        taken.append(time.perf_counter() - began)
    times = sum(len(each.spans) for each in alerts)
    name = f"1,000 alerts, {times:,} episodes, {sent:,} notifications"
    return Measured(name, statistics.median(taken), 0.6)


def fleet(chance: random.Random) -> Iterator[FiringAlert]:
    """Pairs of alert and ticket, two promises a service."""
    from reliability.alertmanager.simulate.posts import FiringAlert

    for number in range(ALERTS):
        labels = {
            "alertname": "ErrorBudgetBurn",
            "service": f"service-{number // 4}",
            "slo": f"slo-{number // 2 % 2}",
            "tier": "alert" if number % 2 else "ticket",
        }
        yield FiringAlert(labels, [*_spans(chance)])


def _spans(chance: random.Random) -> Iterator[TimeSpan]:
    from reliability.timespan import TimeSpan

    at = START + chance.randint(*BETWEEN) * MINUTE
    while at < START + DAYS:
        end = at + chance.randint(2, 300) * MINUTE
        yield TimeSpan(at, end)
        at = end + chance.randint(*BETWEEN) * MINUTE
