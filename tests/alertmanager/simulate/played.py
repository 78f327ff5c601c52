"""The scenarios as one configuration, as posts over time, and as the simulation has them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import parse
from reliability.alertmanager.simulate.muting import Silence
from reliability.alertmanager.simulate.posts import FiringAlert, Sending
from reliability.alertmanager.simulate.server import Configuration, SimulatedServer, Version
from reliability.alertmanager.simulate.simulation import Notification, simulate
from reliability.alertmanager.simulate.times import time_intervals
from reliability.timespan import TimeSpan
from tests.alertmanager.simulate.scenario import KEPT, LENGTH, Played, Scenario, Spans
from tests.alertmanager.simulate.scenarios import SCENARIOS

SECOND: Final = timedelta(seconds=1)
SENDING: Final = Sending(SECOND, SECOND, KEPT * SECOND)
LOOKS: Final = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """One notification as both sides tell it; the time is in seconds since the play began."""

    at: float
    receiver: str
    group: tuple[tuple[str, str], ...]
    firing: tuple[str, ...]
    over: tuple[str, ...]

    @property
    def what(self) -> tuple[object, ...]:
        """All but the time."""
        return self.receiver, self.group, self.firing, self.over


def configuration(
    began: datetime,
    url: str = "http://127.0.0.1:1",
    scenarios: Sequence[Scenario] = SCENARIOS,
) -> dict[str, Any]:
    """Every scenario as a route of its own, below a root that reaches nobody."""
    return {
        "route": {"receiver": "nobody", "routes": [_route(each) for each in scenarios]},
        "receivers": [
            {"name": "nobody"},
            *(r for each in scenarios for r in _receivers(each, url)),
        ],
        "inhibit_rules": [r for each in scenarios for r in _inhibitions(each)],
        "time_intervals": [*_intervals(began)],
    }


def _route(scenario: Scenario) -> dict[str, Any]:
    first = next(iter(scenario.receivers))
    route = {"receiver": first, **scenario.route}
    named = _named(route, scenario.name)
    return {**named, "matchers": [f'scenario="{scenario.name}"']}


def _named(route: Mapping[str, Any], scenario: str) -> dict[str, Any]:
    below = [_named(each, scenario) for each in route.get("routes", ())]
    return {**route, "receiver": f"{scenario}/{route['receiver']}", "routes": below}


def _receivers(scenario: Scenario, url: str) -> Iterator[dict[str, Any]]:
    for name, ways in scenario.receivers.items():
        hooks = [
            {"url": f"{url}/{place}", "send_resolved": ends} for place, ends in enumerate(ways)
        ]
        yield {"name": f"{scenario.name}/{name}", "webhook_configs": hooks}


def _inhibitions(scenario: Scenario) -> Iterator[dict[str, Any]]:
    guard = f'scenario="{scenario.name}"'
    for rule in scenario.inhibitions:
        sides = {key: [*rule[key], guard] for key in ("source_matchers", "target_matchers")}
        yield {**rule, **sides}


def _intervals(began: datetime) -> Iterator[dict[str, Any]]:
    """The minute in which the play begins, and the one after it."""
    minute = began.replace(second=0, microsecond=0)
    for name, start in (("now", minute), ("then", minute + timedelta(minutes=1))):
        times = [{"start_time": f"{start:%H:%M}", "end_time": _until(start)}]
        yield {"name": name, "time_intervals": [{"times": times}]}


def _until(start: datetime) -> str:
    return "24:00" if (start.hour, start.minute) == (23, 59) else f"{start + 60 * SECOND:%H:%M}"


def labels_of(scenario: Scenario, played: Played) -> dict[str, str]:
    """All labels of an alert."""
    return {"scenario": scenario.name, **played.labels}


def silences(began: datetime, scenarios: Sequence[Scenario] = SCENARIOS) -> Iterator[Silence]:
    """The silences of all scenarios."""
    for scenario in scenarios:
        for matchers, start, end in scenario.silences:
            both = {"scenario": scenario.name, **matchers}
            yield Silence(
                tuple(RouteMatcher(name, "=", value) for name, value in both.items()),
                TimeSpan(began + start * SECOND, began + end * SECOND),
            )


def firing_alerts(began: datetime, scenarios: Sequence[Scenario] = SCENARIOS) -> list[FiringAlert]:
    """The alerts of all scenarios."""
    return [
        FiringAlert(
            labels_of(scenario, played),
            _spans(played.spans, began),
            SENDING,
            frozenset(_spans(played.lost, began)),
        )
        for scenario in scenarios
        for played in scenario.alerts
    ]


def _spans(spans: Spans, began: datetime) -> list[TimeSpan]:
    return [TimeSpan(began + start * SECOND, began + end * SECOND) for start, end in spans]


def simulated(
    began: datetime,
    started: datetime,
    version: Version,
    scenarios: Sequence[Scenario] = SCENARIOS,
) -> list[Seen]:
    """What the simulation says that is sent, to each webhook on its own."""
    config = configuration(began, scenarios=scenarios)
    alerts = firing_alerts(began, scenarios)
    server = SimulatedServer(started=started, version=version, maintenance_interval=LOOKS * SECOND)
    conf = Configuration(parse(config), time_intervals(config), tuple(silences(began, scenarios)))
    span = TimeSpan(began, began + LENGTH * SECOND)
    return [
        _seen(each, place, alerts, began)
        for each in simulate(alerts, conf, server, span)
        for place in each.integrations
    ]


def _seen(sent: Notification, place: int, alerts: list[FiringAlert], began: datetime) -> Seen:
    return Seen(
        (sent.at - began) / SECOND,
        f"{sent.receiver}/{place}",
        tuple(sorted(sent.group.items())),
        tuple(sorted(name_of(alerts[number].labels) for number in sent.firing)),
        tuple(sorted(name_of(alerts[number].labels) for number in sent.over)),
    )


def name_of(labels: Mapping[str, str]) -> str:
    """An alert in one word: its labels."""
    return ",".join(f"{name}={value}" for name, value in sorted(labels.items()))


LISTENING: Final = re.compile(r'time=(\S+) .*msg="Listening on"')


def started_at(log: str) -> datetime:
    """When a server listens as it logs it, which is just after its clocks began."""
    found = LISTENING.search(log)
    assert found is not None, log
    return datetime.fromisoformat(found[1]).astimezone(UTC)
