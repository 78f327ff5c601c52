"""Who changed objects of a Datadog site, from its Audit Trail."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from reliability.plan.change import Drift
from reliability.plan.options import PlanOptions
from reliability.plan.plan import plan
from reliability.plan.sync import sync
from tests.providers.datadog_world import DATADOG, datadog_provider
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_server import run_fake
from tests.providers.worlds import TARGET

SEARCH = "POST /api/v2/audit/events/search"


@pytest.fixture
def site() -> Iterator[FakeDatadog]:
    """A site whose first SLO and no-data monitor somebody changed."""
    with run_fake(FakeDatadog(page=2)) as fake, ExitStack() as closing:
        provider = datadog_provider(fake, closing)
        held = provider.read()
        list(sync(plan(TARGET, DATADOG, held, PlanOptions(owner=None)), provider))
        slo_of(fake)["description"] = "Mine"
        monitor_of(fake)["message"] = "@mine"
        fake.requests.clear()
        yield fake


def slo_of(site: FakeDatadog) -> dict[str, Any]:
    [slo] = [one for one in site.slos.values() if one["name"] == "attendance/clock-in"]
    return slo


def monitor_of(site: FakeDatadog) -> dict[str, Any]:
    [monitor] = [one for one in site.monitors.values() if one["name"].endswith("no-data")]
    return monitor


def event(at: str, asset: object, **user: str) -> dict[str, Any]:
    """An event as the Audit Trail has it; a service account has an ID as its email."""
    asset_type = "monitor" if isinstance(asset, int) else "slo"
    return {
        "timestamp": at,
        "tags": ["source:audit"],
        "attributes": {
            "action": "modified",
            "asset": {"type": asset_type, "id": str(asset)},
            "evt": {"name": asset_type, "actor": {"type": "USER"}},
            "usr": user or None,
        },
    }


def drifted(site: FakeDatadog, notes: list[str] | None = None) -> list[Drift]:
    with ExitStack() as closing:
        provider = datadog_provider(site, closing, writable=False, notes=notes)
        return list(plan(TARGET, DATADOG, provider.read(), PlanOptions(owner=None)).drifted)


def test_drift_says_who_changed_each_object_last(site: FakeDatadog) -> None:
    slo, monitor = slo_of(site)["id"], monitor_of(site)["id"]
    site.events = [
        event("2026-11-24T08:00:00Z", slo, name="Ada", email="ada@example.com"),
        event("2026-11-26T09:30:00Z", slo, name="Grace", email="grace@example.com"),
        event("2026-11-25T10:00:00Z", slo, name="Linus", email="linus@example.com"),
        event("2026-11-20T10:00:00Z", monitor, email="ken@example.com"),
        event("2026-11-27T10:00:00Z", "other", name="Nobody"),
    ]
    notes: list[str] = []
    assert {drift.id.kind: str(drift.why) for drift in drifted(site, notes)} == {
        "metric-slo": "changed outside the repository; last change: Grace, 2026-11-26 09:30 UTC",
        "no-data-monitor": "changed outside the repository; last change: ken@example.com, "
        "2026-11-20 10:00 UTC",
    }
    assert notes == []
    # The second page has the only event of the monitor.
    assert site.requests.count(SEARCH) == 2


def test_an_object_without_events_is_drift_without_a_name(site: FakeDatadog) -> None:
    site.events = [event("2026-11-26T09:30:00Z", monitor_of(site)["id"])]
    assert [str(drift.why) for drift in drifted(site)] == [
        "changed outside the repository",
        "changed outside the repository; last change: unknown, 2026-11-26 09:30 UTC",
    ]


def test_a_key_that_may_not_read_the_audit_trail_is_one_note(site: FakeDatadog) -> None:
    site.audited = False
    notes: list[str] = []
    assert len(drifted(site, notes)) == 2
    [note] = notes
    assert note.startswith("drift is shown without who made it: ")
    assert "answers 403" in note
    assert note.endswith("an application key that has the scope audit_logs_read")


def test_without_drift_the_audit_trail_is_not_read(site: FakeDatadog) -> None:
    slo_of(site)["description"] = DATADOG[0].body["description"]
    monitor_of(site)["message"] = "@pagerduty-payroll"
    assert drifted(site) == []
    assert SEARCH not in site.requests
