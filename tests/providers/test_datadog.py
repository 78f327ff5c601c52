"""A Datadog site that is slow, busy or lost, and what others do to it at the same time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Create, Delete, Reload, Update
from reliability.plan.held import Owner
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, sync
from reliability.providers.datadog.provider import DatadogProvider
from reliability.resource import Resource, ResourceId
from tests.providers.datadog_world import (
    DATADOG,
    FAKE_KEYS,
    datadog_monitors,
    datadog_provider,
    datadog_slo,
)
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_fake import Fault
from tests.providers.faulty_server import run_fake
from tests.providers.worlds import TARGET

OURS = Owner("0123456789abcdef", "git.example.com/acme/slos")
OTHERS = Owner("fedcba9876543210", "git.example.com/acme/other")
PAYROLL = DATADOG[1:]
Connect = Callable[..., DatadogProvider]


@pytest.fixture
def site() -> Iterator[FakeDatadog]:
    with run_fake(FakeDatadog(page=3)) as fake:
        yield fake
        assert fake.found == []
        assert fake.forced == []


@pytest.fixture
def connect(site: FakeDatadog) -> Iterator[Connect]:
    with ExitStack() as closing:
        yield lambda **more: datadog_provider(site, closing, **{"owner": OURS, **more})


def planned(provider: DatadogProvider, desired: tuple[Resource, ...] = DATADOG) -> Plan:
    return plan(TARGET, desired, provider.read(), PlanOptions(owner=provider.owner))


def synced(provider: DatadogProvider, desired: tuple[Resource, ...] = DATADOG) -> list[Outcome]:
    return list(sync(planned(provider, desired), provider))


def failures(outcomes: list[Outcome]) -> list[ChangeFailed]:
    return [outcome for outcome in outcomes if isinstance(outcome, ChangeFailed)]


def counts(site: FakeDatadog) -> tuple[int, int, int]:
    return len(site.slos), len(site.monitors), len(site.corrections)


def faults(*wanted: Fault | None, on: str = "POST", path: str = "") -> Callable[..., Fault | None]:
    """Faults of the next requests with a method and path, in order; then none."""
    left = list(wanted)

    def fault(method: str, requested: str) -> Fault | None:
        is_concerned = method == on and requested.startswith(path or "/api")
        return left.pop(0) if is_concerned and left and "validate" not in requested else None

    return fault


def test_every_object_is_written_once_and_found_again(site: FakeDatadog, connect: Connect) -> None:
    assert failures(synced(connect())) == []
    assert counts(site) == (2, 4, 1)
    assert planned(connect(writable=False)).is_settled
    assert len(site.writes) == 7


def test_an_empty_plan_writes_nothing(site: FakeDatadog, connect: Connect) -> None:
    synced(connect())
    site.requests.clear()
    assert synced(connect()) == []
    assert site.writes == []


@pytest.mark.parametrize("fault", ["lost", "ignored", "503", "500"])
def test_a_create_without_an_answer_is_made_once(
    site: FakeDatadog, connect: Connect, fault: Fault
) -> None:
    site.fault = faults(None, fault, None, fault, None, None, fault)
    assert failures(synced(connect())) == []
    site.fault = faults()
    assert counts(site) == (2, 4, 1)
    assert planned(connect()).is_settled


def test_an_answer_after_the_time_out_is_looked_up(site: FakeDatadog, connect: Connect) -> None:
    site.fault = faults("late")
    assert failures(synced(connect(timeout=2))) == []
    assert counts(site) == (2, 4, 1)


@pytest.mark.parametrize("fault", ["lost", "ignored", "503"])
def test_an_update_without_an_answer_is_repeated(
    site: FakeDatadog, connect: Connect, fault: Fault
) -> None:
    synced(connect())
    site.fault = faults(fault, on="PUT")
    changed = (datadog_slo("attendance/clock-in", "Changed"), *DATADOG[1:])
    assert failures(synced(connect(), changed)) == []
    assert planned(connect(), changed).is_settled


@pytest.mark.parametrize("fault", ["lost", "ignored", "503"])
def test_a_delete_without_an_answer_is_looked_up(
    site: FakeDatadog, connect: Connect, fault: Fault
) -> None:
    synced(connect())
    site.fault = faults(*[fault] * 8, on="DELETE")
    outcomes = synced(connect(), DATADOG[1:])
    gone = fault == "lost"
    assert [isinstance(outcome, ChangeApplied) for outcome in outcomes] == [gone]
    assert (len(site.slos) == 1) is gone
    site.fault = faults()
    synced(connect(), DATADOG[1:])
    assert planned(connect(), DATADOG[1:]).is_settled


def test_too_many_requests_wait_as_long_as_the_site_says(
    site: FakeDatadog, connect: Connect
) -> None:
    pauses: list[float] = []
    site.fault = faults("429", "429", None, "429")
    assert failures(synced(connect(pauses=pauses))) == []
    assert pauses == [7.0, 7.0, 7.0]
    assert counts(site) == (2, 4, 1)


def test_reads_wait_as_well(site: FakeDatadog, connect: Connect) -> None:
    pauses: list[float] = []
    site.fault = faults("429", on="GET")
    assert connect(pauses=pauses).read().kept == ()
    assert pauses == [7.0]


def test_the_last_request_of_a_period_waits_for_the_next(
    site: FakeDatadog, connect: Connect
) -> None:
    pauses: list[float] = []
    site.remaining = lambda: 0 if len(site.writes) == 3 else 5
    assert failures(synced(connect(pauses=pauses))) == []
    assert pauses == [7.0]


def test_a_refused_key_reads_and_writes_nothing(site: FakeDatadog, connect: Connect) -> None:
    provider = connect()
    made = planned(provider)
    site.keys = ("api", "another")
    with pytest.raises(ProviderError, match="answers 403: Forbidden; the key may lack"):
        connect().read()
    assert len(failures(list(sync(made, provider)))) == len(DATADOG)
    assert counts(site) == (0, 0, 0)


@pytest.mark.parametrize("after", range(8))
def test_a_sync_that_stops_half_way_is_completed_by_the_next(
    site: FakeDatadog, connect: Connect, after: int
) -> None:
    provider = connect()
    applying = provider.apply(planned(provider).changes)
    for _ in zip(range(after), applying, strict=False):
        pass
    assert failures(synced(connect())) == []
    assert counts(site) == (2, 4, 1)
    assert planned(connect()).is_settled


def test_two_syncs_of_one_plan_make_each_object_once(site: FakeDatadog, connect: Connect) -> None:
    first, second = connect(), connect()
    plans = [(provider, planned(provider)) for provider in (first, second)]
    for provider, made in plans:
        assert failures(list(sync(made, provider))) == []
    assert counts(site) == (2, 4, 1)


def test_what_two_syncs_at_once_made_twice_is_deleted_by_the_next(
    site: FakeDatadog, connect: Connect
) -> None:
    first, second = connect(), connect()
    other = iter(second.apply(planned(second).changes))
    next(other)
    applying = first.apply(planned(first).changes)
    # Both have read the site before the other has written the objects of payroll.
    for _ in zip(applying, other, strict=False):
        pass
    list(applying), list(other)
    assert len(site.slos) > 2

    again = planned(connect())
    assert {type(change) for change in again.changes} <= {Delete, Reload}
    assert all("#" in change.id.name for change in again.changes if isinstance(change, Delete))
    assert failures(synced(connect())) == []
    assert counts(site) == (2, 4, 1)
    assert planned(connect()).is_settled


def test_a_copy_that_somebody_changed_is_left_alone(site: FakeDatadog, connect: Connect) -> None:
    synced(connect())
    [original] = [slo for slo in site.slos.values() if slo["name"] == "payroll/run"]
    copy = {**original, "id": "f" * 32, "name": "payroll/run (copy)"}
    site.slos[copy["id"]] = copy
    assert planned(connect()).is_settled
    assert synced(connect(), DATADOG[:1])
    assert copy["id"] in site.slos


def test_objects_of_others_are_neither_written_nor_deleted(
    site: FakeDatadog, connect: Connect
) -> None:
    synced(connect(owner=OTHERS))
    made = planned(connect(), DATADOG[:1])
    assert (made.changes, made.owned) == ((), 0)
    assert [blocked.id for blocked in made.blocked] == [DATADOG[0].id]
    assert made.others == ((str(OTHERS), 7),)


def test_objects_without_a_key_are_not_read(site: FakeDatadog, connect: Connect) -> None:
    body = {**datadog_slo("hand/made").body, "tags": ["managed-by:reliability"], "type": "metric"}
    site.answer("POST", "/api/v1/slo", FAKE_KEYS, body)
    assert planned(connect(), ()).changes == ()


def test_an_owner_is_recognized_although_tags_are_in_lower_case(
    site: FakeDatadog, connect: Connect
) -> None:
    owner = Owner("ABCDEF0123456789", "git.example.com/Acme/Söme~slos")
    synced(connect(owner=owner))
    made = planned(connect(owner=owner))
    assert (made.is_settled, made.owned) == (True, len(DATADOG))


def test_another_type_of_slo_replaces_it_in_a_safe_order(
    site: FakeDatadog, connect: Connect
) -> None:
    synced(connect(), PAYROLL)
    desired = tuple(as_slices(resource) for resource in PAYROLL)
    outcomes = synced(connect(), desired)
    assert failures(outcomes) == []
    kinds = [(type(outcome.change), outcome.change.id.kind) for outcome in outcomes]
    assert kinds == [
        (Create, "time-slice-slo"),
        (Update, "burn-monitor"),
        (Update, "burn-monitor"),
        (Update, "correction"),
        (Delete, "metric-slo"),
    ]
    assert counts(site) == (1, 4, 1)
    assert planned(connect(), desired).is_settled


def as_slices(resource: Resource) -> Resource:
    """The SLO as one of time slices, or an object that refers to it."""
    body: dict[str, Any] = dict(resource.body)
    if resource.id.kind == "metric-slo":
        query = {
            "formulas": [{"formula": "a / b"}],
            "queries": [
                {"data_source": "metrics", "name": name, "query": f"sum:x.{name}{{*}}"}
                for name in "ab"
            ],
        }
        del body["query"]
        body["sli_specification"] = {
            "time_slice": {
                "query": query,
                "comparator": ">=",
                "threshold": 0.95,
                "query_interval_seconds": 300,
            }
        }
        return Resource(ResourceId(TARGET, "time-slice-slo", resource.id.name), body)
    if "slo" in body:
        body["slo"] = body["slo"].replace("metric-slo", "time-slice-slo")
    return replace(resource, body=body)


def test_everything_is_deleted_before_what_it_refers_to(
    site: FakeDatadog, connect: Connect
) -> None:
    synced(connect())
    assert failures(synced(connect(), ())) == []
    assert counts(site) == (0, 0, 0)


def test_an_slo_that_somebody_else_uses_is_not_deleted(site: FakeDatadog, connect: Connect) -> None:
    synced(connect())
    [identity] = [slo["id"] for slo in site.slos.values() if slo["name"] == "attendance/clock-in"]
    theirs = {
        "name": "mine",
        "type": "slo alert",
        "query": f'burn_rate("{identity}").over("30d").long_window("1h").short_window("5m") > 2',
        "options": {"thresholds": {"critical": 2}},
    }
    site.answer("POST", "/api/v1/monitor", FAKE_KEYS, theirs)
    [failed] = failures(synced(connect(), PAYROLL))
    assert "answers 409: SLO is used by monitors" in failed.why
    assert identity in site.slos


def test_options_that_others_set_stay(site: FakeDatadog, connect: Connect) -> None:
    synced(connect())
    for monitor in site.monitors.values():
        monitor["options"] |= {"renotify_interval": 60, "silenced": {"*": None}}
        monitor["priority"] = 2
    changed = tuple(
        replace(each, body={**each.body, "message": "new"}) if "monitor" in each.id.kind else each
        for each in DATADOG
    )
    assert failures(synced(connect(), changed)) == []
    assert [monitor["priority"] for monitor in site.monitors.values()] == [2] * 4
    options = [monitor["options"] for monitor in site.monitors.values()]
    assert [one["renotify_interval"] for one in options] == [60] * 4
    assert [one["silenced"] for one in options] == [{}] * 4


def test_a_monitor_that_datadog_refuses_is_blocked_in_the_plan(
    site: FakeDatadog, connect: Connect
) -> None:
    desired = (*DATADOG[:2], *datadog_monitors("payroll/run", query="nonsense("))
    provider = connect(writable=False)
    made = provider.validated(planned(provider, desired))
    [blocked] = made.blocked
    assert blocked.id.kind == "no-data-monitor"
    assert blocked.why == (
        "Datadog refuses it: The value provided for parameter 'query' is invalid"
    )
    assert site.writes == []


def test_a_deleted_object_is_created_again(site: FakeDatadog, connect: Connect) -> None:
    synced(connect())
    site.corrections.clear()
    [change] = planned(connect()).changes
    assert isinstance(change, Create)
    assert failures(synced(connect())) == []


def test_what_datadog_stores_differently_is_a_failure(site: FakeDatadog, connect: Connect) -> None:
    long = datadog_slo("attendance/clock-in")
    body: dict[str, Any] = {**long.body, "tags": ["Managed-By:Reliability", *long.body["tags"]]}  # type: ignore[misc]
    [failed] = failures(synced(connect(), (replace(long, body=body),)))
    assert failed.why.startswith("Datadog stored another value than was sent: tags")
