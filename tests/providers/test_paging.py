"""A test page: where it goes, how long it is waited for, and that it is always ended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reliability.alert_labels import PLAIN
from reliability.errors import ProviderError
from reliability.http.server import HttpServer
from reliability.model.targets import ServerTarget
from reliability.providers.delivery import Delivery, ReceiverIntegration
from reliability.providers.http import open_server
from reliability.providers.paging import LABEL, Pager, PageRoute, page_labels, page_route
from reliability.resource import Resource, ResourceId

CONFIG = """
route:
  receiver: default
  group_by: [alertname]
  routes:
    - matchers: ['team="shop"']
      receiver: reliability/shop
      group_wait: 10s
      group_interval: 2m
      continue: true
    - matchers: ['tier="alert"']
      receiver: foreign
      group_by: [service]
      group_wait: 5s
      group_interval: 3m
    - matchers: ['team="lonely"']
      receiver: nothing
      group_by: ['...']
      group_interval: 9m
receivers:
  - name: default
  - name: nothing
  - name: reliability/shop
    slack_configs: [{api_url: "http://s", channel: a}]
    pagerduty_configs: [{routing_key: x}, {routing_key: y}]
  - name: foreign
    webhook_configs: [{url: "http://w"}]
"""
SLACK = ReceiverIntegration("reliability/shop", "slack")


@dataclass
class Alertmanager:
    """Delivers a page after some seconds, or fails, or suppresses it."""

    config: str = CONFIG
    delivered_at: float = 1e9
    failed_at: float = 1e9
    status: dict[str, Any] = field(default_factory=lambda: {"state": "active"})
    refuses: str = ""
    now: float = 0
    sent: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.refuses == f"{request.method} {request.url.path}":
            return httpx.Response(400, text="no")
        if request.method == "POST":
            self.sent += json.loads(request.content)
            return httpx.Response(200)
        if request.url.path == "/api/v2/status":
            return httpx.Response(200, json={"config": {"original": self.config}})
        if request.url.path == "/metrics":
            failed, sent = self.now >= self.failed_at, self.now >= self.delivered_at
            name, labels = "alertmanager_notification_requests", '{integration="slack"}'
            return httpx.Response(
                200,
                text=f"{name}_total{labels} {5 + sent + failed}\n"
                f"{name}_failed_total{labels} {int(failed)}\n",
            )
        mark = request.url.params["filter"].removeprefix(f"{LABEL}=").strip('"')
        alert = {"labels": {LABEL: mark}, "receivers": [], "status": self.status}
        other = {"labels": {}, "receivers": [], "status": {"state": "suppressed"}}
        return httpx.Response(200, json=[other, alert])

    def pause(self, seconds: float) -> None:
        self.now += seconds


@contextmanager
def opened(alertmanager: Alertmanager) -> Iterator[HttpServer]:
    target = ServerTarget(name="am", url="http://am:9093")
    transport = httpx.MockTransport(alertmanager)
    server = open_server(target, None, ("am",), writable=True, transport=transport)
    with server.client:
        yield replace(server, pause=alertmanager.pause)


def route(config: str = CONFIG, **labels: str) -> PageRoute:
    with opened(Alertmanager(config)) as server:
        return page_route(server, labels)


def test_a_page_goes_where_the_running_configuration_leads() -> None:
    found = route(team="shop", tier="alert")
    assert found.receivers == ("reliability/shop", "foreign")
    assert [str(each) for each in found.destinations] == [
        "slack of reliability/shop",
        "pagerduty of reliability/shop",
        "pagerduty of reliability/shop",
        "webhook of foreign",
    ]
    assert found.foreign == ("foreign",)
    assert found.group_wait == timedelta(seconds=10)
    # A group without the name of the alert may be there already, and waits for its interval.
    assert found.waits == 180


def test_a_group_of_its_own_waits_for_its_first_notification_only() -> None:
    assert route(team="shop").waits == 10
    lonely = route(team="lonely")
    assert (lonely.waits, lonely.receivers, lonely.destinations) == (30, ("nothing",), ())


def test_an_alertmanager_that_says_no_configuration_is_refused() -> None:
    with (
        opened(Alertmanager(refuses="GET /api/v2/status")) as server,
        pytest.raises(ProviderError, match="status 400: no"),
    ):
        page_route(server, {})
    with pytest.raises(ProviderError, match="its configuration: "):
        route("route: 5")
    with pytest.raises(ProviderError, match="its configuration: "):
        route("{")


def compiled(*rules: dict[str, Any]) -> list[Resource]:
    body: dict[str, Any] = {"groups": [{"name": "g", "rules": list(rules)}]}
    return [Resource(ResourceId("prometheus", "rule-file", "shop"), body)]


def rule(**labels: str) -> dict[str, Any]:
    return {"alert": "A", "expr": "1", "labels": labels}


def test_a_page_has_the_labels_of_an_alert_of_the_team_but_those_that_inhibit() -> None:
    labels = page_labels(
        compiled(
            rule(team="bank", tier="alert", service="b"),
            rule(team="shop", tier="ticket", service="t"),
            rule(
                team="shop",
                tier="alert",
                service="s",
                slo="x",
                objective="y",
                pod="{{ $labels.pod }}",
            ),
            rule(team="shop", tier="alert", service="later"),
        ),
        "shop",
        PLAIN,
    )
    assert labels is not None
    mark = labels.pop(LABEL)
    assert labels == {
        "alertname": "ReliabilityTestPage",
        "team": "shop",
        "tier": "alert",
        "service": "s",
    }
    assert len(mark) == 8
    assert page_labels(compiled(rule(team="shop", tier="ticket")), "shop", PLAIN) is None


def paged(alertmanager: Alertmanager, waits: float = 10) -> tuple[Delivery, list[str]]:
    """What became of a page, and what was said meanwhile."""
    said: list[str] = []
    labels = {LABEL: "0123abcd", "team": "shop"}
    going = PageRoute(
        labels=labels,
        receivers=("reliability/shop",),
        destinations=(SLACK,),
        group_wait=timedelta(seconds=waits),
        waits=waits,
    )
    with opened(alertmanager) as server:
        began = datetime(2026, 11, 25, tzinfo=UTC)
        pager = Pager(server=server, route=going, team="shop", tell=said.append, began=began)
        return pager.page(), said


def test_a_page_is_sent_delivered_and_ended() -> None:
    alertmanager = Alertmanager(delivered_at=12)
    delivery, said = paged(alertmanager)
    assert (delivery.delivered, alertmanager.now) == ((SLACK,), 12)
    assert said == ["am: waiting up to 40 s"]
    first, last = alertmanager.sent
    assert first == {
        "labels": {LABEL: "0123abcd", "team": "shop"},
        "annotations": {
            "summary": "Test page for shop: nothing is broken",
            "description": "Sent by `reliability sync --test-page`. It ends by itself.",
        },
        "startsAt": "2026-11-25T00:00:00+00:00",
        "endsAt": "2026-11-25T00:10:00+00:00",
    }
    assert {**last, "endsAt": first["endsAt"]} == first
    assert last["endsAt"] > first["endsAt"]


def test_a_page_that_is_not_counted_is_waited_for_and_missing() -> None:
    alertmanager = Alertmanager()
    delivery, said = paged(alertmanager)
    assert (delivery.missing, alertmanager.now) == ((SLACK,), 40)
    assert said == [f"am: waiting up to {left} s" for left in (40, 25, 10)]


def test_a_page_that_fails_is_given_a_second_try() -> None:
    failing = Alertmanager(failed_at=3)
    assert (paged(failing)[0].failed, failing.now) == ((SLACK,), 24)
    recovering = Alertmanager(failed_at=3, delivered_at=20)
    assert (paged(recovering)[0].delivered, recovering.now) == ((SLACK,), 20)


@pytest.mark.parametrize(
    ("status", "suppressed"),
    [
        ({"state": "suppressed", "silencedBy": ["s1", "s2"]}, "silence s1"),
        ({"state": "suppressed", "inhibitedBy": ["i"]}, "inhibition by i"),
        ({"state": "suppressed", "mutedBy": ["night"]}, "time interval night"),
        (
            {"state": "suppressed", "silencedBy": ["s"], "mutedBy": ["night"]},
            "silence s, time interval night",
        ),
        ({"state": "suppressed"}, "Alertmanager"),
    ],
)
def test_a_page_that_is_suppressed_is_not_waited_for(
    status: dict[str, Any], suppressed: str
) -> None:
    alertmanager = Alertmanager(status=status)
    delivery, _ = paged(alertmanager)
    assert (delivery.suppressed, alertmanager.now) == (suppressed, 0)


@pytest.mark.parametrize("path", ["POST /api/v2/alerts", "GET /api/v2/alerts"])
def test_an_alertmanager_that_refuses_an_alert_is_an_error(path: str) -> None:
    alertmanager = Alertmanager(refuses=path)
    with pytest.raises(ProviderError, match="status 400: no"):
        paged(alertmanager)
    assert len(alertmanager.sent) == (0 if path.startswith("POST") else 2)
