"""A PagerDuty account that is slow, busy or lost, and what people change in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Create, Update
from reliability.plan.held import Owner
from reliability.plan.options import OnDrift, PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, sync
from reliability.providers.pagerduty.provider import PagerDutyProvider
from reliability.resource import Resource
from tests.cli.program import Ended, in_process
from tests.live.repository import make_repository
from tests.providers.fake_pagerduty import FakePagerDuty
from tests.providers.faulty_fake import Fault
from tests.providers.faulty_server import run_fake
from tests.providers.pagerduty_world import PAGERDUTY, pagerduty_provider, pagerduty_service
from tests.providers.test_datadog import faults
from tests.providers.worlds import TARGET

OURS = Owner("0123456789abcdef", "git.example.com/acme/slos")
OTHERS = Owner("fedcba9876543210", "git.example.com/acme/other")
Connect = Callable[..., PagerDutyProvider]


@pytest.fixture
def account() -> Iterator[FakePagerDuty]:
    with run_fake(FakePagerDuty(page=2)) as fake:
        yield fake


@pytest.fixture
def connect(account: FakePagerDuty) -> Iterator[Connect]:
    with ExitStack() as closing:
        yield lambda **more: pagerduty_provider(account, closing, **{"owner": OURS, **more})


def planned(
    provider: PagerDutyProvider,
    desired: tuple[Resource, ...] = PAGERDUTY,
    on_drift: OnDrift = "hold",
) -> Plan:
    options = PlanOptions(owner=provider.owner, on_drift=on_drift)
    return plan(TARGET, desired, provider.read(), options)


def synced(
    provider: PagerDutyProvider,
    desired: tuple[Resource, ...] = PAGERDUTY,
    on_drift: OnDrift = "hold",
) -> list[Outcome]:
    return list(sync(planned(provider, desired, on_drift), provider))


def failures(outcomes: list[Outcome]) -> list[ChangeFailed]:
    return [outcome for outcome in outcomes if isinstance(outcome, ChangeFailed)]


def names(account: FakePagerDuty) -> list[str]:
    return sorted(one["name"] for one in account.services.values())


def service_named(account: FakePagerDuty, name: str) -> dict[str, Any]:
    [service] = [one for one in account.services.values() if one["name"] == name]
    return service


def test_each_service_has_its_rules_and_they_are_active(
    account: FakePagerDuty, connect: Connect
) -> None:
    assert failures(synced(connect())) == []
    assert names(account) == ["attendance", "payroll", "search"]
    assert set(account.active.values()) == {True}
    [rule] = account.paths[service_named(account, "payroll")["id"]]["sets"][0]["rules"]
    assert rule["actions"]["severity"] == "warning"
    assert planned(connect(writable=False)).is_settled


@pytest.mark.parametrize("fault", ["lost", "ignored", "500", "503"])
def test_a_create_without_an_answer_is_made_once(
    account: FakePagerDuty, connect: Connect, fault: Fault
) -> None:
    account.fault = faults(None, fault, path="/services")
    assert failures(synced(connect())) == []
    assert len(account.services) == 3
    assert planned(connect()).is_settled


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("fault", ["lost", "ignored", "503"])
def test_a_change_without_an_answer_is_repeated(
    account: FakePagerDuty, connect: Connect, fault: Fault, number: int
) -> None:
    account.fault = faults(*[None] * number, fault, on="PUT", path="/")
    assert failures(synced(connect())) == []
    assert planned(connect()).is_settled


@pytest.mark.parametrize("fault", ["lost", "ignored", "503"])
def test_a_delete_without_an_answer_is_repeated(
    account: FakePagerDuty, connect: Connect, fault: Fault
) -> None:
    synced(connect())
    account.fault = faults(fault, on="DELETE", path="/")
    assert failures(synced(connect(), PAGERDUTY[1:])) == []
    assert names(account) == ["payroll", "search"]


def test_an_answer_after_the_time_out_is_looked_up(
    account: FakePagerDuty, connect: Connect
) -> None:
    account.fault = faults("late", path="/services")
    assert failures(synced(connect(timeout=2))) == []
    assert len(account.services) == 3


def test_too_many_requests_wait_as_long_as_the_account_says(
    account: FakePagerDuty, connect: Connect
) -> None:
    pauses: list[float] = []
    account.fault = faults("429", None, "429", path="/services")
    assert failures(synced(connect(pauses=pauses))) == []
    assert pauses == [7.0, 7.0]


def test_a_refused_token_reads_and_writes_nothing(account: FakePagerDuty, connect: Connect) -> None:
    provider = connect()
    made = planned(provider)
    account.token = "another"
    with pytest.raises(ProviderError, match="answers 401: the credential is refused"):
        connect().read()
    assert len(failures(list(sync(made, provider)))) == len(PAGERDUTY)
    assert account.services == {}


@pytest.mark.parametrize("write", range(1, 13))
def test_a_sync_that_is_cut_off_is_completed_and_is_no_drift(
    account: FakePagerDuty, connect: Connect, write: int
) -> None:
    """After some write nothing answers any more, so that a service may be without its rules."""

    def cut_off(method: str, _path: str) -> Fault | None:
        return "ignored" if len(account.writes) >= write else None

    account.fault = cut_off
    synced(connect())
    account.fault = faults()
    again = planned(connect())
    assert again.drifted == ()
    assert {type(change) for change in again.changes} <= {Create, Update}
    assert failures(synced(connect())) == []
    assert planned(connect()).is_settled
    assert len(account.services) == 3


def test_two_syncs_of_one_plan_make_each_service_once(
    account: FakePagerDuty, connect: Connect
) -> None:
    first, second = connect(), connect()
    plans = [(provider, planned(provider)) for provider in (first, second)]
    for provider, made in plans:
        assert failures(list(sync(made, provider))) == []
    assert len(account.services) == 3


def test_two_syncs_at_once_share_a_service_by_its_name(
    account: FakePagerDuty, connect: Connect
) -> None:
    first, second = connect(), connect()
    changes = planned(first).changes
    one, other = first.apply(changes), second.apply(planned(second).changes)
    # The other has read the account before the first writes its second and third service.
    outcomes = [next(one), next(other), *one, *other]
    assert [outcome for outcome in outcomes if isinstance(outcome, ChangeFailed)] == []
    assert len(account.services) == 3
    assert planned(connect()).is_settled


def record(at: str, name: str | None) -> dict[str, Any]:
    """An audit record of a service; a token without a user has no actor."""
    actors = [{"id": "PU1", "type": "user_reference", "summary": name}]
    return {
        "id": at,
        "execution_time": at,
        "action": "update",
        "actors": actors if name else None,
        "method": {"type": "browser" if name else "api_token"},
    }


def with_policy(account: FakePagerDuty, name: str) -> str:
    """Give a service another escalation policy, as a person would; its ID."""
    service = service_named(account, name)
    service["escalation_policy"]["id"] = "PDEF456"
    return str(service["id"])


def test_drift_says_who_changed_a_service(account: FakePagerDuty, connect: Connect) -> None:
    synced(connect())
    changed, by_token = with_policy(account, "attendance"), with_policy(account, "payroll")
    account.records[changed] = [
        record(f"2026-11-2{day}T09:30:00Z", name)
        for day, name in ((4, "Ada"), (6, "Grace"), (5, "Linus"))
    ]
    account.records[by_token] = [record("2026-11-26T09:31:00Z", None)]
    notes: list[str] = []
    drifted = planned(connect(notes=notes)).drifted
    assert [str(drift.why) for drift in drifted] == [
        "changed outside the repository; last change: Grace, 2026-11-26 09:30 UTC",
        "changed outside the repository; last change: unknown (api_token), 2026-11-26 09:31 UTC",
    ]
    assert [each.path for each in drifted[0].differences] == ["escalation_policy"]
    assert notes == []


@pytest.mark.parametrize(("users", "who"), [({"PU2": "Grace"}, "Grace"), ({}, "user PU2")])
def test_drift_says_who_changed_event_rules_which_have_no_audit_records(
    account: FakePagerDuty, connect: Connect, users: dict[str, str], who: str
) -> None:
    synced(connect())
    account.users = users
    identity = service_named(account, "attendance")["id"]
    account.records[identity] = [record("2026-11-26T09:30:00Z", "Sync")]
    path = account.paths[identity]
    path["sets"].append({"id": "mine", "rules": []})
    path["updated_at"] = "2026-11-26T09:45:00Z"
    path["updated_by"] = {"id": "PU2", "type": "user_reference"}
    [drift] = planned(connect()).drifted
    assert str(drift.why).endswith(f"; last change: {who}, 2026-11-26 09:45 UTC")


def test_a_token_that_may_not_read_audit_records_is_one_note(
    account: FakePagerDuty, connect: Connect
) -> None:
    synced(connect())
    account.audited = False
    for name in ("attendance", "payroll"):
        with_policy(account, name)
    notes: list[str] = []
    drifted = planned(connect(notes=notes)).drifted
    assert [str(drift.why) for drift in drifted] == ["changed outside the repository"] * 2
    [note] = notes
    assert note.startswith("drift is shown without who made it: ")
    assert note.endswith("answers 403; drift has names with a token that may read audit records")


def test_the_drift_of_a_repository_names_people_and_notes_once_if_it_cannot(
    account: FakePagerDuty, tmp_path: Path
) -> None:
    target: dict[str, object] = {
        "name": "pager",
        "provider": "pagerduty",
        "token": "env:PAGER",
        "url": account.url,
    }
    repository = make_repository(tmp_path, target)
    file = "policies/teams/workforce.yaml"
    repository.replace(file, "pagerduty: {", "pagerduty: {escalationPolicy: PABC123, ")

    def run(*arguments: str) -> Ended:
        return in_process(*arguments, folder=tmp_path, PAGER="token")

    assert run("sync", "--yes").code == 0
    first, second = sorted(names(account))[:2]
    for name in (first, second):
        account.records[with_policy(account, name)] = [record("2026-11-26T09:30:00Z", "Grace")]
    shown = run("drift")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.count("; last change: Grace, 2026-11-26 09:30 UTC") == 2

    account.audited = False
    shown = run("drift")
    assert (shown.code, "last change" in shown.out) == (0, False)
    assert shown.err.count("drift is shown without who made it: pager: GET /services/") == 1


@pytest.mark.parametrize("changed", ["rule", "set", "catch all", "inactive", "disabled"])
def test_event_rules_that_somebody_changed_are_drift(
    account: FakePagerDuty, connect: Connect, changed: str
) -> None:
    synced(connect())
    identity = service_named(account, "attendance")["id"]
    sets = account.paths[identity]["sets"]
    match changed:
        case "rule":
            sets[0]["rules"].append({**sets[0]["rules"][0], "label": "Mine"})
        case "set":
            sets.append({"id": "mine", "rules": []})
        case "catch all":
            account.paths[identity]["catch_all"]["actions"]["suppress"] = True
        case "inactive":
            account.active[identity] = False
        case _:
            sets[0]["rules"][0]["disabled"] = True
    assert len(planned(connect()).drifted) == 1
    [outcome] = synced(connect(), on_drift="overwrite")
    assert isinstance(outcome, ChangeApplied)
    assert planned(connect()).is_settled


def test_a_service_that_somebody_renamed_is_drift_and_not_another(
    account: FakePagerDuty, connect: Connect
) -> None:
    synced(connect())
    service_named(account, "payroll")["name"] = "Payroll (old)"
    made = planned(connect())
    assert ([drift.id.name for drift in made.drifted], made.changes) == (["payroll"], ())


def test_a_copy_of_a_service_is_left_alone(account: FakePagerDuty, connect: Connect) -> None:
    synced(connect())
    copy = {**service_named(account, "payroll"), "id": "PSCOPY", "name": "Payroll (copy)"}
    account.services["PSCOPY"] = copy
    assert planned(connect()).is_settled
    synced(connect(), PAGERDUTY[:1])
    assert names(account) == ["Payroll (copy)", "attendance"]


def test_services_of_others_are_neither_written_nor_deleted(
    account: FakePagerDuty, connect: Connect
) -> None:
    synced(connect(owner=OTHERS))
    made = planned(connect(), PAGERDUTY[:1])
    assert (made.changes, made.owned) == ((), 0)
    assert [blocked.id for blocked in made.blocked] == [PAGERDUTY[0].id]


def test_settings_that_others_made_stay(account: FakePagerDuty, connect: Connect) -> None:
    synced(connect())
    service_named(account, "attendance")["auto_resolve_timeout"] = 60
    changed = (pagerduty_service("attendance", "Changed"), *PAGERDUTY[1:])
    assert failures(synced(connect(), changed)) == []
    assert service_named(account, "attendance")["auto_resolve_timeout"] == 60


def test_a_change_of_the_description_is_one_request(
    account: FakePagerDuty, connect: Connect
) -> None:
    synced(connect())
    account.requests.clear()
    changed = (pagerduty_service("attendance", "Changed"), *PAGERDUTY[1:])
    assert failures(synced(connect(), changed)) == []
    assert len(account.writes) == 1


def test_a_rule_that_pagerduty_refuses_is_a_failed_change(
    account: FakePagerDuty, connect: Connect
) -> None:
    bad = pagerduty_service("attendance", tier="'")
    [failed] = failures(synced(connect(), (bad,)))
    assert "answers 400: Invalid Input Provided: Invalid expression" in failed.why
    assert failures(synced(connect(), PAGERDUTY[:1])) == []
    assert planned(connect(), PAGERDUTY[:1]).is_settled
