"""A test page: where it goes, how long it is waited for, and that it is always ended."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from reliability.alert_labels import PLAIN
from reliability.errors import ProviderError
from reliability.http.server import HttpServer
from reliability.model.targets import ServerTarget
from reliability.providers.delivery import PageDelivery, ReceiverIntegration
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
    - matchers: ['team="crowd"']
      receiver: foreign
      group_by: [team]
      group_interval: 4m
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
DATE = "Wed, 25 Nov 2026 00:00:00 GMT"


@dataclass
class Alertmanager:
    """Delivers a page after some seconds, or fails, or suppresses it."""

    config: str = CONFIG
    peers: int = 0
    began_at: float = 0
    delivered_at: float = 1e9
    refused_at: float = 1e9
    status: dict[str, Any] = field(default_factory=dict)
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
            body = {"config": {"original": self.config}, "cluster": self.cluster}
            return httpx.Response(200, json=body, headers={"Date": DATE})
        if request.url.path == "/metrics":
            return httpx.Response(200, text=self.counts)
        mark = request.url.params["filter"].removeprefix(f"{LABEL}=").strip('"')
        alerts = [
            {"labels": {}, "status": {"silencedBy": ["other"]}},
            {"labels": {LABEL: mark}, "status": self.status},
        ]
        return httpx.Response(200, json=[{"receiver": {"name": SLACK.receiver}, "alerts": alerts}])

    @property
    def cluster(self) -> dict[str, Any]:
        return {"peers": [{"name": str(number)} for number in range(self.peers)]}

    @property
    def counts(self) -> str:
        began = bool(self.sent) and self.now >= self.began_at
        refused, accepted = self.now >= self.refused_at, self.now >= self.delivered_at
        numbers = {
            "notifications_total": 5 + began,
            "notifications_failed_total": refused,
            "notification_requests_total": 5 + accepted + refused,
            "notification_requests_failed_total": refused,
            "notification_latency_seconds_sum": 5,
        }
        return "".join(
            f'alertmanager_{name}{{integration="slack"}} {int(number)}\n'
            for name, number in numbers.items()
        )

    def pause(self, seconds: float) -> None:
        self.now += seconds


@contextmanager
def opened(alertmanager: Alertmanager) -> Iterator[HttpServer]:
    target = ServerTarget(name="am", url="http://am:9093")
    transport = httpx.MockTransport(alertmanager)
    server = open_server(target, None, ("am",), writable=True, transport=transport)
    with server.client:
        yield replace(server, pause=alertmanager.pause)


def route(labels: Mapping[str, str], config: str = CONFIG, peers: int = 0) -> PageRoute:
    with opened(Alertmanager(config, peers)) as server:
        return page_route(server, labels, PLAIN)


REAL = {"alertname": "ErrorBudgetBurn", "slo": "orders", "service": "shop"}


def test_a_page_goes_where_the_alert_goes_in_groups_of_its_own() -> None:
    found = route(REAL | {"team": "shop", "tier": "alert"})
    assert found.receivers == ("reliability/shop", "foreign")
    assert [str(each) for each in found.destinations] == [
        "slack of reliability/shop",
        "pagerduty of reliability/shop",
        "pagerduty of reliability/shop",
        "webhook of foreign",
    ]
    test = f"ReliabilityTestPage-{found.labels[LABEL]}"
    # The second route groups by the service only.
    assert found.labels == {
        "alertname": test, "slo": test, "service": test, "team": "shop", "tier": "alert",
        LABEL: found.labels[LABEL],
    }  # fmt: skip
    assert (found.is_apart, found.due, found.group_wait) == (
        True, timedelta(0), timedelta(seconds=10),
    )  # fmt: skip


def test_a_label_that_decides_the_route_keeps_its_value() -> None:
    shared = route(REAL | {"team": "crowd"})
    assert (shared.labels["team"], shared.is_apart) == ("crowd", False)
    assert shared.due == timedelta(minutes=4)
    by_name = CONFIG.replace("'team=\"shop\"'", '"alertname=ErrorBudgetBurn"')
    kept = route(REAL | {"team": "shop"}, by_name)
    assert (kept.labels["alertname"], kept.is_apart) == ("ErrorBudgetBurn", False)
    lonely = route({"team": "lonely"})
    assert (lonely.is_apart, lonely.receivers, lonely.destinations) == (True, ("nothing",), ())
    # Each peer of a cluster waits for the former ones.
    assert route({"team": "shop"}, peers=3).due == timedelta(seconds=30)


def test_an_alertmanager_that_says_no_configuration_is_refused() -> None:
    with (
        opened(Alertmanager(refuses="GET /api/v2/status")) as server,
        pytest.raises(ProviderError, match="status 400: no"),
    ):
        page_route(server, {}, PLAIN)
    with pytest.raises(ProviderError, match="its configuration: "):
        route({}, "route: 5")
    with pytest.raises(ProviderError, match="its configuration: "):
        route({}, "{")


def compiled(*rules: dict[str, Any]) -> list[Resource]:
    body: dict[str, Any] = {"groups": [{"name": "g", "rules": list(rules)}]}
    return [Resource(ResourceId("prometheus", "rule-file", "shop"), body)]


def rule(**labels: str) -> dict[str, Any]:
    return {"alert": "A", "expr": "1", "labels": labels}


def test_a_page_has_the_labels_of_a_page_of_an_slo_and_never_of_a_heartbeat() -> None:
    beat = rule(team="shop", tier="alert", service="monitoring", kind="heartbeat")
    signal = rule(team="shop", tier="alert", service="s", kind="symptom", pod="{{ $labels.pod }}")
    ticket = rule(team="shop", tier="ticket", service="t", slo="x")
    burn = rule(team="shop", tier="alert", service="u", slo="x")
    other = rule(team="bank", tier="alert", service="b", slo="x")

    def service(*rules: dict[str, Any], tier: str = "alert") -> str | None:
        labels = page_labels(compiled(*rules), "shop", tier, PLAIN)
        assert labels is None or "pod" not in labels
        return labels["service"] if labels else None

    assert service(other, beat, ticket, signal, burn) == "u"
    assert service(other, beat, ticket, signal) == "s"
    assert service(other, beat, ticket) is None
    assert service(other, beat, ticket, burn, tier="ticket") == "t"


def paged(
    alertmanager: Alertmanager, due: float = 0
) -> tuple[Mapping[ReceiverIntegration, PageDelivery], list[str]]:
    """What became of a page, and what was said meanwhile."""
    said: list[str] = []
    with opened(alertmanager) as server:
        found = page_route(server, {"team": "shop"}, PLAIN)
        going = replace(
            found,
            labels={LABEL: "0123abcd", "team": "shop"},
            destinations=(SLACK,),
            due=timedelta(seconds=due),
        )
        pager = Pager(
            server=server,
            route=going,
            team="shop",
            tell=said.append,
            clock=lambda: alertmanager.now,
        )
        return pager.page(), said


def test_a_page_began_before_its_group_wait_and_ends_once_it_is_accepted() -> None:
    alertmanager = Alertmanager(delivered_at=6)
    deliveries, said = paged(alertmanager)
    assert deliveries[SLACK].state == "delivered"
    assert (alertmanager.now, said) == (6, ["am: waiting up to 25 s"])
    first, last = alertmanager.sent
    assert {**first, "startsAt": "", "endsAt": ""} == {
        "labels": {LABEL: "0123abcd", "team": "shop"},
        "annotations": {
            "summary": "Test page for shop: nothing is broken",
            "description": "Sent by `reliability sync --test-page`. It ends by itself.",
        },
        "startsAt": "",
        "endsAt": "",
    }
    assert {**last, "endsAt": first["endsAt"]} == first
    # By the clock of the server, a few seconds apart: `group_wait` is 10 s.
    midnight = datetime.fromisoformat("2026-11-25T00:00:00+00:00")
    begins, ends, ended = (
        (datetime.fromisoformat(text) - midnight).total_seconds()
        for text in (first["startsAt"], first["endsAt"], last["endsAt"])
    )
    assert -13 < begins <= -12 + 30
    assert ends - begins == pytest.approx(12 + 30 + 300, abs=30)
    assert begins + 12 <= ended <= begins + 12 + 30


def test_a_page_stays_until_it_is_due_whatever_is_counted_earlier() -> None:
    early = Alertmanager(delivered_at=5)
    assert (paged(early, due=60)[0][SLACK].state, early.now) == ("delivered", 60)
    never = Alertmanager(began_at=1e9)
    assert (paged(never, due=60)[0][SLACK].state, never.now) == ("not sent", 90)
    open_ended = Alertmanager()
    assert (paged(open_ended)[0][SLACK].state, open_ended.now) == ("not known", 30)


def test_a_page_that_is_refused_is_not_waited_for() -> None:
    refusing = Alertmanager(refused_at=3)
    assert (paged(refusing)[0][SLACK].state, refusing.now) == ("failed", 3)


@pytest.mark.parametrize(
    ("status", "suppressed"),
    [
        ({"silencedBy": ["s1", "s2"]}, "silence s1"),
        ({"inhibitedBy": ["i"]}, "inhibition by i"),
        ({"silencedBy": ["s"], "mutedBy": ["night"]}, "silence s, time interval night"),
    ],
)
def test_a_page_that_is_suppressed_is_not_waited_for(
    status: dict[str, Any], suppressed: str
) -> None:
    alertmanager = Alertmanager(status=status)
    deliveries, _ = paged(alertmanager, due=60)
    assert deliveries[SLACK] == PageDelivery(
        "not sent", f"suppressed by {suppressed}", is_final=True
    )
    assert alertmanager.now == 0.5


@pytest.mark.parametrize("path", ["POST /api/v2/alerts", "GET /api/v2/alerts/groups"])
def test_an_alertmanager_that_refuses_an_alert_is_an_error(path: str) -> None:
    alertmanager = Alertmanager(refuses=path)
    with pytest.raises(ProviderError, match="status 400: no"):
        paged(alertmanager)
    assert len(alertmanager.sent) == (0 if path.startswith("POST") else 2)
