"""A repository that is synced to the ruler of a tenant, and what the ruler says to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from reliability.plan.change import Update
from reliability.resource import Resource, ResourceId
from tests.cli.program import Ended, in_process
from tests.live.repository import Repository, make_repository
from tests.providers.apis.fake_ruler import RULE, FakeRuler
from tests.providers.apis.test_api_contract import failures, planned, synced
from tests.providers.apis.worlds import OURS, ApiWorld, ruler
from tests.providers.served import served
from tests.providers.worlds import TARGET

TOKEN = "Basic c2hvcDpnb29k"


def target(url: str, **more: object) -> dict[str, object]:
    return {
        "name": "mimir",
        "provider": "mimir",
        "url": url,
        "tenant": "shop",
        "authorization": "env:MIMIR_AUTHORIZATION",
        **more,
    }


@contextmanager
def company(root: Path, fake: FakeRuler, **more: object) -> Iterator[Repository]:
    fake.token = TOKEN
    with served(fake.handle) as url:
        yield make_repository(root, target(url, **more))


def run(repository: Repository, *arguments: str) -> Ended:
    return in_process(*arguments, folder=repository.root, MIMIR_AUTHORIZATION=TOKEN)


def group(**more: Any) -> dict[str, Any]:
    rule = {"alert": "Down", "expr": "up == 0", "for": "90s", "labels": {"b": "c"}}
    return {"name": "one", "interval": "1m", "rules": [rule], **more}


def resource(*groups: dict[str, Any]) -> Resource:
    return Resource(ResourceId(TARGET, "rules", "shop"), {"groups": list(groups)})


@pytest.fixture
def world() -> Iterator[ApiWorld]:
    with ruler("mimir") as made:
        yield made


def fake_of(world: ApiWorld) -> FakeRuler:
    fake: FakeRuler = world.server.answer.__self__  # type: ignore[attr-defined]
    return fake


def test_a_repository_is_planned_synced_and_settled(tmp_path: Path) -> None:
    fake = FakeRuler()
    with company(tmp_path, fake) as repository:
        first = run(repository, "plan", "--brief")
        assert "mimir: " in first.out
        assert "; experimental provider; plan " in first.out
        assert run(repository, "sync", "--yes", "--brief").code == 0
        assert all(name.startswith("reliability/") for name in fake.tenants["shop"])
        again = run(repository, "plan", "--detailed-exitcode")
        assert (again.code, again.out.partition(";")[0]) == (0, "mimir: no changes")


def test_only_the_plan_that_was_read_is_applied(tmp_path: Path) -> None:
    fake = FakeRuler()
    with company(tmp_path, fake) as repository:
        digest = run(repository, "plan", "--brief").out.splitlines()[0].rpartition(" ")[2]
        repository.keep_services("exports", "monitoring", "payslips")
        other = run(repository, "sync", "--yes", "--allow", f"mimir:{digest}")
        assert (other.code, fake.tenants.get("shop", {})) == (1, {}), other
        assert f"but {digest} was allowed" in other.out
        digest = run(repository, "plan", "--brief").out.splitlines()[0].rpartition(" ")[2]
        assert run(repository, "sync", "--yes", "--allow", f"mimir:{digest}").code == 0


@pytest.mark.parametrize("empty_is_404", [True, False])
@pytest.mark.parametrize("dialect", ["mimir", "cortex"])
def test_both_forms_of_an_empty_tenant_are_read(dialect: str, empty_is_404: bool) -> None:
    with ruler(dialect) as world:
        fake_of(world).empty_is_404 = empty_is_404
        assert not failures(synced(world, world.wanted))
        assert not failures(synced(world, ()))


def test_a_404_of_something_else_is_not_an_empty_tenant(tmp_path: Path) -> None:
    with company(tmp_path, FakeRuler(), dialect="cortex") as repository:
        ended = run(repository, "plan")
        assert ended.code == 2
        assert "answers 404: 404 page not found; check url, tenant and dialect" in ended.out


def test_another_notation_of_the_same_group_is_no_change(world: ApiWorld) -> None:
    rule = {"record": "a:b", "expr": "up\n", "labels": {"empty": ""}}
    declared = [resource(group(interval="60s"), group(name="two", rules=[rule]))]
    assert not failures(synced(world, declared))
    assert planned(world.open(False, OURS), declared).is_settled
    stored = fake_of(world).tenants["shop"]["reliability/shop"]["one"]
    assert (stored["interval"], stored["rules"][0]["for"]) == (60_000, 90_000)


def test_what_an_older_ruler_leaves_out_is_an_error_that_names_it(world: ApiWorld) -> None:
    fake_of(world).known = tuple(key for key in RULE if key != "keep_firing_for")
    rule = {"alert": "Down", "expr": "up == 0", "keep_firing_for": "5m"}
    [why] = failures(synced(world, [resource(group(rules=[rule]))]))
    assert why == (
        "it is stored otherwise than sent: `keep_firing_for` of rule Down of group one differs"
    )


def test_a_limit_of_the_tenant_names_the_setting(world: ApiWorld) -> None:
    fake_of(world).max_rules = 1
    rules = [{"record": f"a:{letter}", "expr": "up"} for letter in "bc"]
    [why] = failures(synced(world, [resource(group(rules=rules))]))
    assert why == (
        "refused: per-user rules per rule group limit (limit: 1 actual: 2) exceeded; raise the "
        "limit of the tenant, or write maxRulesPerGroup: 1 in policies/targets.yaml"
    )


def test_groups_are_split_at_the_limit_and_stay_in_order(tmp_path: Path) -> None:
    fake = FakeRuler(max_rules=5)
    with company(tmp_path, fake, maxRulesPerGroup=5) as repository:
        assert run(repository, "sync", "--yes", "--brief").code == 0
        assert run(repository, "plan", "--detailed-exitcode", "--brief").code == 0
        groups = fake.tenants["shop"]["reliability/exports"]
        parts = [name for name in groups if name.startswith("exports-exports-csv-finished-fast")]
        assert parts == [parts[0], f"{parts[0]} part 2", f"{parts[0]} part 3"]
        assert {len(each["rules"]) <= 5 for each in groups.values()} == {True}


def test_a_protected_namespace_is_named(world: ApiWorld) -> None:
    fake_of(world).protected = ("reliability/shop",)
    [why] = failures(synced(world, [resource(group())]))
    assert why == "the namespace is protected in the ruler: reliability/shop"


def test_a_group_that_a_person_adds_or_removes_is_drift(world: ApiWorld) -> None:
    two = resource(group(), group(name="two"))
    synced(world, [two])
    there = fake_of(world).tenants["shop"]["reliability/shop"]
    there["mine"] = {"name": "mine", "rules": [{"record": "a:b", "expr": "up"}]}
    [drift] = planned(world.open(False, OURS), [two]).drifted
    assert [difference.path for difference in drift.differences] == ["groups[mine]"]
    del there["mine"], there["two"]
    [drift] = planned(world.open(False, OURS), [two]).drifted
    assert [difference.path for difference in drift.differences] == ["groups[two]"]


def test_a_copied_namespace_is_foreign(world: ApiWorld) -> None:
    synced(world, [resource(group())])
    namespaces = fake_of(world).tenants["shop"]
    namespaces["reliability/copy"] = namespaces["reliability/shop"]
    [foreign] = world.open(False, OURS).read().foreign
    assert foreign.why == "it has the mark of rules shop, so it is a copy"


def test_groups_that_are_stored_and_equal_are_not_written_again(world: ApiWorld) -> None:
    synced(world, [resource(group(), group(name="two"), group(name="three"))])
    world.server.begin()
    after = resource(group(), group(name="two"), group(name="three", interval="30s"))
    [outcome] = synced(world, [after])
    assert isinstance(outcome.change, Update)
    names = [sent_name(each) for each in world.server.requests if each.method == "POST"]
    # The head says first that a sync writes, and at last that it has ended.
    assert names == ["one", "three", "one"]


def sent_name(request: httpx.Request) -> str:
    return request.content.decode().partition("name: ")[2].partition("\n")[0]
