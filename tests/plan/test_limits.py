"""Limits: how much a plan may change, and the one token that lifts them for one plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.errors import ReliabilityError, UnsafePlanError
from reliability.model.targets import ChangeLimits
from reliability.plan.held import Foreign, Held, Intact
from reliability.plan.limits import allowances
from reliability.plan.plan import Plan, plan
from reliability.resource import Json, Resource, ResourceId
from tests.plan.resources import TARGET, intact, many, resource

LIMITS = ChangeLimits()


def refusal(unsafe: Plan, limits: ChangeLimits = LIMITS, allowed: str | None = None) -> str:
    with pytest.raises(UnsafePlanError) as caught:
        unsafe.ensure_safe(limits, allowed)
    return str(caught.value)


def test_too_many_deletions_are_refused_and_the_message_says_how_to_go_on() -> None:
    unsafe = plan(TARGET, many(10), intact(*many(17)))
    assert refusal(unsafe) == (
        "prometheus: 7 of 17 objects would be deleted (41 %); the limit is 30 %; "
        f"read the plan, then pass --allow prometheus:{unsafe.digest[:6]}"
    )


def test_too_many_updates_are_refused() -> None:
    unsafe = plan(TARGET, many(10, x=1), intact(*many(10)))
    assert "10 of 10 objects would be updated (100 %); the limit is 50 %" in refusal(unsafe)


def test_a_share_at_its_limit_passes_and_one_above_shows_the_decimal() -> None:
    plan(TARGET, many(70), intact(*many(100))).ensure_safe(LIMITS)
    unsafe = plan(TARGET, many(696), intact(*many(1000)))
    assert "(30.4 %); the limit is 30 %" in refusal(unsafe)


def test_shares_count_from_the_stated_number_of_objects_on() -> None:
    few = plan(TARGET, many(4), intact(*many(9)))
    assert "5 of 9 objects" in refusal(few, ChangeLimits(from_count=9))


def test_creating_has_no_limit() -> None:
    plan(TARGET, many(1000), intact(*many(10))).ensure_safe(LIMITS)


def test_deleting_everything_is_refused_however_little_it_is() -> None:
    unsafe = plan(TARGET, [], intact(*many(1)))
    assert "all objects of this repository would be deleted (1 object);" in refusal(unsafe)
    renamed = plan(TARGET, [resource("renamed")], intact(*many(1)))
    assert "all objects of this repository would be deleted" in refusal(renamed)


def test_only_what_is_ours_counts_as_the_whole() -> None:
    ours = tuple(Intact(each, each.digest) for each in many(10))
    foreign = tuple(Foreign(resource(f"their-{number}").id, "") for number in range(90))
    unsafe = plan(TARGET, many(6), Held(kept=ours, foreign=foreign))
    assert "4 of 10 objects would be deleted" in refusal(unsafe)


def test_the_token_of_a_plan_lets_it_pass() -> None:
    unsafe = plan(TARGET, [], intact(*many(17)))
    unsafe.ensure_safe(LIMITS, unsafe.short_digest)
    unsafe.ensure_safe(LIMITS, unsafe.digest)


def test_the_token_of_another_plan_refuses_this_one_even_within_its_limits() -> None:
    safe = plan(TARGET, many(1), Held())
    assert refusal(safe, allowed="abc123") == (
        f"prometheus: the plan is {safe.short_digest}, but abc123 was allowed; "
        f"read the plan, then pass --allow prometheus:{safe.short_digest}"
    )


def test_with_nothing_to_change_an_old_token_does_no_harm() -> None:
    plan(TARGET, many(3), intact(*many(3))).ensure_safe(LIMITS, "abc123")


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_plan_passes_exactly_when_its_shares_are_within_the_limits(
    owned: int, deleted: int, updated: int
) -> None:
    deleted = min(deleted, owned)
    updated = min(updated, owned - deleted)
    kept = many(owned)[deleted:]
    wanted = [*many(owned, x=1)[deleted : deleted + updated], *kept[updated:]]
    shares_hold = deleted / owned <= 0.3 and updated / owned <= 0.5
    passes = not (0 < deleted == owned) and (deleted <= 1 if owned < 10 else shares_hold)
    try:
        plan(TARGET, wanted, intact(*many(owned))).ensure_safe(LIMITS)
    except UnsafePlanError:
        assert not passes
    else:
        assert passes


def service(name: str, *alerts: str) -> Resource:
    """A service's rule file with these alerts."""
    rules: Json = [{"alert": alert, "expr": "x > 1"} for alert in alerts]
    return resource(name, groups=[{"name": name, "rules": rules}])


SHOP, SEARCH, CART = (
    service(name, "Burn", "Slow", "NoData") for name in ("shop", "search", "cart")
)


def test_below_ten_objects_a_second_service_needs_an_allowance() -> None:
    quiet = [resource(name) for name in ("a", "b", "c")]
    plan(TARGET, quiet[1:], intact(*quiet)).ensure_safe(LIMITS)
    unsafe = plan(TARGET, quiet[2:], intact(*quiet))
    assert "2 services would be deleted (a, b); the limit below 10 objects is 1" in refusal(unsafe)
    unsafe.ensure_safe(LIMITS, unsafe.short_digest)


def test_below_ten_objects_a_second_alert_needs_an_allowance() -> None:
    one_less, two_less = service("shop", "Burn", "Slow"), service("shop", "Burn")
    plan(TARGET, [one_less, SEARCH], intact(SHOP, SEARCH)).ensure_safe(LIMITS)
    unsafe = plan(TARGET, [two_less, SEARCH], intact(SHOP, SEARCH))
    assert "2 alerts would be deleted; the limit below 10 objects is 1" in refusal(unsafe)
    spread = plan(TARGET, [one_less, service("search", "Burn", "Slow")], intact(SHOP, SEARCH))
    assert "2 alerts would be deleted" in refusal(spread)


def test_below_ten_objects_the_last_alert_of_a_service_needs_an_allowance() -> None:
    last = service("shop", "Burn")
    unsafe = plan(TARGET, [service("shop"), SEARCH], intact(last, SEARCH))
    assert "service shop would lose its last alert" in refusal(unsafe)
    gone = plan(TARGET, [SEARCH], intact(last, SEARCH))
    assert "service shop would lose its last alert" in refusal(gone)


def test_a_renamed_alert_is_no_deletion() -> None:
    renamed = service("shop", "Burns", "Slows", "NoDatas")
    plan(TARGET, [renamed, SEARCH], intact(SHOP, SEARCH)).ensure_safe(LIMITS)


def test_the_configuration_of_an_alertmanager_is_not_deleted_without_an_allowance() -> None:
    config = Resource(ResourceId(TARGET, "config", "alertmanager"), {"route": {}})
    unsafe = plan(TARGET, [SHOP, SEARCH, CART], intact(SHOP, SEARCH, CART, config))
    assert "config alertmanager would be deleted" in refusal(unsafe)


def test_tokens_are_read_by_target() -> None:
    tokens = allowances(["files:9c1d02", "prometheus:abcdef12"], ["files", "prometheus"])
    assert tokens == {"files": "9c1d02", "prometheus": "abcdef12"}


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["files"], "expected TARGET:DIGEST"),
        (["files:9c1d0"], "expected TARGET:DIGEST"),
        (["files:9C1D02"], "expected TARGET:DIGEST"),
        (["other:9c1d02"], "unknown sync target other; there are files, prometheus"),
        (["files:9c1d02", "files:9c1d03"], "sync target files is given twice"),
    ],
)
def test_a_token_that_cannot_be_meant_is_refused(tokens: list[str], said: str) -> None:
    with pytest.raises(ReliabilityError, match=said):
        allowances(tokens, ["files", "prometheus"])
