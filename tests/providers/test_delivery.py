"""What Alertmanager's own counts say of a page."""

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.model.targets import ServerTarget
from reliability.providers.delivery import (
    NotificationCounts,
    NotificationGrowth,
    ReceiverIntegration,
)
from reliability.providers.http import open_server

SLACK = ReceiverIntegration("shop", "slack")
OTHER = ReceiverIntegration("bank", "slack")
PAGER = ReceiverIntegration("shop", "pagerduty")
NAMES = {
    "begun": "notifications_total",
    "given_up": "notifications_failed_total",
    "requests": "notification_requests_total",
    "failed": "notification_requests_failed_total",
    "seconds": "notification_latency_seconds_sum",
}


def counts(*series: str) -> NotificationCounts:
    """Counts of series such as `begun slack 3` and `begun slack@shop 3`."""
    lines = ["# TYPE alertmanager_notifications_total counter"]
    for each in series:
        name, key, value = each.split()
        integration, _, receiver = key.partition("@")
        labels = f'integration="{integration}"'
        labels += f',receiver_name="{receiver}"' if receiver else ""
        labels += ',reason="clientError"' if name == "given_up" else ""
        lines.append(f"alertmanager_{NAMES[name]}{{{labels}}} {value}")
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, text="\n".join(lines)))
    target = ServerTarget(name="am", url="http://am:9093")
    server = open_server(target, None, ("am",), writable=False, transport=transport)
    with server.client:
        return NotificationCounts.of(server)


def sent(*keys: str) -> NotificationCounts:
    """Counts of one notification each that was accepted after a second."""
    names = ("begun", "requests", "seconds")
    numbers = {key: keys.count(key) for key in keys}
    return counts(*(f"{name} {key} {n}" for key, n in numbers.items() for name in names))


@pytest.mark.parametrize("value", ["many", "NaN"])
def test_a_server_without_counts_or_with_others_is_refused(value: str) -> None:
    with pytest.raises(ProviderError, match="metrics holds no alertmanager_notifications_total"):
        counts()
    with pytest.raises(ProviderError, match=f"counts '{value}' notifications"):
        counts(f"begun slack {value}")


NOT_BEGUN = "not sent: Alertmanager began no notification ..."
OPEN = "not known: the request is sent and not answered yet ..."
REFUSED = "failed: the request was refused (clientError); Alertmanager's log has the answer"


def mixed(begun: int, accepted: int, failed: int) -> str:
    """The text of counts that other notifications are in."""
    return (
        f"not known: other notifications are counted with the 1 of this page: {begun} began, "
        f"{accepted} requests were accepted, {failed} failed"
    )


@pytest.mark.parametrize(
    ("begun", "given_up", "requests", "failed", "seconds", "text"),
    [
        (0, 0, 0, 0, 0, NOT_BEGUN),
        (0, 0, 1, 0, 9.5, NOT_BEGUN),  # an earlier notification ended
        (1, 0, 0, 0, 0, OPEN),
        (1, 0, 1, 0, 1, "delivered"),
        (1, 0, 3, 2, 3, "delivered"),  # at the third request
        (1, 0, 1, 0, 10.5, mixed(1, 1, 0)),  # an earlier request, and this one is not answered
        (1, 0, 2, 0, 11, mixed(1, 2, 0)),
        (1, 1, 1, 1, 1, REFUSED),
        (1, 0, 4, 4, 1, "failed: 4 requests failed, and Alertmanager tries again; "
                        "Alertmanager's log has the answer ..."),
        (1, 0, 1, 1, 10.5, mixed(1, 0, 1) + " ..."),
        (2, 0, 2, 0, 1, mixed(2, 2, 0)),
        (2, 1, 2, 1, 1, mixed(2, 1, 1)),
        (2, 0, 1, 0, 1, mixed(2, 1, 0) + " ..."),
        (2, 2, 2, 2, 1, REFUSED),
    ],
)  # fmt: skip
def test_only_the_one_notification_that_began_since_is_this_page(
    begun: int, given_up: int, requests: int, failed: int, seconds: float, text: str
) -> None:
    """After ten seconds; `...` if more time can change it."""
    growth = NotificationGrowth(
        begun=begun,
        given_up=given_up,
        requests=requests,
        failed=failed,
        seconds=seconds,
        reasons=("clientError",) if given_up else (),
    )
    found = growth.delivery(1, elapsed=10)
    shown = ": ".join(filter(None, (found.state, found.reason)))
    assert shown + ("" if found.is_final else " ...") == text


def test_destinations_of_one_counter_need_a_notification_each() -> None:
    def states(before: NotificationCounts, after: NotificationCounts) -> list[str]:
        found = after.deliveries(before, [SLACK, OTHER, PAGER], elapsed=10)
        return [f"{destination} {delivery.state}" for destination, delivery in found]

    before = sent("slack")
    assert states(before, sent("slack", "slack", "pagerduty")) == [
        "slack of shop not sent",
        "slack of bank not sent",
        "pagerduty of shop delivered",
    ]
    assert set(states(before, sent("slack", "slack", "slack", "pagerduty"))) == {
        "slack of shop delivered",
        "slack of bank delivered",
        "pagerduty of shop delivered",
    }
    # By receiver, those of others do not matter.
    after = sent("slack@shop", "slack@other", "slack@other", "pagerduty@shop")
    assert states(sent("slack@other"), after) == [
        "slack of shop delivered",
        "slack of bank not sent",
        "pagerduty of shop delivered",
    ]
