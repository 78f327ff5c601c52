"""Plans: what changes, what is left alone, and the digest that stands for one plan only."""

import random

from hypothesis import given
from hypothesis import strategies as st

from reliability.plan.change import Blocked, Create, Delete, Reload, Update
from reliability.plan.held import Foreign, Held, Intact, Stale, Unreadable
from reliability.plan.options import PlanOptions
from reliability.plan.plan import plan
from reliability.plan.sync import sync
from reliability.providers.memory import MemoryProvider
from reliability.resource import Resource
from tests.plan.resources import TARGET, edited, intact, many, resource, some_resources

OVERWRITE = PlanOptions(on_drift="overwrite")
OLD, NEW = resource("search", threshold=1), resource("search", threshold=2)


def test_what_is_wanted_and_not_there_is_created() -> None:
    assert plan(TARGET, [NEW], Held()).changes == (Create(NEW),)


def test_what_differs_is_updated_and_says_in_which_field() -> None:
    [change] = plan(TARGET, [NEW], intact(OLD)).changes
    assert change == Update(OLD, NEW)
    assert [(each.path, each.before, each.after) for each in change.differences] == [
        ("threshold", 1, 2)
    ]


def test_what_is_ours_and_wanted_no_more_is_deleted() -> None:
    assert plan(TARGET, [], intact(OLD)).changes == (Delete(OLD),)


def test_what_is_as_wanted_is_no_change() -> None:
    assert plan(TARGET, [NEW], intact(NEW)).is_settled


def test_creations_come_before_updates_and_deletions_last() -> None:
    held = intact(OLD, resource("legacy"))
    changes = plan(TARGET, [NEW, resource("web"), resource("api")], held).changes
    assert [(type(change), change.id.name) for change in changes] == [
        (Create, "api"),
        (Create, "web"),
        (Update, "search"),
        (Delete, "legacy"),
    ]


def test_what_somebody_changed_is_held_even_when_it_is_to_be_deleted() -> None:
    found = resource("search", threshold=3)
    after = plan(TARGET, [], edited(found, OLD))
    [drift] = after.drifted
    assert (after.changes, drift.held) == ((), True)
    assert drift.why == "changed outside the repository, and declared no more"


def test_drift_says_whether_what_is_wanted_has_changed_too() -> None:
    found = resource("search", threshold=3)
    [alone] = plan(TARGET, [OLD], edited(found, OLD)).drifted
    [both] = plan(TARGET, [NEW], edited(found, OLD)).drifted
    assert alone.why == "changed outside the repository"
    assert both.why == ("changed outside the repository, and the repository has changed since, too")


def test_a_changed_comment_is_drift_without_a_field() -> None:
    [drift] = plan(TARGET, [OLD], edited(OLD, OLD)).drifted
    assert drift.why == "its comments or its layout were changed, no field"


def test_overwrite_replaces_what_somebody_changed() -> None:
    found = resource("search", threshold=3)
    after = plan(TARGET, [OLD], edited(found, OLD), OVERWRITE)
    assert after.changes == (Update(found, OLD),)
    assert [drift.held for drift in after.drifted] == [False]


def test_what_cannot_be_read_is_held_or_overwritten() -> None:
    held = Held((Unreadable(OLD.id, "2:1: a tab"),))
    assert plan(TARGET, [OLD], held).changes == ()
    [drift] = plan(TARGET, [OLD], held).drifted
    assert (drift.why, drift.held) == ("2:1: a tab", True)
    [change] = plan(TARGET, [OLD], held, OVERWRITE).changes
    assert isinstance(change, Update)
    assert change.after == OLD


def test_what_is_not_ours_blocks_what_is_wanted_there() -> None:
    held = Held(foreign=(Foreign(OLD.id, "mine"), Foreign(resource("other").id, "theirs")))
    after = plan(TARGET, [OLD, resource("web")], held)
    assert after.blocked == (Blocked(OLD.id, "mine"),)
    assert after.changes == (Create(resource("web")),)
    assert after.owned == 0


def test_what_is_stored_and_not_run_is_loaded_again() -> None:
    held = Held((Intact(OLD, OLD.digest),), stale=(Stale(OLD.id, "not run"),))
    after = plan(TARGET, [OLD], held)
    assert after.changes == (Reload(OLD.id, "not run"),)
    assert not after.is_settled
    assert plan(TARGET, [NEW], held).changes == (Update(OLD, NEW),)


def test_the_digest_tells_targets_apart() -> None:
    assert plan("here", [NEW], Held()).digest != plan("there", [NEW], Held()).digest


@given(some_resources, some_resources, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_any_order(
    wanted: list[Resource], held: list[Resource], order: random.Random
) -> None:
    first = plan(TARGET, wanted, intact(*held))
    order.shuffle(wanted)
    order.shuffle(held)
    second = plan(TARGET, wanted, intact(*held))
    assert (first.digest, first.changes) == (second.digest, second.changes)


@given(some_resources, some_resources, some_resources)
def test_plans_with_other_changes_have_other_digests(
    wanted: list[Resource], others: list[Resource], held: list[Resource]
) -> None:
    first, second = (plan(TARGET, each, intact(*held)) for each in (wanted, others))
    assert (first.digest == second.digest) == (first.changes == second.changes)


@given(some_resources, some_resources)
def test_after_a_sync_there_is_nothing_to_plan(
    wanted: list[Resource], before: list[Resource]
) -> None:
    provider = MemoryProvider(TARGET)
    for desired in (before, wanted):
        list(sync(plan(TARGET, desired, provider.read()), provider))
    after = plan(TARGET, wanted, provider.read())
    assert (after.is_settled, after.owned) == (True, len(wanted))


@given(some_resources, st.data())
def test_a_rerun_converges_whatever_failed(wanted: list[Resource], data: st.DataObject) -> None:
    provider = MemoryProvider(TARGET)
    refused = data.draw(st.lists(st.sampled_from(wanted or many(1))))
    provider.refuses = {each.id: "busy" for each in refused}
    list(sync(plan(TARGET, wanted, provider.read()), provider))
    provider.refuses = {}
    list(sync(plan(TARGET, wanted, provider.read()), provider))
    assert plan(TARGET, wanted, provider.read()).is_settled
