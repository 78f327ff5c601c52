"""Limits at, below and above each number, with the whole message."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from reliability.errors import ReliabilityError, UnsafePlanError
from reliability.model.targets import ChangeLimits
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.limits import allowances, excess
from reliability.plan.plan import Plan
from reliability.plan.report import Planned, Unsafe, within_limits
from reliability.resource import Json, Resource, ResourceId
from tests.plan.test_decisions import HERE
from tests.providers.worlds import prometheus_target

LIMITS = ChangeLimits.model_validate({"deletes": "10%", "updates": "25%", "fromCount": 8})


def service(name: str, alerts: int, kind: str = "rules") -> Resource:
    rules: list[Json] = [{"alert": f"A{number}", "expr": "x"} for number in range(alerts)]
    rules.append({"record": "r", "expr": "x"})
    groups: list[Json] = [{"name": name, "rules": rules}]
    spec: dict[str, Json] = {"groups": groups}
    body: dict[str, Json] = {"spec": spec} if kind == "manifest" else spec
    return Resource(ResourceId("p1", kind, name), body)


def deletes(count: int, kind: str = "rules") -> list[Change]:
    return [Delete(service(f"d{number}", 1, kind)) for number in range(count)]


def updates(count: int) -> list[Change]:
    return [Update(service(f"u{number}", 2), service(f"u{number}", 2)) for number in range(count)]


OTHERS: list[Change] = [
    Create(service("new", 1)),
    Claim(service("claimed", 1)),
    Reload(ResourceId("p1", "rules", "old"), "old"),
]


@pytest.mark.parametrize(
    ("owned", "changes", "message"),
    [
        # From eight objects on: shares of all objects.
        (20, [*deletes(2), *updates(5)], None),
        (20, deletes(3), "3 of 20 objects would be deleted (15 %); the limit is 10 %"),
        (20, updates(6), "6 of 20 objects would be updated (30 %); the limit is 25 %"),
        (
            20,
            [*updates(6), *deletes(3)],
            "3 of 20 objects would be deleted (15 %); the limit is 10 %",
        ),
        (8, updates(2), None),
        (8, deletes(1), "1 of 8 objects would be deleted (12 %); the limit is 10 %"),
        (8, updates(3), "3 of 8 objects would be updated (38 %); the limit is 25 %"),
        # A share that would look like the limit has a decimal.
        (97, deletes(10), "10 of 97 objects would be deleted (10.3 %); the limit is 10 %"),
        (203, updates(51), "51 of 203 objects would be updated (25.1 %); the limit is 25 %"),
        # Everything: no share is asked.
        (2, deletes(2), "all objects of this repository would be deleted (2 objects)"),
        (8, deletes(8), "all objects of this repository would be deleted (8 objects)"),
        (1, deletes(1, "config"), "all objects of this repository would be deleted (1 object)"),
        (0, [], None),
        (0, [*OTHERS], None),
        (20, [*OTHERS * 20], None),
        (7, [*OTHERS * 20], None),
        # Below: services and alerts.
        (7, updates(7), None),
        (7, [Delete(service("a", 0))], None),
        (7, [Delete(service("a", 1))], "service a would lose its last alert"),
        (
            7,
            [Delete(service("b", 0)), Delete(service("a", 0))],
            "2 services would be deleted (b, a); the limit below 8 objects is 1",
        ),
        (
            7,
            [Delete(service("a", 0)), Delete(service("a", 0, "manifest"))],
            None,
        ),
        (
            7,
            [Delete(service("a", 0)), Delete(service("a", 0, "component"))],
            None,
        ),
        (
            7,
            [Delete(service("a", 0)), Delete(service("x", 0, "grafana-dashboard"))],
            "grafana-dashboard x would be deleted",
        ),
        (7, [Update(service("a", 3), service("a", 2))], None),
        (7, [Update(service("a", 2), service("a", 1))], None),
        (
            7,
            [Update(service("a", 3), service("a", 1))],
            "2 alerts would be deleted; the limit below 8 objects is 1",
        ),
        (7, [Update(service("a", 1), service("a", 0))], "service a would lose its last alert"),
        (7, [Update(service("a", 0), service("a", 0))], None),
        (
            7,
            [Update(service("a", 2), service("a", 1)), Update(service("b", 3), service("b", 2))],
            "2 alerts would be deleted; the limit below 8 objects is 1",
        ),
        # More alerts of one service do not make up for those of another.
        (
            7,
            [Update(service("a", 1), service("a", 9)), Update(service("b", 3), service("b", 1))],
            "2 alerts would be deleted; the limit below 8 objects is 1",
        ),
        # The rule file and the manifest of a service have the same alerts.
        (
            7,
            [
                Update(service("a", 2), service("a", 1)),
                Update(service("a", 2, "manifest"), service("a", 1, "manifest")),
            ],
            None,
        ),
        # An update of another kind has no alerts to lose.
        (7, [Update(service("a", 3, "config"), service("a", 0, "config"))], None),
    ],
)
def test_the_first_limit_that_is_exceeded(
    owned: int, changes: Sequence[Change], message: str | None
) -> None:
    assert excess(owned, iter(changes), LIMITS) == message
    made = Plan(target="p1", owned=owned, changes=tuple(changes))
    target = prometheus_target("http://x", Path("/rules"))
    target = target.model_copy(update={"limits": LIMITS})
    report = within_limits(target, made, None)
    if message is None:
        assert report == Planned(made)
    else:
        advice = f"read the plan, then pass --allow p1:{made.short_digest}"
        assert report == Unsafe(made, f"p1: {message}; {advice}")
        assert within_limits(target, made, made.digest[:12]) == Planned(made)


def test_a_plan_without_a_change_is_within_any_limits() -> None:
    HERE.ensure_safe(LIMITS, "abcdef")


def test_a_plan_that_does_not_begin_with_the_digest_is_refused() -> None:
    made = Plan(target="p1", owned=20, changes=tuple(updates(1)))
    within = made.digest[1:9]
    with pytest.raises(UnsafePlanError) as raised:
        made.ensure_safe(LIMITS, within)
    assert str(raised.value) == (
        f"p1: the plan is {made.digest[:6]}, but {within} was allowed; "
        f"read the plan, then pass --allow p1:{made.digest[:6]}"
    )


@pytest.mark.parametrize(
    ("tokens", "allowed"),
    [
        ([], {}),
        (["p1:012345"], {"p1": "012345"}),
        (["p2:" + "a" * 64, "p1:abcdef0"], {"p2": "a" * 64, "p1": "abcdef0"}),
    ],
)
def test_tokens_by_target(tokens: list[str], allowed: dict[str, str]) -> None:
    assert allowances(tokens, iter(["p1", "p2"])) == allowed


EXPECTED = "expected TARGET:DIGEST, with 6 to 64 hex digits"


@pytest.mark.parametrize(
    ("tokens", "error"),
    [
        (["p1:01234"], f"--allow p1:01234: {EXPECTED}"),
        (["p1:" + "a" * 65], f"--allow p1:{'a' * 65}: {EXPECTED}"),
        (["p1:01234g"], f"--allow p1:01234g: {EXPECTED}"),
        ([":012345"], f"--allow :012345: {EXPECTED}"),
        (["p1:x:012345"], f"--allow p1:x:012345: {EXPECTED}"),
        (["p1:012345\n"], f"--allow p1:012345\n: {EXPECTED}"),
        (["p3:012345"], "--allow p3:012345: unknown sync target p3; there are p1, p2"),
        (
            ["p1:012345", "p2:012345", "p1:abcdef"],
            "--allow p1:abcdef: sync target p1 is given twice",
        ),
    ],
)
def test_a_token_that_is_not_valid(tokens: list[str], error: str) -> None:
    with pytest.raises(ReliabilityError) as raised:
        allowances(tokens, iter(["p1", "p2"]))
    assert str(raised.value) == error
