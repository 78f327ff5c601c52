"""Rules that a ruler stores and cannot evaluate: reported after a sync, and taken back."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from reliability.plan.sync import ChangeFailed, Outcome, sync
from reliability.providers.rulers.amazon_prometheus import AmazonPrometheusProvider
from reliability.providers.rulers.evaluation import RulerEvaluation
from reliability.providers.rulers.mimir import MimirProvider
from reliability.providers.rules_api import RulesApi
from reliability.resource import Resource
from tests.providers.apis.fake_ruler import FakeRuler
from tests.providers.apis.faults import FaultyServer
from tests.providers.apis.test_api_contract import failures, planned, synced
from tests.providers.apis.test_mimir import company, fake_of, run
from tests.providers.apis.worlds import OURS, ApiWorld, amazon_prometheus, connect, ruler

ERROR = "vector contains metrics with the same labelset after applying rule labels"


@pytest.fixture(params=["mimir", "cortex"])
def world(request: pytest.FixtureRequest) -> Iterator[ApiWorld]:
    with ruler(request.param) as made:
        yield made


def waiting(world: ApiWorld, desired: tuple[Resource, ...]) -> list[Outcome]:
    """Sync with a wait for the first evaluation."""
    provider = world.open(True, OURS)
    assert isinstance(provider, MimirProvider | AmazonPrometheusProvider)
    provider.waits = True
    return list(sync(planned(provider, desired), provider))


def rule_of(resource: Resource) -> str:
    """The name of the first rule of a service."""
    groups: Any = resource.body["groups"]
    rule = groups[0]["rules"][0]
    return str(rule.get("alert") or rule["record"])


def test_a_rule_that_cannot_be_evaluated_is_taken_back(world: ApiWorld) -> None:
    assert failures(waiting(world, world.wanted)) == []
    before = world.state()
    changed = (world.other, *world.wanted[1:])
    fake_of(world).failing = {rule_of(world.other): ERROR}
    [why] = failures(waiting(world, changed))
    assert f"cannot be evaluated: {ERROR}; the previous groups were restored" in why
    assert world.state() == before
    # The next plan shows the change again.
    assert [each.id for each in planned(world.open(False, OURS), changed).changes] == [
        world.other.id
    ]


def test_a_new_service_with_such_a_rule_is_removed_and_its_former_name_stays(
    world: ApiWorld,
) -> None:
    first, *rest = world.wanted
    assert failures(waiting(world, (*rest,))) == []
    before = world.state()
    fake_of(world).failing = {rule_of(first): ERROR}
    created, deleted = failures(waiting(world, (first, *rest[1:])))
    assert created.endswith(ERROR)
    assert deleted.startswith(f"not deleted: {first.id.name} was not created")
    assert world.state() == before


def test_rules_that_are_evaluated_late_are_waited_for(world: ApiWorld) -> None:
    fake_of(world).after = 4
    fake_of(world).failing = {rule_of(world.wanted[0]): ERROR}
    world.server.begin()
    [why] = failures(waiting(world, world.wanted))
    assert why.endswith(ERROR)
    assert len(world.server.pauses) == 4
    assert world.server.notes[0].startswith("here: waiting up to ")


def test_the_error_of_former_rules_is_not_that_of_the_written_ones(world: ApiWorld) -> None:
    assert failures(waiting(world, world.wanted)) == []
    fake = fake_of(world)
    fake.former, fake.after = (
        {name: dict(groups) for name, groups in fake.tenants["shop"].items()},
        2,
    )
    name = rule_of(world.other)

    def answer(request: httpx.Request) -> httpx.Response:
        # The former rule has an error as long as the ruler runs it.
        fake.failing = {name: ERROR} if fake.after > 0 else {}
        return fake.handle(request)

    world.server.answer = answer
    assert failures(waiting(world, (world.other, *world.wanted[1:]))) == []


def test_rules_that_are_not_evaluated_yet_are_no_error_but_a_note(world: ApiWorld) -> None:
    fake_of(world).after = 1_000
    assert failures(waiting(world, world.wanted)) == []
    assert world.server.notes[-1].startswith(
        "here: not evaluated yet, so errors are not known: reliability/"
    )
    # An interval of a second, and a minute until the ruler has loaded them.
    assert sum(world.server.pauses) < 65


def test_progress_is_shown_while_services_are_written(world: ApiWorld) -> None:
    provider = world.open(True, OURS)
    assert isinstance(provider, MimirProvider)
    refused = [ChangeFailed(change, "no") for change in planned(provider, world.wanted).changes]
    notes: list[str] = []
    evaluation = RulerEvaluation(
        api=RulesApi(provider.server),
        target="here",
        tell=notes.append,
        prefix="reliability/",
        groups_of=lambda _resource: (),
        restore=lambda _namespace: "",
        noted_every=0,
    )
    count = len(refused)
    assert list(evaluation.outcomes(iter(refused), count)) == refused
    numbers = range(1, count + 1)
    assert notes == [f"here: {number} of {count} services written" for number in numbers]


def test_a_ruler_without_this_api_is_a_note(world: ApiWorld) -> None:
    fake_of(world).has_rules_api = False
    assert failures(waiting(world, world.wanted)) == []
    [note] = world.server.notes
    assert note.startswith("it is not known whether the written rules can be evaluated: here: ")
    assert planned(world.open(False, OURS), world.wanted).is_settled


def test_a_sync_shows_the_error_and_fails_unless_it_does_not_wait(tmp_path: Path) -> None:
    fake = FakeRuler()
    with company(tmp_path, fake) as repository:
        assert run(repository, "sync", "--yes", "--brief", "--no-wait").code == 0
        namespace, groups = next(iter(fake.tenants["shop"].items()))
        rule = next(iter(groups.values()))["rules"][0]
        fake.tenants["shop"].pop(namespace)
        fake.failing = {rule.get("alert") or rule["record"]: ERROR}
        failed = run(repository, "sync", "--yes", "--brief")
        assert (failed.code, f"cannot be evaluated: {ERROR}" in failed.out) == (1, True)
        assert namespace not in fake.tenants["shop"]
        assert run(repository, "sync", "--yes", "--brief", "--no-wait").code == 0
        assert namespace in fake.tenants["shop"]


def test_drift_names_the_rules_that_fail_since_the_last_sync(tmp_path: Path) -> None:
    fake = FakeRuler()
    with company(tmp_path, fake) as repository:
        assert run(repository, "sync", "--yes", "--brief").code == 0
        settled = run(repository, "drift", "--detailed-exitcode")
        assert (settled.code, settled.out.partition(";")[0]) == (0, "mimir: no drift")

        namespace, groups = next(iter(fake.tenants["shop"].items()))
        service = namespace.removeprefix("reliability/")
        group, stored = next(iter(groups.items()))
        rule = stored["rules"][0].get("alert") or stored["rules"][0]["record"]
        fake.failing = {rule: ERROR}
        drift = run(repository, "drift", "--detailed-exitcode", "--brief")
        line = f"  > rules {service}: rule {rule} of group {group} cannot be evaluated: {ERROR}"
        assert drift.code == 4
        assert any(shown.startswith(line) for shown in drift.out.splitlines())
        # A sync cannot make data fit a rule, so a plan has nothing to do.
        planned = run(repository, "plan", "--detailed-exitcode")
        assert (planned.code, planned.out.partition(";")[0]) == (0, "mimir: no changes")

        fake.has_rules_api = False
        unknown = run(repository, "drift", "--detailed-exitcode")
        assert (unknown.code, unknown.out.partition(";")[0]) == (0, "mimir: no drift")
        assert "not known whether the stored rules can be evaluated: mimir: GET" in unknown.err


def test_amazon_takes_a_rule_back_that_it_cannot_evaluate() -> None:
    with amazon_prometheus() as world:
        assert not failures(synced(world, world.wanted))
        before = world.state()
        bad = rule_of(world.other)

        def rules(request: httpx.Request) -> httpx.Response:
            """The rules of the workspace, as its other endpoint has them."""
            assert request.url.path == "/workspaces/ws-1/api/v1/rules"
            state: Any = world.state()
            groups = [
                running(name, group, bad)
                for name, (data, _) in state.items()
                for group in yaml.safe_load(base64.b64decode(data))["groups"]
            ]
            return httpx.Response(200, json={"status": "success", "data": {"groups": groups}})

        faulty = FaultyServer(rules)
        provider = world.open(True, OURS)
        assert isinstance(provider, AmazonPrometheusProvider)
        provider.waits = True
        provider.rules = RulesApi(connect(faulty, False, {}), "/workspaces/ws-1")
        changed = (world.other, *world.wanted[1:])
        [outcome] = sync(planned(provider, changed), provider)
        assert isinstance(outcome, ChangeFailed)
        assert outcome.why.endswith(f"{ERROR}; the previous rules were restored")
        assert world.state() == before

        provider.reads_evaluations = True
        bad = rule_of(world.wanted[1])
        [stale] = provider.read().stale
        assert stale.id == world.wanted[1].id
        assert stale.why.startswith(f"rule {bad} of group ")

        faulty.every = lambda _request, _answer: httpx.Response(403, text="no aps:ListRules")
        assert not failures(list(sync(planned(provider, changed), provider)))
        assert world.server.notes[-1].endswith("status 403")
        assert provider.read().stale == ()
        assert world.server.notes[-1].startswith("it is not known whether the stored rules can")


def running(file: str, group: dict[str, Any], bad: str) -> dict[str, Any]:
    """A group as the service runs it; the rule `bad` has an error."""
    return {
        "name": group["name"],
        "file": file,
        "interval": 60,
        "rules": [
            {
                "name": rule.get("alert") or rule["record"],
                "type": "alerting" if "alert" in rule else "recording",
                "query": rule["expr"],
                "health": "err" if (rule.get("alert") or rule["record"]) == bad else "ok",
                "lastError": ERROR if (rule.get("alert") or rule["record"]) == bad else "",
                "lastEvaluation": "2026-11-27T12:00:00Z",
            }
            for rule in group["rules"]
        ],
    }
