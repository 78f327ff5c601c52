"""What every provider keeps, over fakes and over real servers of both generations."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from reliability.plan.change import Create, Delete, Update
from reliability.plan.held import Held
from reliability.plan.options import OnDrift, PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, Provider, sync
from reliability.resource import Resource
from tests.providers import (
    amazon_definition_world,
    datadog_world,
    grafana_world,
    mimir_alertmanager_world,
    pagerduty_world,
    repository_worlds,
    worlds,
)
from tests.providers.worlds import TARGET, World
from tests.servers.generation import GENERATIONS, Generation, Unavailable, find
from tests.servers.victoria import find_victoria

WORLDS = {
    "memory": worlds.memory,
    **repository_worlds.WORLDS,
    "fake-prometheus": worlds.fake_prometheus,
    "fake-alertmanager": worlds.fake_alertmanager,
    "fake-datadog": datadog_world.fake_datadog,
    "fake-pagerduty": pagerduty_world.fake_pagerduty,
    "fake-amazon-alertmanager": amazon_definition_world.fake_amazon_alertmanager,
    "fake-grafana": grafana_world.grafana(is_older=False),
    "fake-grafana-older": grafana_world.grafana(is_older=True),
    "fake-thanos-ruler": worlds.fake_thanos_ruler,
    "fake-mimir-alertmanager": mimir_alertmanager_world.fake_mimir_alertmanager,
}
SERVERS = {"prometheus": worlds.real_prometheus, "alertmanager": worlds.real_alertmanager}


def vmalert_world(folder: Path) -> AbstractContextManager[World]:
    """A real vmalert, if this machine has one."""
    program = find_victoria()
    if isinstance(program, Unavailable):
        pytest.skip(program.reason)
    return worlds.real_vmalert(folder, program)


def parameters(without: Collection[str] = ()) -> list[ParameterSet]:
    """Every world but some, the real servers once for each generation."""
    fakes = [pytest.param(make, id=name) for name, make in WORLDS.items() if name not in without]
    real = [
        pytest.param((make, each), id=f"{name}-{each}", marks=pytest.mark.servers)
        for name, make in SERVERS.items()
        for each in GENERATIONS
    ]
    vmalert = pytest.param(vmalert_world, id="vmalert", marks=pytest.mark.servers)
    return [*fakes, *real, vmalert]


where_files_are_written = pytest.mark.parametrize("world", parameters(["memory"]), indirect=True)
where_a_change_can_be_refused = pytest.mark.parametrize(
    "world", parameters(repository_worlds.WORLDS), indirect=True
)


@pytest.fixture(params=parameters())
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    make = request.param
    if isinstance(make, tuple):
        generation = find(make[1])
        if not isinstance(generation, Generation):
            pytest.skip(f"servers of the {make[1]} generation: {generation.reason}")
        make = partial(make[0], generation=generation)
    with make(tmp_path) as made:
        yield made


def planned(provider: Provider, desired: tuple[Resource, ...], on_drift: OnDrift = "hold") -> Plan:
    return plan(TARGET, desired, provider.read(), PlanOptions(on_drift=on_drift))


def synced(
    world: World, desired: tuple[Resource, ...], on_drift: OnDrift = "hold"
) -> list[Outcome]:
    provider = world.open(True)
    return list(sync(planned(provider, desired, on_drift), provider))


def test_an_empty_target_holds_nothing(world: World) -> None:
    assert world.open(False).read() == Held()


def test_after_a_sync_there_is_nothing_to_plan(world: World) -> None:
    outcomes = synced(world, world.wanted)
    assert outcomes == [ChangeApplied(Create(resource)) for resource in world.wanted]
    after = planned(world.open(False), world.wanted)
    assert (after.is_settled, after.owned) == (True, len(world.wanted))


def test_an_update_changes_the_one_object(world: World) -> None:
    synced(world, world.wanted)
    desired = (world.other, *world.wanted[1:])
    [change] = planned(world.open(False), desired).changes
    assert isinstance(change, Update)
    assert [difference.path for difference in change.differences] == [world.path]
    assert synced(world, desired) == [ChangeApplied(change)]
    assert planned(world.open(False), desired).is_settled


def test_what_is_wanted_no_more_is_deleted(world: World) -> None:
    synced(world, world.wanted)
    [change] = planned(world.open(False), world.wanted[1:]).changes
    assert isinstance(change, Delete)
    outcomes = synced(world, world.wanted[1:])
    if world.keeps_the_last:
        why = "an Alertmanager does not run without a configuration"
        assert outcomes == [ChangeFailed(change, why)]
    else:
        assert outcomes == [ChangeApplied(change)]
        assert planned(world.open(False), world.wanted[1:]).is_settled


def test_a_hand_edit_is_named_and_held(world: World) -> None:
    synced(world, world.wanted)
    world.edit()
    assert synced(world, world.wanted) == []
    after = planned(world.open(False), world.wanted)
    [drift] = after.drifted
    assert [difference.path for difference in drift.differences] == [world.path]
    assert (drift.held, after.changes) == (True, ())


def test_a_hand_edit_is_overwritten_if_the_target_says_so(world: World) -> None:
    synced(world, world.wanted)
    world.edit()
    [outcome] = synced(world, world.wanted, "overwrite")
    assert isinstance(outcome, ChangeApplied)
    assert planned(world.open(False), world.wanted).is_settled


def test_a_held_edit_stops_no_other_change(world: World) -> None:
    synced(world, world.wanted[:1])
    world.edit()
    assert synced(world, world.wanted) == [ChangeApplied(Create(each)) for each in world.wanted[1:]]
    assert len(planned(world.open(False), world.wanted).drifted) == 1


def test_what_is_not_ours_is_reported_and_left_untouched(world: World) -> None:
    world.put_foreign()
    before = world.read_foreign()
    synced(world, world.wanted)
    after = planned(world.open(False), world.wanted)
    assert [blocked.id for blocked in after.blocked] == [world.wanted[0].id]
    assert (world.read_foreign(), after.owned) == (before, len(world.wanted) - 1)


@where_files_are_written
def test_a_dry_run_cannot_write(world: World) -> None:
    provider = world.open(False)
    outcomes = list(sync(planned(provider, world.wanted), provider))
    assert len(outcomes) == len(world.wanted)
    assert all(isinstance(outcome, ChangeFailed) for outcome in outcomes)
    assert world.open(False).read() == Held()


@where_a_change_can_be_refused
def test_what_is_refused_leaves_the_former_and_stops_no_other(world: World) -> None:
    assert world.bad is not None
    synced(world, world.wanted)
    wanted = {each.id: each for each in world.wanted}
    desired = {**wanted, world.other.id: world.other, world.bad.id: world.bad}
    outcomes = {outcome.change.id: outcome for outcome in synced(world, tuple(desired.values()))}
    refused = outcomes.pop(world.bad.id)
    assert isinstance(refused, ChangeFailed)
    assert refused.why
    assert all(isinstance(outcome, ChangeApplied) for outcome in outcomes.values())
    there = {**wanted, world.other.id: world.other}
    if world.bad.id in wanted:
        there[world.bad.id] = wanted[world.bad.id]
    assert planned(world.open(False), tuple(there.values())).is_settled


@where_a_change_can_be_refused
def test_a_rerun_after_a_refusal_plans_the_same_again(world: World) -> None:
    assert world.bad is not None
    desired = (*(each for each in world.wanted if each.id != world.bad.id), world.bad)
    synced(world, desired)
    again = planned(world.open(False), desired)
    assert [change.id for change in again.changes] == [world.bad.id]


@where_files_are_written
def test_a_change_after_the_plan_is_not_written_over(world: World) -> None:
    synced(world, world.wanted)
    provider = world.open(True)
    stale = planned(provider, (world.other, *world.wanted[1:]))
    world.edit()
    [outcome] = sync(stale, provider)
    assert isinstance(outcome, ChangeFailed)
    assert "was changed since the plan was made" in outcome.why
    assert len(planned(world.open(False), world.wanted).drifted) == 1
