"""What Alertmanager's own counts say of a page."""

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.model.targets import ServerTarget
from reliability.providers.delivery import Delivery, NotificationCounts, ReceiverIntegration
from reliability.providers.http import open_server

SLACK = ReceiverIntegration("shop", "slack")
OTHER = ReceiverIntegration("bank", "slack")
PAGER = ReceiverIntegration("shop", "pagerduty")


def counts(**lines: float | str) -> NotificationCounts:
    """Counts by `integration` or `integration__receiver`; `failed_` in front for failures."""
    text = "# TYPE alertmanager_notification_requests_total counter\n"
    for name, value in lines.items():
        failed = "failed_" if name.startswith("failed_") else ""
        integration, _, receiver = name.removeprefix("failed_").partition("__")
        labels = f'integration="{integration}"'
        labels += f',receiver_name="{receiver}"' if receiver else ""
        text += f"alertmanager_notification_requests_{failed}total{{{labels}}} {value}\n"
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, text=text))
    target = ServerTarget(name="am", url="http://am:9093")
    server = open_server(target, None, ("am",), writable=False, transport=transport)
    with server.client:
        return NotificationCounts.of(server)


def test_counts_are_read_by_integration_or_by_receiver_as_well() -> None:
    assert counts(slack=3, failed_slack=1, email=0) == NotificationCounts(
        {("", "slack"): 3, ("", "email"): 0}, {("", "slack"): 1}, by_receiver=False
    )
    assert counts(slack__shop=3, slack__bank=4) == NotificationCounts(
        {("shop", "slack"): 3, ("bank", "slack"): 4}, {}, by_receiver=True
    )


def test_a_server_without_counts_or_with_others_is_refused() -> None:
    with pytest.raises(ProviderError) as refused:
        counts()
    assert str(refused.value) == (
        "am: http://am:9093/metrics holds no alertmanager_notification_requests_total"
    )
    with pytest.raises(ProviderError, match="counts 'many' notifications"):
        counts(slack="many")


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ({"slack": 1}, {"slack": 2}, "delivered"),
        ({"slack": 1}, {"slack": 3}, "delivered"),
        ({"email": 0}, {"slack": 1}, "delivered"),
        ({"slack": 1}, {"slack": 1}, "missing"),
        ({"slack": 1}, {"slack": 2, "failed_slack": 1}, "failed"),
        ({"slack": 1}, {"slack": 3, "failed_slack": 1}, "delivered"),
        ({"slack": 2, "failed_slack": 1}, {"slack": 2, "failed_slack": 1}, "missing"),
        ({"slack": 2, "failed_slack": 1}, {"slack": 3, "failed_slack": 1}, "delivered"),
    ],
)
def test_a_destination_is_delivered_failed_or_missing(
    before: dict[str, float], after: dict[str, float], outcome: str
) -> None:
    delivery = counts(**after).since(counts(**before), [SLACK])
    assert getattr(delivery, outcome) == (SLACK,)
    assert len((*delivery.delivered, *delivery.failed, *delivery.missing)) == 1
    assert not delivery.by_receiver


def test_without_a_receiver_each_destination_of_a_kind_needs_its_own_notification() -> None:
    before = counts(slack=0, pagerduty=0)
    one = counts(slack=1, pagerduty=1).since(before, [SLACK, OTHER, PAGER])
    assert (one.delivered, one.missing) == ((PAGER,), (SLACK, OTHER))
    two = counts(slack=2, pagerduty=1).since(before, [SLACK, OTHER, PAGER])
    assert two.delivered == (SLACK, OTHER, PAGER)
    twice = counts(slack=1).since(counts(slack=0), [SLACK, SLACK])
    assert twice.missing == (SLACK,)


def test_with_a_receiver_each_is_counted_for_itself() -> None:
    delivery = counts(slack__shop=1, slack__bank=0).since(
        counts(slack__shop=0, slack__bank=0), [SLACK, OTHER]
    )
    assert (delivery.delivered, delivery.missing) == ((SLACK,), (OTHER,))
    assert delivery.by_receiver


@pytest.mark.parametrize(
    ("delivered", "failed", "missing", "suppressed", "is_complete"),
    [
        ((SLACK,), (), (), "", True),
        ((), (), (), "", False),
        ((SLACK,), (PAGER,), (), "", False),
        ((SLACK,), (), (PAGER,), "", False),
        ((SLACK,), (), (), "silence 1", False),
    ],
)
def test_a_page_is_complete_if_each_destination_was_reached(
    delivered: tuple[ReceiverIntegration, ...],
    failed: tuple[ReceiverIntegration, ...],
    missing: tuple[ReceiverIntegration, ...],
    suppressed: str,
    is_complete: bool,
) -> None:
    delivery = Delivery(
        delivered=delivered,
        failed=failed,
        missing=missing,
        by_receiver=True,
        suppressed=suppressed,
    )
    assert delivery.is_complete is is_complete
    assert str(SLACK) == "slack of shop"
