"""Whose an object is: what is adopted, what is refused, and what taking over means."""

from hypothesis import given
from hypothesis import strategies as st

from reliability.plan.change import Blocked, Claim, Delete, Update
from reliability.plan.held import DriftedResource, Held, Intact, Owner
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import sync
from reliability.providers.memory import MemoryProvider
from reliability.resource import Resource
from tests.plan.resources import TARGET, resource, some_resources

OLD, NEW = resource("search", threshold=1), resource("search", threshold=2)
LEGACY = resource("legacy")
US = Owner("us00000000000001", "github.com/acme/reliability")
THEM = Owner("them000000000002", "github.com/other/reliability")
FORK = Owner(US.id, "github.com/mallory/reliability")
NOWHERE = Owner(US.id)


def marked(owner: Owner | None, *resources: Resource) -> Held:
    return Held(kept=tuple(Intact(each, each.digest, owner) for each in resources))


def planned(wanted: list[Resource], held: Held, owner: Owner | None = US, **more: bool) -> Plan:
    return plan(TARGET, wanted, held, PlanOptions(owner=owner, **more))  # type: ignore[arg-type]


def test_the_objects_of_another_owner_are_neither_written_nor_deleted() -> None:
    after = planned([NEW], marked(THEM, OLD, LEGACY))
    assert after.changes == ()
    assert after.blocked == (Blocked(OLD.id, f"owned by {THEM}", THEM, mark="another"),)
    assert (after.owned, after.others) == (0, ((str(THEM), 2),))


def test_taking_over_is_about_what_is_declared_here_only() -> None:
    after = planned([NEW], marked(THEM, OLD, LEGACY), takes_over=True)
    assert after.changes == (Update(OLD, NEW, THEM),)
    assert after.owned == 1


def test_taking_over_an_object_as_it_is_changes_its_mark_only() -> None:
    assert planned([OLD], marked(THEM, OLD), takes_over=True).changes == (Claim(OLD, THEM),)


def test_a_mark_without_an_owner_is_adopted_if_the_content_is_what_is_declared() -> None:
    assert planned([OLD], marked(None, OLD)).changes == (Claim(OLD),)
    for wanted in ([NEW], [LEGACY]):
        after = planned(wanted, marked(None, OLD))
        assert not any(isinstance(change, Update | Delete | Claim) for change in after.changes)
    edited = Held(kept=(DriftedResource(OLD, NEW.digest),))
    assert planned([OLD], edited).changes == ()


def test_a_mark_without_an_owner_is_taken_over_by_a_decision() -> None:
    assert planned([NEW], marked(None, OLD), takes_over=True).changes == (Update(OLD, NEW),)


def test_a_fork_has_the_same_id_and_takes_nothing() -> None:
    for other in (FORK, NOWHERE):
        after = planned([NEW], marked(US, OLD, LEGACY), owner=other)
        assert (after.changes, after.owned) == ((), 0)
        [blocked] = after.blocked
        assert "this repository has the same id at another address" in blocked.why


def test_a_repository_that_moved_takes_over_all_that_was_its_own() -> None:
    after = planned([NEW], marked(US, OLD, LEGACY), owner=FORK, takes_over=True)
    assert after.changes == (Update(OLD, NEW, US), Delete(LEGACY, US))


def test_a_repository_that_gets_an_address_says_so_in_its_marks() -> None:
    assert planned([OLD], marked(NOWHERE, OLD)).changes == (Claim(OLD, NOWHERE),)


def test_the_token_of_a_plan_is_not_that_of_the_same_plan_with_a_take_over() -> None:
    own = planned([NEW], marked(US, OLD))
    taken = planned([NEW], marked(THEM, OLD), takes_over=True)
    assert own.digest != taken.digest


owners = st.sampled_from([US, THEM, FORK, NOWHERE, None])


@given(some_resources, some_resources, owners, owners)
def test_nothing_of_another_is_changed_whatever_two_repositories_declare(
    first: list[Resource], second: list[Resource], writer: Owner | None, other: Owner | None
) -> None:
    provider = MemoryProvider(target=TARGET, owner=writer)
    list(sync(planned(first, provider.read(), writer), provider))
    before = dict(provider.stored)
    provider.owner = other
    list(sync(planned(second, provider.read(), other), provider))
    is_same = writer == other or (writer == NOWHERE and other in (US, FORK))
    changed = {each for each, stored in before.items() if provider.stored.get(each) != stored}
    if writer is None and other is not None:  # adopted, with the content that it had
        assert all(provider.stored[each].resource == before[each].resource for each in changed)
    elif not is_same:
        assert not changed


@given(some_resources, some_resources, st.sampled_from([US, THEM, NOWHERE]))
def test_an_owner_syncs_what_it_declares_beside_another(
    ours: list[Resource], theirs: list[Resource], owner: Owner
) -> None:
    provider = MemoryProvider(target=TARGET, owner=owner)
    list(sync(planned(theirs, provider.read(), owner), provider))
    provider.owner = FORK if owner == THEM else THEM
    list(sync(planned(ours, provider.read(), provider.owner), provider))
    after = planned(ours, provider.read(), provider.owner)
    taken = {each.id for each in theirs} & {each.id for each in ours}
    assert after.changes == ()
    assert {each.id for each in after.blocked} == taken
    assert after.owned == len(ours) - len(taken)
