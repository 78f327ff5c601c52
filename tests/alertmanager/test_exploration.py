"""What is explored of an alert whose labels are known in part holds every way that it may go."""

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from reliability.alertmanager.exploration import Index, Knowledge, explore, reachable
from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Route, parse, walk
from reliability.check.index.routes import ValueClasses
from reliability.location import Pointer
from tests.alertmanager.random_trees import VALUES, Trees

SEEDS = range(60)


def tree(*routes: dict[str, Any]) -> Route:
    names = ("all", "a", "b", "c")
    route = {"receiver": "all", "routes": list(routes)}
    return parse({"route": route, "receivers": [{"name": name} for name in names]}).root


def told(root: Route, labels: Mapping[str, str], *unknown: str) -> set[tuple[str, ...]]:
    outcomes = explore(root, Knowledge(labels, frozenset(unknown)))
    return {tuple(route.receiver for route in outcome) for outcome in outcomes}


def pointers(outcome: tuple[Route, ...]) -> tuple[Pointer, ...]:
    return tuple(route.pointer for route in outcome)


def test_without_anything_unknown_there_is_one_outcome() -> None:
    root = tree({"receiver": "a", "matchers": ["x=1"]}, {"receiver": "b"})
    assert told(root, {"x": "1"}) == {("a",)}
    assert told(root, {}) == {("b",)}


def test_an_unknown_label_goes_both_ways() -> None:
    root = tree({"receiver": "a", "matchers": ["x=1"]}, {"receiver": "b", "matchers": ["x!=1"]})
    assert told(root, {}, "x") == {("a",), ("b",)}


def test_what_was_answered_once_stays_true() -> None:
    root = tree(
        {"receiver": "a", "matchers": ["x=1"], "continue": True},
        {"receiver": "b", "matchers": ["x=~1|2"]},
        {"receiver": "c", "matchers": ["x=2"]},
    )
    assert told(root, {}, "x") == {("a", "b"), ("b",), ("all",)}


def test_a_label_that_is_missing_is_one_of_the_ways() -> None:
    root = tree({"receiver": "a", "matchers": ['x=""']}, {"receiver": "b", "matchers": ["x=~.+"]})
    assert ("a",) in told(root, {}, "x")
    assert ("b",) in told(root, {}, "x")


@pytest.mark.parametrize("limit", [1, 5, 500])
@pytest.mark.parametrize("seed", SEEDS)
def test_however_unknown_labels_turn_out_the_outcome_was_explored(seed: int, limit: int) -> None:
    trees = Trees(Random(seed))
    root = parse(trees.merged() if seed % 3 == 0 else trees.base()).root
    unknown = frozenset(trees.random.sample(sorted(VALUES), 3))
    known = {name: value for name, value in trees.labels().items() if name not in unknown}
    explored = explore(root, Knowledge(known, unknown), limit)
    outcomes = {pointers(outcome) for outcome in explored}
    nodes = {pointer for outcome in outcomes for pointer in outcome}
    coarse = {route.pointer for route in reachable(root, Knowledge(known, unknown))[0]}
    for _ in range(30):
        rest = {name: value for name, value in trees.labels().items() if name in unknown}
        ends = pointers(walk(root, known | rest))
        assert set(ends) <= nodes
        assert set(ends) <= coarse
        assert limit < 500 or ends in outcomes


@pytest.mark.parametrize("seed", SEEDS)
def test_every_outcome_with_plain_values_is_one_that_can_be(seed: int) -> None:
    """Without patterns each answer can be given, so nothing is explored in vain."""
    trees = Trees(Random(seed))
    root = without_patterns(parse(trees.base()).root)
    explored = explore(root, Knowledge({"team": "web"}, frozenset(("tier", "severity"))))
    other = ("something else",)
    real = {
        pointers(walk(root, {"team": "web", "tier": tier, "severity": severity}))
        for tier in (*VALUES["tier"], *other, "")
        for severity in (*VALUES["severity"], *other, "")
    }
    assert {pointers(outcome) for outcome in explored} == real


def without_patterns(route: Route) -> Route:
    plain = tuple(each for each in route.matchers if each.operator in ("=", "!="))
    inner = tuple(without_patterns(each) for each in route.routes)
    return Route(
        receiver=route.receiver,
        matchers=plain,
        continues=route.continues,
        routes=inner,
        pointer=route.pointer,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_alerts_of_one_class_end_alike(seed: int) -> None:
    trees = Trees(Random(seed))
    routing = parse(trees.merged() if seed % 3 == 0 else trees.base())
    classes = ValueClasses.of(routing)
    ends: dict[tuple[object, ...], set[tuple[Pointer, ...]]] = {}
    for number in range(100):
        labels = trees.labels() | {"service": f"service-{number % 7}"}
        key = tuple(classes.key(labels, frozenset()))
        ends.setdefault(key, set()).add(pointers(walk(routing.root, labels)))
    assert all(len(of_class) == 1 for of_class in ends.values())


def test_a_matcher_and_its_opposite_ask_one_question() -> None:
    knowledge = Knowledge({}, frozenset("x"))
    [denied, affirmed] = knowledge.both_ways(RouteMatcher("x", "!~", "a|b"))
    assert [each.answer(RouteMatcher("x", "=~", "a|b")) for each in (denied, affirmed)] == [
        False,
        True,
    ]
    assert [each.answer(RouteMatcher("x", "!~", "a|b")) for each in (denied, affirmed)] == [
        True,
        False,
    ]


@pytest.mark.parametrize("seed", range(10))
def test_an_index_of_large_nodes_changes_nothing(seed: int) -> None:
    trees = Trees(Random(seed))
    teams = [f"team-{number % 12}" for number in range(30)]
    routes = [
        {
            "receiver": trees.random.choice("abc"),
            "matchers": [f"team={team}", trees.random.choice(["tier=alert", "tier!=log"])],
            "continue": trees.random.random() < 0.5,
        }
        for team in teams
    ]
    root = tree({"matchers": ["service=~.+"], "routes": routes})
    index = Index.of(root)
    assert [*index.tables] == [("route", "routes", 0)]
    for team in (*teams, "other", ""):
        for unknown in ({"tier"}, {"tier", "team"}, {"service"}):
            known = {"service": "shop", "team": team, "tier": "alert"}
            start = Knowledge(
                {name: value for name, value in known.items() if name not in unknown},
                frozenset(unknown),
            )
            plain = [pointers(each) for each in explore(root, start)]
            assert [pointers(each) for each in explore(root, start, index=index)] == plain


TWO = ({"receiver": "a", "matchers": ["x=1"]}, {"receiver": "b", "matchers": ["y=1"]})
CONTINUED = ({**TWO[0], "continue": True}, TWO[1], {"receiver": "c"})
NESTED = (
    {"receiver": "a", "matchers": ["x=1"], "routes": [{"receiver": "b", "matchers": ["y=1"]}]},
    {"receiver": "c"},
)


@pytest.mark.parametrize(
    ("routes", "labels", "unknown", "receivers", "is_sure"),
    [
        ((), {}, "", "all", True),
        (TWO, {}, "", "all", True),
        (TWO, {"x": "1", "y": "1"}, "", "a", True),
        (TWO, {"y": "1"}, "", "b", True),
        (TWO, {}, "xy", "a b all", True),
        (TWO, {"x": "1"}, "y", "a", True),
        (TWO, {"y": "1"}, "x", "a b", True),
        (TWO, {"x": "2"}, "y", "b all", True),
        (CONTINUED, {}, "", "c", True),
        (CONTINUED, {"x": "1"}, "", "a c", True),
        (CONTINUED, {"x": "1"}, "y", "a b c", True),
        (CONTINUED, {"x": "1", "y": "1"}, "", "a b", True),
        (CONTINUED, {}, "xy", "a b c", True),
        (NESTED, {}, "xy", "b a c", True),
        (NESTED, {"x": "1"}, "y", "b a", True),
        (NESTED, {"x": "1", "y": "1"}, "", "b", True),
        (NESTED, {"y": "1"}, "x", "b c", True),
        (NESTED, {"x": "2"}, "y", "c", True),
    ],
)
def test_routes_that_may_be_reached(
    routes: tuple[dict[str, Any], ...],
    labels: dict[str, str],
    unknown: str,
    receivers: str,
    *,
    is_sure: bool,
) -> None:
    found, sure = reachable(tree(*routes), Knowledge(labels, frozenset(unknown)))
    assert (" ".join(route.receiver for route in found), sure) == (receivers, is_sure)


@pytest.mark.parametrize(
    ("labels", "unknown", "receivers", "is_sure"),
    [
        ({"x": "1"}, "", "a", True),
        ({"x": "2"}, "", "", False),
        ({}, "x", "a", False),
        ({"y": "1"}, "x", "b", False),
    ],
)
def test_a_route_that_may_not_match_is_not_sure(
    labels: dict[str, str], unknown: str, receivers: str, *, is_sure: bool
) -> None:
    [child, _] = tree(*NESTED).routes
    found, sure = reachable(child, Knowledge(labels, frozenset(unknown)))
    assert (" ".join(route.receiver for route in found), sure) == (receivers, is_sure)


@pytest.mark.parametrize(
    ("limit", "outcomes"),
    [
        (1, {"a", "b", "c"}),
        (2, {"a", "b", "c"}),
        (3, {"a b", "a", "b", "c"}),
        (4, {"a b", "a c", "b", "c"}),
        (500, {"a b", "a c", "b", "c"}),
    ],
)
def test_beyond_the_limit_each_route_is_an_outcome(limit: int, outcomes: set[str]) -> None:
    found = explore(tree(*CONTINUED), Knowledge({}, frozenset("xy")), limit)
    assert {" ".join(route.receiver for route in outcome) for outcome in found} == outcomes


@pytest.mark.parametrize(("children", "is_indexed"), [(9, False), (10, True), (11, True)])
def test_many_children_are_looked_up_by_the_label_that_all_require(
    children: int, *, is_indexed: bool
) -> None:
    root = tree(
        *({"receiver": "a", "matchers": [f"z={at}", f"team={at % 5}"]} for at in range(children))
    )
    index = Index.of(root)
    assert [*index.tables] == ([("route",)] if is_indexed else [])
    known, unknown = Knowledge({"team": "3"}), Knowledge({"z": "3"}, frozenset({"team"}))
    below = [route.pointer[-1] for route in index.below(root, known)]
    assert below == ([at for at in range(children) if at % 5 == 3 or not is_indexed])
    assert len(index.below(root, unknown)) == children
    assert len(index.below(root, Knowledge({}))) == (0 if is_indexed else children)


@pytest.mark.parametrize("other", ["team=~3", "team!=3", "z=3"])
def test_children_that_do_not_all_require_a_label_are_not_looked_up(other: str) -> None:
    routes = [{"receiver": "a", "matchers": [f"team={at}"]} for at in range(12)]
    assert Index.of(tree(*routes)).tables
    assert not Index.of(tree(*routes, {"receiver": "b", "matchers": [other]})).tables


def test_children_of_children_are_looked_up() -> None:
    inner = [{"receiver": "a", "matchers": [f"team={at}"]} for at in range(10)]
    root = tree({"receiver": "b", "routes": inner})
    assert [*Index.of(root).tables] == [("route", "routes", 0)]
