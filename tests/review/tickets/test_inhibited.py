"""Of what fired, that for which Alertmanager sends a ticket."""

from datetime import UTC, datetime, timedelta

import pytest

from reliability.providers.fired import FiredAlert
from reliability.review.tickets.inhibited import without_inhibited
from reliability.timespan import TimeSpan
from tests.review.issues.office import catalog

START = datetime(2026, 11, 25, 8, tzinfo=UTC)
LABELS = {
    "alertname": "ErrorBudgetBurn",
    "service": "shop",
    "slo": "checkout",
    "objective": "served",
}


def fired(tier: str, *minutes: tuple[int, int], **labels: str) -> FiredAlert:
    """An alert of the checkout that fired from one minute to another."""
    episodes = (
        TimeSpan(START + timedelta(minutes=first), START + timedelta(minutes=last))
        for first, last in minutes
    )
    return FiredAlert({**LABELS, "tier": tier, **labels}, tuple(episodes))


@pytest.mark.parametrize(
    ("page", "left"),
    [
        pytest.param(fired("alert", (0, 60)), [], id="inhibited"),
        pytest.param(fired("alert", (11, 60)), [], id="it waits longer than until the page"),
        pytest.param(fired("alert", (31, 60)), [(10, 31)], id="it came first"),
        pytest.param(fired("alert", (0, 20)), [(20, 40)], id="it went on after the page"),
        pytest.param(fired("alert", (50, 60)), [(10, 40)], id="the page came later"),
        pytest.param(fired("alert", (0, 60), slo="search"), [(10, 40)], id="of another SLO"),
        pytest.param(fired("log", (0, 60)), [(10, 40)], id="not a page"),
    ],
)
def test_a_page_inhibits_the_ticket_of_its_budget(
    page: FiredAlert, left: list[tuple[int, int]]
) -> None:
    ticket = fired("ticket", (10, 40))
    found = list(without_inhibited([ticket, page], catalog()))
    assert found == ([fired("ticket", *left)] if left else [])


def test_a_ticket_without_an_slo_is_never_inhibited() -> None:
    ticket = FiredAlert({"alertname": "Queue", "service": "shop", "tier": "ticket"}, ())
    queue = FiredAlert(ticket.labels, fired("ticket", (10, 40)).episodes)
    page = FiredAlert({**queue.labels, "tier": "alert"}, queue.episodes)
    assert list(without_inhibited([queue, page], catalog())) == [queue]
