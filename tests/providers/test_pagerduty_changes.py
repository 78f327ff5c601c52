"""Single changes of a PagerDuty account: what each sends, and what a service must be for it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

import pytest

from reliability.errors import ProviderError
from reliability.model.targets import PagerDutyTarget
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Intact, Owner, Unreadable
from reliability.plan.sync import ChangeApplied, Outcome
from reliability.providers.description_mark import read_mark
from reliability.providers.http import HttpServer
from reliability.providers.object_api import RETRIES, open_object_server
from reliability.providers.pagerduty.forms import UNFINISHED
from reliability.providers.pagerduty.provider import PagerDutyProvider
from reliability.resource import Resource
from tests.providers.fake_pagerduty import ACCEPT, FakePagerDuty
from tests.providers.faulty_fake import Fault
from tests.providers.inside import transport_of
from tests.providers.pagerduty_world import HEADERS, NOW, PAGERDUTY, pagerduty_service
from tests.providers.worlds import TARGET

OURS: Final = Owner("0123456789abcdef", "git.example.com/acme/slos")
OTHERS: Final = Owner("fedcba9876543210", "git.example.com/acme/other")
SERVICE, OTHER, _ = PAGERDUTY
CHANGED: Final = pagerduty_service("attendance", "Changed")
OTHER_TIER: Final = pagerduty_service("attendance", tier="alert")
INACTIVE: Final = Resource(SERVICE.id, {**SERVICE.body, "active": False})
AGAIN: Final = "it was changed since the plan was made; plan again"
Connect = Callable[..., PagerDutyProvider]


@pytest.fixture
def account() -> FakePagerDuty:
    return FakePagerDuty()


@pytest.fixture
def connect(account: FakePagerDuty) -> Iterator[Connect]:
    with ExitStack() as closing:

        def open_(owner: Owner | None = OURS) -> PagerDutyProvider:
            server = _server(account)
            closing.callback(server.client.close)
            return PagerDutyProvider(
                target=TARGET, server=server, tell=lambda _: None, owner=owner, now=lambda: NOW
            )

        yield open_


def _server(account: FakePagerDuty) -> HttpServer:
    target = PagerDutyTarget(
        name=TARGET, provider="pagerduty", url="http://pagerduty.example", token="env:TOKEN"
    )
    server = open_object_server(
        target,
        {"Authorization": "Token token=token", "Accept": ACCEPT},
        ["pagerduty.example"],
        writable=True,
        transport=transport_of(account),
    )
    return replace(server, pause=lambda _: None, retries=RETRIES)


def shown(outcomes: Iterator[Outcome]) -> list[str]:
    """What was made, and why not: `create attendance`."""
    lines = []
    for outcome in outcomes:
        line = f"{type(outcome.change).__name__.lower()} {outcome.change.id.name}"
        lines.append(line if isinstance(outcome, ChangeApplied) else f"{line}: {outcome.why}")
    return lines


def made(provider: PagerDutyProvider, *changes: Change) -> list[str]:
    provider.read()
    return shown(provider.apply(changes))


def put(provider: PagerDutyProvider, *resources: Resource) -> None:
    assert all(": " not in line for line in made(provider, *map(Create, resources)))


def test_without_changes_nothing_is_sent(account: FakePagerDuty, connect: Connect) -> None:
    assert list(connect().apply(())) == []
    assert account.requests == []


def test_deletes_come_last_and_others_in_their_order(
    account: FakePagerDuty, connect: Connect
) -> None:
    put(connect(), SERVICE)
    lines = made(connect(), Delete(SERVICE), Create(PAGERDUTY[2]), Create(OTHER))
    assert lines == ["create search", "create payroll", "delete attendance"]
    assert sorted(one["name"] for one in account.services.values()) == ["payroll", "search"]


@pytest.mark.parametrize("keys", [["id"], ["description"], ["name"], ["id", "name", "description"]])
def test_nothing_is_written_to_another_service_that_an_answer_names(
    account: FakePagerDuty, connect: Connect, keys: list[str]
) -> None:
    put(connect(), OTHER)
    [other] = account.services
    before = deepcopy((account.services[other], account.paths[other]))
    account.answers = {key: account.services[other][key] for key in keys}
    [line] = made(connect(), Create(SERVICE))
    assert re.search("answers with another service, [A-Z0-9]+, which is left unchanged$", line)
    assert (account.services[other], account.paths[other]) == before


WHOLE: Final = [
    "PUT /services/ID",
    "PUT /event_orchestrations/services/ID",
    "PUT /event_orchestrations/services/ID/active",
    "PUT /services/ID",
]


@pytest.mark.parametrize(
    ("there", "change", "line", "sent"),
    [
        (None, Create(SERVICE), "create", ["POST /services", *WHOLE[1:]]),
        # Another sync of this repository made it, or is at work on it.
        (SERVICE, Create(SERVICE), "create", ["PUT /services/ID"]),
        (CHANGED, Create(SERVICE), "create", ["PUT /services/ID"]),
        (SERVICE, Update(SERVICE, CHANGED), "update", ["PUT /services/ID"]),
        (SERVICE, Update(SERVICE, OTHER_TIER), "update", WHOLE),
        (SERVICE, Update(SERVICE, INACTIVE), "update", WHOLE),
        (INACTIVE, Update(INACTIVE, SERVICE), "update", WHOLE),
        (CHANGED, Update(SERVICE, OTHER_TIER), f"update: {AGAIN}", []),
        (OTHER, Update(SERVICE, CHANGED), f"update: {AGAIN}", []),
        (SERVICE, Claim(SERVICE), "claim", ["PUT /services/ID"]),
        (CHANGED, Claim(SERVICE), f"claim: {AGAIN}", []),
        (None, Claim(SERVICE), f"claim: {AGAIN}", []),
        (SERVICE, Delete(SERVICE), "delete", ["DELETE /services/ID"]),
        (None, Delete(SERVICE), "delete", []),
        (CHANGED, Delete(SERVICE), f"delete: {AGAIN}", []),
        (
            SERVICE,
            Reload(SERVICE.id, "it is stale"),
            "reload: PagerDuty has nothing to reload",
            [],
        ),
    ],
)
def test_a_change_is_made_if_the_service_is_as_it_was(
    account: FakePagerDuty,
    connect: Connect,
    there: Resource | None,
    change: Change,
    line: str,
    sent: list[str],
) -> None:
    if there is not None:
        put(connect(), there)
    account.requests.clear()
    verb, _, why = line.partition(": ")
    assert made(connect(), change) == [f"{verb} attendance: {why}" if why else f"{verb} attendance"]
    identity = next(iter(account.services), "PS100")
    writes = [request.replace(identity, "ID") for request in account.writes]
    assert writes == [request.replace(identity, "ID") for request in sent]
    if not why and not isinstance(change, Delete):
        [service] = account.services.values()
        assert isinstance(change, Create | Update | Claim)
        mark = read_mark(service["description"])
        assert mark is not None
        assert (mark.digest, mark.name) == (change.after.digest, "attendance")
        assert (mark.text, mark.owner) == (change.after.body["description"], OURS)
        assert account.active[identity] is change.after.body["active"]


def test_a_service_is_unfinished_until_its_event_rules_are_written(
    account: FakePagerDuty, connect: Connect
) -> None:
    put(connect(), SERVICE)
    digests: list[str] = []

    def note(method: str, path: str) -> None:
        if method == "PUT" and path.startswith("/event_orchestrations"):
            [service] = account.services.values()
            mark = read_mark(service["description"])
            digests.append(mark.digest if mark else "")

    account.fault = note
    put_line = made(connect(), Update(SERVICE, OTHER_TIER))
    assert put_line == ["update attendance"]
    assert digests == [UNFINISHED] * 2


@pytest.mark.parametrize("addition", ["sets", "catch_all"])
def test_what_others_added_to_event_rules_is_written_over(
    account: FakePagerDuty, connect: Connect, addition: str
) -> None:
    put(connect(), SERVICE)
    [path] = account.paths.values()
    if addition == "sets":
        path["sets"].append({"id": "mine", "rules": []})
    else:
        path["catch_all"]["actions"]["suppress"] = True
    held = connect().read()
    [drifted] = held.kept
    assert isinstance(drifted, DriftedResource)
    assert addition in drifted.resource.body
    assert made(connect(), Update(drifted.resource, SERVICE)) == ["update attendance"]
    assert [type(item) for item in connect().read().kept] == [Intact]


@pytest.mark.parametrize("owner", [OTHERS, None])
def test_a_service_of_another_owner_is_not_taken_by_a_create(
    account: FakePagerDuty, connect: Connect, owner: Owner | None
) -> None:
    put(connect(owner), SERVICE)
    line = "create attendance: it was created since the plan was made; plan again"
    assert made(connect(), Create(SERVICE)) == [line]
    next(iter(account.services.values()))["description"] = "Mine"
    assert made(connect(), Create(SERVICE)) == [line]


def once(*faults: Fault | None, on: str = "POST") -> Callable[[str, str], Fault | None]:
    """Faults of the next requests with a method; then none."""
    left = list(faults)
    return lambda method, _path: left.pop(0) if left and method == on else None


@pytest.mark.parametrize("fault", ["lost", "ignored", "500"])
def test_a_create_without_an_answer_is_looked_up_by_its_name(
    account: FakePagerDuty, connect: Connect, fault: Fault
) -> None:
    account.fault = once(fault)
    assert made(connect(), Create(SERVICE)) == ["create attendance"]
    assert [one["name"] for one in account.services.values()] == ["attendance"]


@pytest.mark.parametrize("owner", [OURS, OTHERS, None])
def test_a_name_that_was_taken_since_is_ours_if_its_mark_is(
    account: FakePagerDuty, connect: Connect, owner: Owner | None
) -> None:
    applying = connect().apply([Create(OTHER), Create(SERVICE)])
    next(applying)
    put(connect(owner), SERVICE)
    assert shown(applying) == [
        "create attendance"
        if owner == OURS
        else "create attendance: POST /services answers 400: Invalid Input Provided: "
        "Name has already been taken"
    ]


@pytest.mark.parametrize("description", ["", None, "Mine"])
def test_a_name_that_somebody_took_by_hand_is_left_alone(
    account: FakePagerDuty, connect: Connect, description: str | None
) -> None:
    applying = connect().apply([Create(OTHER), Create(SERVICE)])
    next(applying)
    written: Any = {
        "name": "attendance",
        "description": description,
        "escalation_policy": {"id": "PABC123"},
        "incident_urgency_rule": {"type": "constant", "urgency": "high"},
    }
    account.answer("POST", "/services", HEADERS, {"service": written})
    [line] = shown(applying)
    assert line.endswith("Name has already been taken")
    assert [one["description"] for one in account.services.values()][1] == description


def test_a_change_that_may_have_been_made_says_so(account: FakePagerDuty, connect: Connect) -> None:
    put(connect(), SERVICE)
    account.fault = lambda method, _path: "500" if method == "PUT" else None
    assert made(connect(), Update(SERVICE, CHANGED)) == [
        "update attendance: it is not known whether it was made, and the next plan shows it: "
        f"PUT /services/{next(iter(account.services))} answers 500: "
        '{"errors": ["500"]}'
    ]


def test_what_is_stored_otherwise_than_sent_is_named(
    account: FakePagerDuty, connect: Connect
) -> None:
    odd = Resource(SERVICE.id, {**SERVICE.body, "description": " Clock\n"})
    assert made(connect(), Create(odd)) == [
        "create attendance: PagerDuty stored another value than was sent: description"
    ]
    with_sets: Any = {**SERVICE.body, "more": 1}
    both = Resource(SERVICE.id, {**with_sets, "description": "b "})
    [line] = made(connect(), Create(both))
    assert line == (
        "create attendance: PagerDuty stored another value than was sent: description, more"
    )


def lines_of(provider: PagerDutyProvider) -> list[str]:
    """What an account holds, a line for each service."""
    held = provider.read()
    kinds = {Intact: "intact", DriftedResource: "drifted", Unreadable: "unreadable"}
    lines = [f"{kinds[type(item)]} {item.id.name} of {item.owner}" for item in held.kept]
    assert all(isinstance(item, Foreign) for item in held.foreign)
    return [*lines, *(f"foreign {item.id.name}: {item.why}" for item in held.foreign)]


def test_services_are_ours_by_their_marks(account: FakePagerDuty, connect: Connect) -> None:
    put(connect(), SERVICE, OTHER)
    put(connect(OTHERS), PAGERDUTY[2])
    by_name = {one["name"]: one for one in account.services.values()}
    assert lines_of(connect()) == [
        f"intact attendance of {OURS}",
        f"intact payroll of {OURS}",
        f"intact search of {OTHERS}",
    ]
    # Renamed, and no other service has the name of its mark.
    by_name["payroll"]["name"] = "Payroll (old)"
    assert lines_of(connect())[1] == f"drifted payroll of {OURS}"
    # Copied: the service that its mark names exists.
    copied = {**by_name["attendance"], "id": "PSCOPY", "name": "Copy"}
    account.services["PSCOPY"] = copied
    by_name["search"]["description"] = "Mine"
    number = by_name["search"]["id"]
    assert lines_of(connect()) == [
        f"intact attendance of {OURS}",
        f"drifted payroll of {OURS}",
        f"foreign search: service {number} has no mark",
        "foreign Copy: service PSCOPY was renamed or copied",
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("incident_urgency_rule", {}),
        ("incident_urgency_rule", None),
        ("escalation_policy", None),
        ("escalation_policy", {"summary": "Default"}),
    ],
)
def test_a_service_in_another_form_is_not_readable_and_not_written(
    account: FakePagerDuty, connect: Connect, key: str, value: Any
) -> None:
    put(connect(), SERVICE)
    next(iter(account.services.values()))[key] = value
    [item] = connect().read().kept
    assert isinstance(item, Unreadable)
    assert (item.why, item.owner) == (
        "changed outside the repository, and no longer readable",
        OURS,
    )
    account.requests.clear()
    assert made(connect(), Update(SERVICE, CHANGED), Delete(SERVICE)) == [
        f"update attendance: {AGAIN}",
        f"delete attendance: {AGAIN}",
    ]
    assert account.writes == []


def test_a_create_writes_a_service_of_ours_in_another_form_over(
    account: FakePagerDuty, connect: Connect
) -> None:
    put(connect(), SERVICE)
    [service] = account.services.values()
    service["incident_urgency_rule"] = {}
    account.requests.clear()
    assert made(connect(), Create(SERVICE)) == ["create attendance"]
    identity = service["id"]
    assert account.writes == [line.replace("ID", identity) for line in WHOLE]
    assert [type(item) for item in connect().read().kept] == [Intact]


class OtherForm(FakePagerDuty):
    """An account that answers writes of services without how urgent their incidents are."""

    def _service(self, written: Any, identity: str) -> Any:
        stored = super()._service(written, identity)
        stored["incident_urgency_rule"] = {}
        return stored


def test_what_is_stored_in_another_form_is_named_whole() -> None:
    with ExitStack() as closing:
        server = _server(OtherForm())
        closing.callback(server.client.close)
        provider = PagerDutyProvider(
            target=TARGET, server=server, tell=lambda _: None, owner=OURS, now=lambda: NOW
        )
        assert made(provider, Create(SERVICE)) == [
            "create attendance: PagerDuty stored another value than was sent: name, description, "
            "escalation_policy, urgency, active, rules"
        ]


def test_an_unfinished_service_is_a_change_to_make_and_not_drift(
    account: FakePagerDuty, connect: Connect
) -> None:
    put(connect(), SERVICE)
    [service] = account.services.values()
    service["description"] = service["description"].replace(SERVICE.digest, UNFINISHED)
    [item] = connect().read().kept
    assert isinstance(item, Intact)
    assert item.digest == UNFINISHED


def test_a_second_read_forgets_the_drift_of_the_first(
    account: FakePagerDuty, connect: Connect
) -> None:
    put(connect(), SERVICE)
    provider = connect()
    [service] = account.services.values()
    service["description"] = f"Mine\n\n{service['description']}"
    provider.read()
    assert [identity.name for identity in provider.drifted] == ["attendance"]
    service["description"] = service["description"].replace("Mine\n\n", "")
    provider.read()
    assert provider.drifted == {}


def test_a_refused_token_ends_a_sync(account: FakePagerDuty, connect: Connect) -> None:
    provider = connect()
    account.token = "another"
    with pytest.raises(ProviderError, match="answers 401: the credential is refused"):
        made(provider, Create(SERVICE))
