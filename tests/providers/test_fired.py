"""What fired, read from the answers of a server that a test makes up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.model.targets import ServerTarget
from reliability.providers.fired import (
    FiredAlert,
    ever_fired,
    fired_in_prometheus,
    on_in_alertmanager,
)
from reliability.providers.http import HttpServer, open_server
from reliability.timespan import TimeSpan

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LABELS = {"alertname": "Slow", "service": "shop"}
ALERTS = {"__name__": "ALERTS", "alertstate": "firing", **LABELS}
Answer = Callable[[httpx.Request], object]


@contextmanager
def opened(answer: Answer) -> Iterator[HttpServer]:
    def handle(request: httpx.Request) -> httpx.Response:
        found = answer(request)
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    target = ServerTarget(name="server", url="http://server.example")
    transport = httpx.MockTransport(handle)
    server = open_server(target, None, ("server.example",), writable=False, transport=transport)
    with server.client:
        yield server


def at(*minutes: float) -> list[tuple[float, str]]:
    """Ends of minutes that fired, in minutes after `NOW`."""
    return [((NOW + minute * MINUTE).timestamp(), "4") for minute in minutes]


def matrix(*series: tuple[dict[str, str], list[tuple[float, str]]]) -> object:
    result = [{"metric": metric, "values": values} for metric, values in series]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def stretch(start: float, end: float) -> TimeSpan:
    return TimeSpan(NOW + start * MINUTE, NOW + end * MINUTE)


@pytest.mark.parametrize(
    ("ends", "episodes"),
    [
        ([1], [(0, 1)]),
        ([1, 2, 3], [(0, 3)]),
        ([3, 1, 2], [(0, 3)]),
        ([1, 6], [(0, 6)]),
        ([1, 7], [(0, 1), (6, 7)]),
        ([1, 2, 8, 12, 20], [(0, 2), (7, 8), (11, 12), (19, 20)]),
    ],
)
def test_minutes_no_further_apart_than_five_are_one_episode(
    ends: list[float], episodes: list[tuple[float, float]]
) -> None:
    with opened(lambda _: matrix((ALERTS, at(*ends)))) as server:
        found = fired_in_prometheus(server, 'tier="ticket"', TimeSpan(NOW, NOW + HOUR))
    assert found == (FiredAlert(LABELS, tuple(stretch(*each) for each in episodes)),)


def test_a_prometheus_is_asked_for_every_minute_of_a_calendar_day_at_once() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> object:
        asked.append(dict(request.url.params))
        return matrix((ALERTS, at(1440 * len(asked) - 1439)))

    with opened(answer) as server:
        span = TimeSpan(NOW, NOW + 25 * HOUR)
        [alert] = fired_in_prometheus(server, 'tier="ticket"', span)
    assert alert.episodes == (stretch(0, 1), stretch(1440, 1441))
    query = 'count_over_time(ALERTS{alertstate="firing",tier="ticket"}[1m])'
    first, last = NOW.timestamp(), (NOW + 25 * HOUR).timestamp()
    between = datetime(2026, 11, 26, tzinfo=UTC).timestamp()
    assert asked == [
        {"query": query, "start": f"{start + 60:.3f}", "end": f"{end:.3f}", "step": "60"}
        for start, end in ((first, between), (between, last))
    ]


def test_a_test_page_is_no_alert_and_stops_no_other() -> None:
    page = {**ALERTS, "reliability_test": "yes"}
    other = {**ALERTS, "pod": "p"}
    answered = matrix((page, at(1)), (ALERTS, at(1)), (other, at(2)))
    with opened(lambda _: answered) as server:
        found = fired_in_prometheus(server, "", TimeSpan(NOW, NOW + HOUR))
    assert found == (
        FiredAlert(LABELS, (stretch(0, 1),)),
        FiredAlert({**LABELS, "pod": "p"}, (stretch(1, 2),)),
    )


def test_a_series_without_a_name_of_an_alert_is_refused() -> None:
    answered = matrix(({"alertstate": "firing"}, at(1)))
    with (
        opened(lambda _: answered) as server,
        pytest.raises(ProviderError, match=r"^server: a series of ALERTS has no alertname$"),
    ):
        fired_in_prometheus(server, "", TimeSpan(NOW, NOW + HOUR))


@pytest.mark.parametrize(
    ("back", "hours"),
    [
        (timedelta(minutes=1), 1),
        (timedelta(minutes=119), 1),
        (timedelta(hours=2), 2),
        (timedelta(days=90), 2160),
    ],
)
def test_what_ever_fired_is_counted_over_whole_hours(back: timedelta, hours: int) -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> object:
        asked.append(dict(request.url.params))
        result = [{"metric": LABELS, "value": [NOW.timestamp(), "3"]}]
        return {"status": "success", "data": {"resultType": "vector", "result": result}}

    with opened(answer) as server:
        assert ever_fired(server, ("service", "alertname"), NOW, back) == [LABELS]
    counted = f'count_over_time(ALERTS{{alertstate="firing"}}[{hours}h])'
    query = f"count by (service, alertname) ({counted})"
    assert asked == [{"query": query, "time": f"{NOW.timestamp():.3f}"}]


def test_an_alertmanager_is_asked_for_what_fires_and_is_not_suppressed() -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    def shown(labels: dict[str, str], starts: datetime) -> dict[str, object]:
        return {"labels": labels, "startsAt": starts.isoformat()}

    def answer(request: httpx.Request) -> object:
        asked.append((request.url.path, dict(request.url.params)))
        return [
            shown({**LABELS, "pod": "now"}, NOW),
            shown({**LABELS, "reliability_test": "yes"}, NOW - HOUR),
            shown(LABELS, NOW - MINUTE),
        ]

    with opened(answer) as server:
        found = on_in_alertmanager(server, 'tier="ticket"', NOW)
    assert found == (FiredAlert(LABELS, (stretch(-1, 0),)),)
    wanted = {"active": "true", "silenced": "false", "inhibited": "false"}
    assert asked == [("/api/v2/alerts", {"filter": 'tier="ticket"', **wanted})]


def test_an_alertmanager_that_refuses_is_named_with_its_words() -> None:
    with (
        opened(lambda _: httpx.Response(400, text="bad matcher")) as server,
        pytest.raises(ProviderError, match=r"server: .*an Alertmanager.*status 400: bad matcher"),
    ):
        on_in_alertmanager(server, "x", NOW)
