"""Incidents of PagerDuty's analytics: pages, limits on rates, and tokens that may not read them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reliability.errors import ProviderError
from reliability.http.server import HttpServer
from reliability.providers.pagerduty.analytics import PagerSource, read_incidents
from reliability.timespan import TimeSpan
from tests.providers.fake_pagerduty import FakePagerDuty
from tests.providers.faulty_fake import Fault
from tests.providers.faulty_server import run_fake
from tests.providers.pagerduty_analytics import FakeAnalytics, incident
from tests.providers.pagerduty_world import pagerduty_provider

NOVEMBER = TimeSpan(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
INCIDENTS = [
    incident(f"2026-11-{day:02}T09:00:00", day, service_id=f"PS{day % 2}", team_id="PT1")
    for day in (5, 3, 1, 4, 2)
]


@pytest.fixture
def account() -> Iterator[FakePagerDuty]:
    with run_fake(FakePagerDuty(analytics=FakeAnalytics(incidents=[*INCIDENTS], page=2))) as fake:
        yield fake


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def server(account: FakePagerDuty, pauses: list[float]) -> Iterator[HttpServer]:
    """A client that never waits, but notes for how long it would."""
    with ExitStack() as closing:
        provider = pagerduty_provider(account, closing, writable=False)
        yield replace(provider.server, pause=pauses.append)


def source(account: FakePagerDuty, **more: tuple[str, ...]) -> PagerSource:
    return PagerSource(url=account.url, token="env:PAGER", **more)


def numbers(source: PagerSource, span: TimeSpan = NOVEMBER) -> list[int]:
    return [int(one.id[1:]) for one in source.incidents(span, lambda _: "token")]


def test_every_page_is_read_and_the_oldest_incident_is_first(account: FakePagerDuty) -> None:
    assert numbers(source(account)) == [1, 2, 3, 4, 5]
    assert account.requests == ["POST /analytics/raw/incidents"] * 3


def test_times_are_in_utc(account: FakePagerDuty) -> None:
    first = next(source(account).incidents(NOVEMBER, lambda _: "token"))
    assert first.created_at == datetime(2026, 11, 1, 9, tzinfo=UTC)


def test_only_incidents_of_the_span_the_team_and_the_service_are_read(
    account: FakePagerDuty,
) -> None:
    end = datetime(2026, 11, 4, 9, tzinfo=UTC)
    assert numbers(source(account), TimeSpan(NOVEMBER.start, end)) == [1, 2, 3]
    assert numbers(source(account, services=("PS0",))) == [2, 4]
    assert numbers(source(account, teams=("PT2",))) == []


def test_an_incident_that_moves_to_the_next_page_counts_once(account: FakePagerDuty) -> None:
    account.analytics.incidents.append(INCIDENTS[1])
    assert numbers(source(account)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("analytics", "why"),
    [
        (FakeAnalytics(of_user=True), "a token of a user needs --pager-team or --pager-service"),
        (FakeAnalytics(allowed=False), "a token of OAuth with the scope analytics.write"),
        (FakeAnalytics(incidents=INCIDENTS, page=1, endless=True), "its pages do not end"),
    ],
)
def test_a_refusal_says_what_to_do(
    account: FakePagerDuty, analytics: FakeAnalytics, why: str
) -> None:
    account.analytics = analytics
    with pytest.raises(ProviderError, match=why):
        numbers(source(account))


@pytest.mark.parametrize("fault", ["429", "503"])
def test_a_request_is_repeated_after_the_pause_that_pagerduty_asks_for(
    account: FakePagerDuty, server: HttpServer, pauses: list[float], fault: Fault
) -> None:
    faults = iter([fault])
    account.fault = lambda _method, _path: next(faults, None)
    assert len(list(read_incidents(server, {}))) == 5
    assert pauses == [7.0]


def test_a_request_without_an_answer_is_repeated(
    account: FakePagerDuty, server: HttpServer
) -> None:
    faults: Iterator[Fault] = iter(["lost"])
    account.fault = lambda _method, _path: next(faults, None)
    assert len(list(read_incidents(server, {}))) == 5
