"""Single changes of a Datadog site: their order, what they need, and what they do not touch."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Final

import pytest

from reliability.errors import ProviderError
from reliability.message import Message
from reliability.model.targets import DatadogTarget
from reliability.plan.change import Blocked, Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import Owner
from reliability.plan.plan import Plan
from reliability.plan.sync import ChangeApplied, Outcome
from reliability.providers.datadog.api import DatadogApi
from reliability.providers.datadog.forms import DatadogObject, request_of
from reliability.providers.datadog.opening import open_datadog_server
from reliability.providers.datadog.provider import DatadogProvider
from reliability.resource import Resource, ResourceId
from tests.providers.datadog_world import (
    DATADOG,
    datadog_monitors,
    datadog_slo,
)
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_fake import Fault
from tests.providers.inside import transport_of
from tests.providers.worlds import TARGET

OURS: Final = Owner("0123456789abcdef", "git.example.com/acme/slos")
OTHERS: Final = Owner("fedcba9876543210", "git.example.com/acme/other")
SLO, OTHER, *MONITORS, CORRECTION = DATADOG
CHANGED: Final = datadog_slo("attendance/clock-in", "Changed")
Connect = Callable[..., DatadogProvider]


@pytest.fixture
def site() -> FakeDatadog:
    return FakeDatadog()


@pytest.fixture
def connect(site: FakeDatadog) -> Iterator[Connect]:
    target = DatadogTarget(
        name=TARGET,
        provider="datadog",
        url="http://datadog.example",
        api_key="env:API",
        application_key="env:APPLICATION",
    )
    with ExitStack() as closing:

        def open_(owner: Owner | None = OURS) -> DatadogProvider:
            server = open_datadog_server(
                target,
                ("api", "application"),
                ["datadog.example"],
                writable=True,
                transport=transport_of(site),
            )
            closing.callback(server.client.close)
            api = DatadogApi(replace(server, pause=lambda _: None))
            return DatadogProvider(target=TARGET, api=api, tell=lambda _: None, owner=owner)

        yield open_


def shown(outcomes: Iterator[Outcome]) -> list[str]:
    """What was made, and why not: `create metric-slo shop/a`."""
    lines = []
    for outcome in outcomes:
        change = outcome.change
        line = f"{type(change).__name__.lower()} {change.id.kind} {change.id.name}"
        lines.append(line if isinstance(outcome, ChangeApplied) else f"{line}: {outcome.why}")
    return lines


def made(provider: DatadogProvider, *changes: Change) -> list[str]:
    provider.read()
    return shown(provider.apply(changes))


def put(provider: DatadogProvider, *resources: Resource) -> None:
    assert all(": " not in line for line in made(provider, *map(Create, resources)))


def writes(site: FakeDatadog, since: int = 0) -> list[str]:
    """The requests that changed something, after the first ones."""
    return [line.replace("/api/v1", "") for line in site.writes[since:]]


def test_without_changes_nothing_is_sent(site: FakeDatadog, connect: Connect) -> None:
    assert list(connect().apply(())) == []
    assert site.requests == []


def test_referenced_objects_are_created_first_and_deleted_last(
    site: FakeDatadog, connect: Connect
) -> None:
    kinds = [
        "metric-slo attendance/clock-in",
        "metric-slo payroll/run",
        "burn-monitor payroll/run/alert-1h",
        "burn-monitor payroll/run/alert-6h",
        "no-data-monitor payroll/run/no-data",
        "composite-monitor payroll/run/alert",
        "correction payroll/run/1795000000-1795003600",
    ]
    created = made(connect(), *map(Create, reversed(DATADOG)))
    assert created == [f"create {line}" for line in kinds]
    deleted = made(connect(), *map(Delete, DATADOG), Create(datadog_slo("new/one")))
    assert deleted[0] == "create metric-slo new/one"
    assert [line.split()[1] for line in deleted[1:]] == [
        "correction",
        "composite-monitor",
        "no-data-monitor",
        "burn-monitor",
        "burn-monitor",
        "metric-slo",
        "metric-slo",
    ]
    assert (len(site.slos), len(site.monitors), len(site.corrections)) == (1, 0, 0)


AGAIN: Final = "it was changed since the plan was made; plan again"


@pytest.mark.parametrize(
    ("there", "change", "line", "sent"),
    [
        (None, Create(SLO), "create", ["POST /slo"]),
        # Another sync of this repository made it.
        (SLO, Create(SLO), "create", []),
        (SLO, Update(CHANGED, SLO), "update", []),
        (SLO, Claim(SLO), "claim", []),
        (
            CHANGED,
            Create(SLO),
            "create: it was created since the plan was made; plan again",
            [],
        ),
        (SLO, Update(SLO, CHANGED), "update", ["PUT /slo/ID"]),
        (OTHER, Update(SLO, CHANGED), f"update: {AGAIN}", []),
        (CHANGED, Update(datadog_slo("attendance/clock-in", "Old"), SLO), f"update: {AGAIN}", []),
        (CHANGED, Claim(SLO), f"claim: {AGAIN}", []),
        (None, Claim(SLO), f"claim: {AGAIN}", []),
        (SLO, Reload(SLO.id, "it is stale"), "reload", ["PUT /slo/ID"]),
        (None, Reload(SLO.id, "it is stale"), f"reload: {AGAIN}", []),
        (SLO, Delete(SLO), "delete", ["DELETE /slo/ID"]),
        (None, Delete(SLO), "delete", []),
        (CHANGED, Delete(SLO), f"delete: {AGAIN}", []),
    ],
)
def test_a_change_is_made_if_the_object_is_as_it_was(
    site: FakeDatadog,
    connect: Connect,
    there: Resource | None,
    change: Change,
    line: str,
    sent: list[str],
) -> None:
    if there is not None:
        put(connect(), there)
    before = {identity: dict(slo) for identity, slo in site.slos.items()}
    identity = next(iter(site.slos), "-")
    earlier = len(site.writes)
    verb, _, why = line.partition(": ")
    named = f"{verb} metric-slo attendance/clock-in"
    assert made(connect(), change) == [f"{named}: {why}" if why else named]
    assert [line.replace(identity, "ID") for line in writes(site, earlier)] == sent
    if not sent:
        assert site.slos == before


@pytest.mark.parametrize("former", [OTHERS, None])
def test_a_claim_changes_the_owner_alone(
    site: FakeDatadog, connect: Connect, former: Owner | None
) -> None:
    put(connect(former), SLO)
    [before] = map(dict, site.slos.values())
    assert made(connect(), Claim(SLO, former)) == ["claim metric-slo attendance/clock-in"]
    [after] = site.slos.values()
    assert "reliability-owner:0123456789abcdef" in after["tags"]
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"tags", "modified_at"}


@pytest.mark.parametrize("owner", [OTHERS, None])
def test_an_object_of_another_owner_was_not_made_by_this_repository(
    connect: Connect, owner: Owner | None
) -> None:
    put(connect(owner), SLO)
    assert made(connect(), Create(SLO)) == [
        "create metric-slo attendance/clock-in: it was created since the plan was made; plan again"
    ]


def test_an_object_that_somebody_changed_since_is_not_done(
    site: FakeDatadog, connect: Connect
) -> None:
    put(connect(), SLO)
    [slo] = site.slos.values()
    slo["description"] = "Mine"
    assert made(connect(), Update(CHANGED, SLO)) == [
        f"update metric-slo attendance/clock-in: {AGAIN}"
    ]
    # Without our tags it is another object, and one more is created.
    slo["tags"] = []
    assert made(connect(), Create(SLO)) == ["create metric-slo attendance/clock-in"]
    assert len(site.slos) == 2


def test_what_refers_to_nothing_says_what_it_needs(connect: Connect) -> None:
    burn, _, _, composite = MONITORS
    assert made(connect(), Create(burn), Create(composite), Create(CORRECTION)) == [
        "create burn-monitor payroll/run/alert-1h: it needs metric-slo payroll/run, which does "
        "not exist in Datadog",
        "create composite-monitor payroll/run/alert: it needs burn-monitor payroll/run/alert-1h, "
        "which does not exist in Datadog",
        "create correction payroll/run/1795000000-1795003600: it needs metric-slo payroll/run, "
        "which does not exist in Datadog",
    ]


def test_a_correction_moves_to_another_slo_by_a_new_one(
    site: FakeDatadog, connect: Connect
) -> None:
    put(connect(), SLO, OTHER, CORRECTION)
    body = {**CORRECTION.body, "slo": "metric-slo attendance/clock-in"}
    moved = Resource(CORRECTION.id, body)
    earlier = len(site.writes)
    [line] = made(connect(), Update(CORRECTION, moved))
    assert line == "update correction payroll/run/1795000000-1795003600"
    assert [request.split("/")[0] for request in writes(site, earlier)] == ["POST ", "DELETE "]
    [stored] = site.corrections.values()
    assert site.slos[stored["attributes"]["slo_id"]]["name"] == "attendance/clock-in"

    later = Resource(CORRECTION.id, {**body, "description": "Later"})
    assert made(connect(), Update(moved, later)) == [line]
    assert [request.split("/")[0] for request in writes(site, earlier + 2)] == ["PATCH "]


NEVER: Final[list[Fault | None]] = ["ignored"] * 9


def once(*faults: Fault | None, on: str = "POST") -> Callable[[str, str], Fault | None]:
    """Faults of the next requests with a method; then none."""
    left = list(faults)
    return lambda method, _path: left.pop(0) if left and method == on else None


@pytest.mark.parametrize("fault", ["lost", "ignored"])
def test_a_create_without_an_answer_is_not_found_among_objects_of_others(
    site: FakeDatadog, connect: Connect, fault: Fault
) -> None:
    """Another repository made the same object since; and one has lost its mark."""
    applying = connect().apply([Create(SLO), Create(OTHER)])
    next(applying)
    put(connect(OTHERS), OTHER)
    theirs = next(slo for slo in site.slos.values() if slo["name"] == "payroll/run")
    tags = [tag for tag in theirs["tags"] if "digest" not in tag]
    site.slos["unmarked"] = {**theirs, "id": "unmarked", "tags": tags, "created_at": 1}
    site.fault = once(fault)
    [outcome] = applying
    assert isinstance(outcome, ChangeApplied)
    ours = [
        slo
        for slo in site.slos.values()
        if slo["name"] == "payroll/run" and "reliability-owner:0123456789abcdef" in slo["tags"]
    ]
    assert (len(ours), len(site.slos)) == (1, 4)


def test_a_delete_without_an_answer_is_looked_up(site: FakeDatadog, connect: Connect) -> None:
    put(connect(), SLO)
    site.fault = once(*NEVER, on="DELETE")
    [line] = made(connect(), Delete(SLO))
    assert line.startswith(
        "delete metric-slo attendance/clock-in: it is not known whether it was made, and the next "
        "plan shows it: here: http://datadog.example does not answer: "
    )
    site.fault = once("lost", *NEVER, on="DELETE")
    assert made(connect(), Delete(SLO)) == ["delete metric-slo attendance/clock-in"]
    assert site.slos == {}


def test_an_object_that_is_not_readable_is_not_written_over(
    site: FakeDatadog, connect: Connect
) -> None:
    put(connect(), SLO)
    next(iter(site.slos.values()))["query"] = None
    assert made(connect(), Update(SLO, CHANGED), Delete(SLO)) == [
        f"update metric-slo attendance/clock-in: {AGAIN}",
        f"delete metric-slo attendance/clock-in: {AGAIN}",
    ]


def test_of_two_objects_that_lost_answers_made_the_oldest_is_taken(
    site: FakeDatadog, connect: Connect
) -> None:
    """While an answer was lost, another sync made the same object."""
    first, second = connect(), connect()
    changes = [Create(SLO), Create(OTHER)]
    one, other = first.apply(changes), second.apply(changes)
    next(one), next(other)
    site.fault = once("lost")
    next(other)
    site.fault = once("lost")
    next(one)
    assert [slo["name"] for slo in site.slos.values()].count("payroll/run") == 2


def test_an_answer_without_our_key_fails(site: FakeDatadog, connect: Connect) -> None:
    untagged = Resource(SLO.id, {**SLO.body, "tags": ["team:x"]})
    assert made(connect(), Create(untagged)) == [
        "create metric-slo attendance/clock-in: Datadog answers with an object without its key"
    ]


def test_every_field_that_is_stored_otherwise_is_named(site: FakeDatadog, connect: Connect) -> None:
    body: Any = SLO.body
    odd = Resource(SLO.id, {**body, "tags": [*body["tags"], "A"], "name": " b "})
    assert made(connect(), Create(odd)) == [
        "create metric-slo attendance/clock-in: Datadog stored another value than was sent: "
        "name, tags"
    ]


def validated(
    provider: DatadogProvider, *changes: Change, blocked: tuple[Blocked, ...] = ()
) -> Plan:
    provider.read()
    return provider.validated(Plan(target=TARGET, changes=changes, blocked=blocked))


BAD: Final = datadog_monitors("payroll/run", query="nonsense(")[2]
REASON: Final = "The value provided for parameter 'query' is invalid"


def test_monitors_that_would_be_refused_are_blocked_and_others_stay(
    site: FakeDatadog, connect: Connect
) -> None:
    put(connect(), *DATADOG)
    site.requests.clear()
    earlier = Blocked(ResourceId(TARGET, "metric-slo", "a"), Message("held"))
    later = Blocked(ResourceId(TARGET, "time-slice-slo", "z"), Message("held"))
    burn, slow, missing, composite = MONITORS
    bad = Resource(BAD.id, BAD.body)
    fresh = Resource(replace(bad.id, name="payroll/run/new"), bad.body)
    changes = (
        Create(CHANGED),
        Create(fresh),
        Update(missing, bad),
        Update(burn, burn),
        Claim(slow),
        Delete(composite),
    )
    plan = validated(connect(), *changes, blocked=(later, earlier))
    assert plan.changes == (Create(CHANGED), Update(burn, burn), Claim(slow), Delete(composite))
    assert [(item.id.name, str(item.why)) for item in plan.blocked] == [
        ("a", "held"),
        ("payroll/run/new", f"Datadog refuses it: {REASON}"),
        ("payroll/run/no-data", f"Datadog refuses it: {REASON}"),
        ("z", "held"),
    ]
    numbers = {one["name"]: number for number, one in site.monitors.items()}
    asked = [line for line in site.requests if line.endswith("validate")]
    assert asked == [
        "POST /api/v1/monitor/validate",
        f"POST /api/v1/monitor/{numbers['payroll/run no-data']}/validate",
        f"POST /api/v1/monitor/{numbers['payroll/run alert-1h']}/validate",
    ]
    assert site.writes == []


def test_a_monitor_whose_slo_does_not_exist_yet_is_not_validated(
    site: FakeDatadog, connect: Connect
) -> None:
    changes = tuple(map(Create, (OTHER, *MONITORS[:2])))
    provider = connect()
    assert validated(provider, *changes) == Plan(target=TARGET, changes=changes)
    assert not [line for line in site.requests if line.endswith("validate")]


def test_a_provider_that_has_read_nothing_validates_nothing(
    site: FakeDatadog, connect: Connect
) -> None:
    plan = Plan(target=TARGET, changes=(Create(BAD),))
    assert connect().validated(plan) == plan
    assert site.requests == []


def test_an_slo_is_written_without_the_fields_that_others_set() -> None:
    raw = {"options": {"x": 1}, "priority": 2, "id": "a"}
    current = DatadogObject(kind="metric-slo", name=SLO.id.name, id="a", raw=raw, mark=None)
    new = request_of(SLO, OURS, str)
    assert request_of(SLO, OURS, str, current) == new
    assert new.keys() == {"name", "description", "tags", "thresholds", "query", "type"}


def test_a_site_that_refuses_the_keys_is_not_written(site: FakeDatadog, connect: Connect) -> None:
    provider = connect()
    site.keys = ("api", "other")
    with pytest.raises(
        ProviderError, match="answers 403: Forbidden; the key may lack a permission"
    ):
        provider.read()
    assert site.writes == []


def test_objects_of_every_path_are_read_once(site: FakeDatadog, connect: Connect) -> None:
    put(connect(), *DATADOG)
    site.requests.clear()
    held = connect().read()
    assert {item.id for item in held.kept} == {resource.id for resource in DATADOG}
    assert (held.foreign, held.stale) == ((), ())
    paths = ["/api/v1/slo", "/api/v1/monitor", "/api/v1/slo/correction"]
    assert site.requests == [f"GET {path}" for path in paths for _ in range(2)]
