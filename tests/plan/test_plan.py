"""Plans: what changes, what is left alone, and the digest that stands for one plan only."""

import hashlib
import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.plan.change import (
    Blocked,
    Change,
    Claim,
    Create,
    Delete,
    Drift,
    Postponed,
    Reload,
    Update,
)
from reliability.plan.held import Foreign, Held, Intact, Owner, Pending, Stale, Unreadable
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan, plan_external_routes
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
    assert drift.why == "changed outside the repository, and no longer declared"


def test_drift_says_whether_what_is_wanted_has_changed_too() -> None:
    found = resource("search", threshold=3)
    [alone] = plan(TARGET, [OLD], edited(found, OLD)).drifted
    [both] = plan(TARGET, [NEW], edited(found, OLD)).drifted
    assert alone.why == "changed outside the repository"
    assert both.why == ("changed outside the repository, and the declaration has changed since")


def test_a_changed_comment_is_drift_without_a_field() -> None:
    [drift] = plan(TARGET, [OLD], edited(OLD, OLD)).drifted
    assert drift.why == "only comments or layout were changed outside the repository"


def test_overwrite_replaces_what_somebody_changed() -> None:
    found = resource("search", threshold=3)
    after = plan(TARGET, [OLD], edited(found, OLD), OVERWRITE)
    assert after.changes == (Update(found, OLD),)
    assert [drift.held for drift in after.drifted] == [False]


def test_what_cannot_be_read_is_held_or_overwritten() -> None:
    held = Held(kept=(Unreadable(OLD.id, "2:1: a tab"),))
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
    held = Held(kept=(Intact(OLD, OLD.digest),), stale=(Stale(OLD.id, "not run"),))
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
    provider = MemoryProvider(target=TARGET)
    for desired in (before, wanted):
        list(sync(plan(TARGET, desired, provider.read()), provider))
    after = plan(TARGET, wanted, provider.read())
    assert (after.is_settled, after.owned) == (True, len(wanted))


@given(some_resources, st.data())
def test_a_rerun_converges_whatever_failed(wanted: list[Resource], data: st.DataObject) -> None:
    provider = MemoryProvider(target=TARGET)
    refused = data.draw(st.lists(st.sampled_from(wanted or many(1))))
    provider.refuses = {each.id: "busy" for each in refused}
    list(sync(plan(TARGET, wanted, provider.read()), provider))
    provider.refuses = {}
    list(sync(plan(TARGET, wanted, provider.read()), provider))
    assert plan(TARGET, wanted, provider.read()).is_settled


BEFORE_AND_AFTER = (OLD.digest, NEW.digest)
US = Owner("us00000000000001", "github.com/acme/reliability")
NOBODY = Owner("us00000000000001")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Create(NEW), ["create", TARGET, "rules", "search", NEW.digest]),
        (Update(OLD, NEW), ["update", TARGET, "rules", "search", *BEFORE_AND_AFTER, ""]),
        (
            Update(OLD, NEW, US),
            ["update", TARGET, "rules", "search", *BEFORE_AND_AFTER, f"{US.id} {US.address}"],
        ),
        (Claim(NEW), ["claim", TARGET, "rules", "search", NEW.digest, ""]),
        (Claim(NEW, NOBODY), ["claim", TARGET, "rules", "search", NEW.digest, f"{US.id} "]),
        (Delete(OLD), ["delete", TARGET, "rules", "search", OLD.digest, ""]),
        (
            Delete(OLD, US),
            ["delete", TARGET, "rules", "search", OLD.digest, f"{US.id} {US.address}"],
        ),
        (Reload(OLD.id, "old"), ["reload", TARGET, "rules", "search"]),
    ],
)
def test_the_digest_is_made_of_this_and_nothing_else(change: Change, words: list[str]) -> None:
    made = Plan(target=TARGET, changes=(change,), owned=7, missing=("a",), present=frozenset())
    line = json.dumps(words, separators=(",", ":"))
    text = f'{{"changes":[{line}],"format":1,"target":"{TARGET}"}}'
    assert made.digest == hashlib.sha256(text.encode()).hexdigest()
    assert made.short_digest == made.digest[: len(made.short_digest)]


HELD_BACK = Plan(
    target=TARGET,
    drifted=(Drift(id=OLD.id, why="changed", differences=(), held=True),),
    blocked=(Blocked(OLD.id, "not ours"),),
    postponed=(Postponed(Delete(OLD), ()),),
)


@pytest.mark.parametrize(
    ("made", "is_settled", "held_back"),
    [
        (Plan(target=TARGET, pending=(Pending(OLD.id, "later"),), missing=("a",)), True, ()),
        (Plan(target=TARGET, changes=(Create(NEW),)), False, ()),
        (Plan(target=TARGET, drifted=HELD_BACK.drifted), False, HELD_BACK.drifted),
        (Plan(target=TARGET, blocked=HELD_BACK.blocked), False, HELD_BACK.blocked),
        (Plan(target=TARGET, postponed=HELD_BACK.postponed), False, HELD_BACK.postponed),
        (
            HELD_BACK,
            False,
            (*HELD_BACK.drifted, *HELD_BACK.blocked, *HELD_BACK.postponed),
        ),
        (
            Plan(
                target=TARGET,
                drifted=(Drift(id=OLD.id, why="changed", differences=(), held=False),),
            ),
            False,
            (),
        ),
    ],
)
def test_a_plan_is_settled_if_nothing_is_to_be_done_and_nothing_is_held(
    made: Plan, is_settled: bool, held_back: tuple[object, ...]
) -> None:
    assert (made.is_settled, made.held_back) == (is_settled, held_back)


def test_only_drift_leaves_reloads_and_what_others_changed() -> None:
    changes = (Create(NEW), Reload(OLD.id, "old"))
    made = replace(
        HELD_BACK,
        changes=changes,
        pending=(Pending(OLD.id, "later"),),
        missing=("a",),
        owned=3,
    )
    assert made.stale == changes[1:]
    assert made.only_drift == Plan(
        target=TARGET,
        changes=changes[1:],
        drifted=made.drifted,
        owned=3,
    )


def test_the_plan_of_routes_that_another_repository_writes_says_whose_they_are() -> None:
    theirs = Held(kept=(Intact(OLD, OLD.digest, US),))
    assert plan_external_routes(TARGET, theirs) == Plan(target=TARGET, routes_owner=str(US))
    for unmarked in (Held(), intact(OLD)):
        assert plan_external_routes(TARGET, unmarked) == Plan(
            target=TARGET, routes_owner="an unknown owner"
        )
