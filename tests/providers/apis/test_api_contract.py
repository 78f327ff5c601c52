"""What every provider of a target with an API keeps, whatever its server does to a request.

Stateful fakes print, reorder and drop as the servers do; some are a third party's. A new provider
adds its world to `API_WORLDS`.
"""

from collections.abc import Iterator, Sequence

import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Create, Delete, Update
from reliability.plan.held import Held, Owner
from reliability.plan.options import OnDrift, PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, Provider, sync
from reliability.resource import Resource
from tests.providers.apis.faults import (
    Fault,
    Interrupted,
    after,
    interrupted,
    is_write,
    late,
    lost,
    silent,
    status,
)
from tests.providers.apis.worlds import API_WORLDS, OURS, THEIRS, ApiWorld
from tests.providers.worlds import TARGET


@pytest.fixture(params=API_WORLDS)
def world(request: pytest.FixtureRequest) -> Iterator[ApiWorld]:
    with API_WORLDS[request.param]() as made:
        yield made


def planned(
    provider: Provider, desired: Sequence[Resource], on_drift: OnDrift = "hold", owner: Owner = OURS
) -> Plan:
    options = PlanOptions(owner=owner, on_drift=on_drift)
    return plan(TARGET, desired, provider.read(), options)


def synced(
    world: ApiWorld,
    desired: Sequence[Resource],
    on_drift: OnDrift = "hold",
    owner: Owner = OURS,
) -> list[Outcome]:
    provider = world.open(True, owner)
    return list(sync(planned(provider, desired, on_drift, owner), provider))


def assert_settled(world: ApiWorld, desired: Sequence[Resource]) -> None:
    world.server.begin()
    now = planned(world.open(False, OURS), desired)
    assert (now.is_settled, now.owned) == (True, len(desired)), now


def failures(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.why for outcome in outcomes if isinstance(outcome, ChangeFailed)]


def writes_of_a_first_sync(world: ApiWorld) -> int:
    """How many writes a first sync needs; the target is empty again afterwards."""
    world.server.begin()
    assert not failures(synced(world, world.wanted))
    count = world.server.count(writes=True)
    assert not failures(synced(world, ()))
    world.server.begin()
    return count


def test_an_empty_target_holds_nothing(world: ApiWorld) -> None:
    assert world.open(False, OURS).read() == Held()


def test_after_a_sync_there_is_nothing_to_plan_and_nothing_to_write(world: ApiWorld) -> None:
    outcomes = synced(world, world.wanted)
    assert outcomes == [ChangeApplied(Create(resource)) for resource in world.wanted]
    assert_settled(world, world.wanted)
    assert synced(world, world.wanted) == []
    assert world.server.count(writes=True) == 0


def test_an_update_changes_the_one_object(world: ApiWorld) -> None:
    synced(world, world.wanted)
    desired = (world.other, *world.wanted[1:])
    [change] = planned(world.open(False, OURS), desired).changes
    assert isinstance(change, Update)
    assert [difference.path for difference in change.differences] == [world.path]
    assert synced(world, desired) == [ChangeApplied(change)]
    assert_settled(world, desired)


def test_what_is_wanted_no_more_is_deleted(world: ApiWorld) -> None:
    before = world.state()
    synced(world, world.wanted)
    [change] = planned(world.open(False, OURS), world.wanted[1:]).changes
    assert isinstance(change, Delete)
    assert synced(world, world.wanted[1:]) == [ChangeApplied(change)]
    assert_settled(world, world.wanted[1:])
    synced(world, ())
    assert world.state() == before


def test_a_renamed_object_is_created_before_the_former_one_is_deleted(world: ApiWorld) -> None:
    first, second, third = world.wanted[:3]
    synced(world, (first, second))
    world.server.begin()
    assert [type(outcome.change) for outcome in synced(world, (first, third))] == [Create, Delete]
    kinds = [request.method for request in world.server.requests if is_write(request)]
    assert kinds[-1] == "DELETE"
    assert kinds[0] != "DELETE"
    assert_settled(world, (first, third))


def test_a_former_object_stays_if_the_renamed_one_is_refused(world: ApiWorld) -> None:
    kept = tuple(each for each in world.wanted if each.id != world.bad.id)
    synced(world, kept)
    outcomes = synced(world, (*kept[1:], world.bad))
    assert len(failures(outcomes)) == 2
    assert_settled(world, kept)


def test_a_hand_edit_is_named_and_held(world: ApiWorld) -> None:
    synced(world, world.wanted)
    world.edit()
    assert synced(world, world.wanted) == []
    after_edit = planned(world.open(False, OURS), world.wanted)
    [drift] = after_edit.drifted
    assert [difference.path for difference in drift.differences] == [world.path]
    assert (drift.held, after_edit.changes) == (True, ())


def test_a_hand_edit_is_overwritten_if_the_target_says_so(world: ApiWorld) -> None:
    synced(world, world.wanted)
    world.edit()
    [outcome] = synced(world, world.wanted, "overwrite")
    assert isinstance(outcome, ChangeApplied)
    assert_settled(world, world.wanted)


def test_what_has_no_mark_is_reported_and_left_untouched(world: ApiWorld) -> None:
    world.put_foreign()
    before = world.state()
    synced(world, world.wanted)
    now = planned(world.open(False, OURS), world.wanted)
    assert [blocked.id for blocked in now.blocked] == [world.wanted[0].id]
    assert now.owned == len(world.wanted) - 1
    synced(world, ())
    assert world.state() == before


def test_what_another_repository_owns_is_left_untouched(world: ApiWorld) -> None:
    synced(world, world.wanted[:2], owner=THEIRS)
    before = world.state()
    synced(world, world.wanted)
    now = planned(world.open(False, OURS), world.wanted)
    assert {blocked.owner for blocked in now.blocked} == {THEIRS}
    assert (now.owned, now.others) == (len(world.wanted) - 2, ((str(THEIRS), 2),))
    synced(world, ())
    assert world.state() == before


def test_a_dry_run_cannot_write(world: ApiWorld) -> None:
    before = world.state()
    provider = world.open(False, OURS)
    outcomes = list(sync(planned(provider, world.wanted), provider))
    assert len(failures(outcomes)) == len(world.wanted)
    assert world.state() == before


def test_what_is_refused_leaves_the_former_and_stops_no_other(world: ApiWorld) -> None:
    synced(world, world.wanted)
    wanted = {each.id: each for each in world.wanted}
    desired = {**wanted, world.other.id: world.other, world.bad.id: world.bad}
    outcomes = synced(world, tuple(desired.values()))
    assert len(failures(outcomes)) == 1
    assert_settled(world, tuple({**wanted, world.other.id: world.other}.values()))


def test_a_busy_server_is_given_the_time_that_it_asks_for(world: ApiWorld) -> None:
    busy = status(429, dict(world.busy), "too many requests")
    world.server.begin(writes={1: busy}, reads={1: busy})
    assert not failures(synced(world, world.wanted))
    # An asynchronous write has pauses of its own.
    assert world.server.pauses.count(7.0) == 2
    assert_settled(world, world.wanted)


@pytest.mark.parametrize("code", [500, 502, 503])
def test_a_broken_server_is_an_error_and_the_next_sync_finishes(world: ApiWorld, code: int) -> None:
    world.server.begin()
    world.server.every = status(code, text="broken")
    with pytest.raises(ProviderError, match=str(code)):
        world.open(True, OURS).read()

    world.server.begin()
    provider = world.open(True, OURS)
    first = planned(provider, world.wanted)
    world.server.every = status(code, text="broken")
    assert len(failures(list(sync(first, provider)))) == len(world.wanted)
    world.server.begin()
    synced(world, world.wanted)
    assert_settled(world, world.wanted)


@pytest.mark.parametrize("fault", [lost, late, silent, status(503)])
def test_no_write_is_lost_or_doubled_if_its_answer_does_not_come(
    world: ApiWorld, fault: Fault
) -> None:
    count = writes_of_a_first_sync(world)
    for number in range(1, count + 1):
        world.server.begin(writes={number: fault})
        outcomes = synced(world, world.wanted)
        applied = tuple(item.change.id for item in outcomes if isinstance(item, ChangeApplied))
        now = planned(world.open(False, OURS), world.wanted)
        # What a sync reports as done is done.
        assert not {change.id for change in now.changes} & set(applied), number
        assert (now.drifted, now.blocked) == ((), ()), number
        synced(world, world.wanted)
        assert_settled(world, world.wanted)
        synced(world, ())
        assert planned(world.open(False, OURS), ()).owned == 0, number


@pytest.mark.parametrize("fault", [lost, late, silent])
def test_a_delete_whose_answer_does_not_come_is_finished(world: ApiWorld, fault: Fault) -> None:
    world.put_foreign()
    before = world.state()
    synced(world, world.wanted[1:])
    world.server.begin(writes={1: fault})
    synced(world, ())
    synced(world, ())
    assert world.state() == before


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_token_is_an_error_and_writes_nothing(world: ApiWorld, code: int) -> None:
    before = world.state()
    provider = world.open(True, OURS)
    first = planned(provider, world.wanted)
    world.server.every = status(code, text="denied")
    assert len(failures(list(sync(first, provider)))) == len(world.wanted)
    with pytest.raises(ProviderError, match=str(code)):
        world.open(True, OURS).read()
    assert world.state() == before


def test_an_interrupted_sync_is_finished_by_the_next(world: ApiWorld) -> None:
    world.put_foreign()
    before = world.state()
    desired = world.wanted[1:]
    synced(world, desired)
    world.server.begin()
    synced(world, ())
    deletes = world.server.count(writes=True)
    world.server.begin()
    synced(world, desired)
    creates = world.server.count(writes=True)
    for number in range(1, creates + deletes + 1):
        world.server.begin()
        is_deletion = number > creates
        synced(world, desired if is_deletion else ())
        wanted = () if is_deletion else desired
        world.server.begin(writes={number - creates if is_deletion else number: interrupted})
        with pytest.raises(Interrupted):
            synced(world, wanted)
        world.server.begin()
        now = planned(world.open(False, OURS), wanted)
        assert now.drifted == (), number
        assert not failures(synced(world, wanted)), number
        assert_settled(world, wanted)
    synced(world, ())
    assert world.state() == before


def test_an_interrupted_update_is_finished_by_the_next(world: ApiWorld) -> None:
    desired = (world.other, *world.wanted[1:])
    synced(world, world.wanted)
    world.server.begin()
    synced(world, desired)
    for number in range(1, world.server.count(writes=True) + 1):
        world.server.begin()
        synced(world, world.wanted)
        world.server.begin(writes={number: interrupted})
        with pytest.raises(Interrupted):
            synced(world, desired)
        world.server.begin()
        assert not failures(synced(world, desired)), number
        assert_settled(world, desired)


def test_two_syncs_of_one_plan_at_once_write_it_once(world: ApiWorld) -> None:
    one, other = world.open(True, OURS), world.open(True, OURS)
    first, second = planned(one, world.wanted), planned(other, world.wanted)
    assert first.digest == second.digest
    assert not failures(list(sync(first, one)))
    there = world.state()
    late_ones = list(sync(second, other))
    assert all("plan again" in why for why in failures(late_ones))
    assert world.state() == there
    assert_settled(world, world.wanted)


def test_a_change_after_the_plan_is_not_written_over(world: ApiWorld) -> None:
    synced(world, world.wanted)
    provider = world.open(True, OURS)
    stale = planned(provider, (world.other, *world.wanted[1:]))
    world.edit()
    [why] = failures(list(sync(stale, provider)))
    assert "was changed since the plan was made" in why
    assert len(planned(world.open(False, OURS), world.wanted).drifted) == 1


def test_a_sync_that_starts_between_two_writes_of_another_harms_nothing(world: ApiWorld) -> None:
    count = writes_of_a_first_sync(world)
    for number in range(1, count + 1):
        world.server.begin(writes={number: after(lambda: synced(world, world.wanted))})
        synced(world, world.wanted)
        world.server.begin()
        assert planned(world.open(False, OURS), world.wanted).blocked == ()
        synced(world, world.wanted)
        assert_settled(world, world.wanted)
        synced(world, ())
