"""Former routes take what own routes do not, and can be taken out again without a trace."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.alertmanager.routing import parse, walk
from reliability.plan.former_routes import (
    MATCHER,
    PREFIX,
    FormerRoute,
    former_routes,
    has_former_routes,
    with_former_routes,
    without_former_routes,
)

RECEIVERS = ("root", "a", "b", "c")
LABELS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(["1", "2"]) for name in ("team", "tier", "kind")}
)
MATCHERS = st.lists(
    st.sampled_from(
        ['team="1"', 'team="2"', 'team=~"1|2"', 'tier="1"', 'tier!="1"', 'kind=~".+"', 'kind=""']
    ),
    max_size=2,
    unique=True,
)


@st.composite
def routes(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    route: dict[str, Any] = {"matchers": draw(MATCHERS)}
    if draw(st.booleans()):
        route["receiver"] = draw(st.sampled_from(RECEIVERS))
    if draw(st.integers(0, 4)) == 0:
        route["continue"] = True
    if draw(st.integers(0, 3)) == 0:
        route["mute_time_intervals"] = ["night"]
    if depth and (children := draw(st.lists(routes(depth - 1), max_size=2))):
        route["routes"] = children
    return route


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    body: dict[str, Any] = {
        "route": {"receiver": "root", "routes": draw(st.lists(routes(), max_size=4))},
        "receivers": [{"name": name, "note": draw(st.integers(0, 1))} for name in RECEIVERS],
        "time_intervals": [{"name": "night", "time_intervals": [{"times": []}]}],
    }
    if draw(st.booleans()):
        body["route"]["group_wait"] = draw(st.sampled_from(["10s", "30s"]))
    if draw(st.booleans()):
        source = draw(st.sampled_from(['tier="1"', 'team="1"']))
        body["inhibit_rules"] = [{"source_matchers": [source], "target_matchers": ['kind="1"']}]
    return body


def receivers(body: dict[str, Any], labels: dict[str, str]) -> list[str]:
    return [node.receiver for node in walk(parse(body).root, labels)]


def takers(body: dict[str, Any], labels: dict[str, str]) -> list[int]:
    """The children of the root that an alert enters."""
    pointers = [node.pointer for node in walk(parse(body).root, labels)]
    return [pointer[2] for pointer in pointers if len(pointer) > 2 and isinstance(pointer[2], int)]


@given(configs(), configs())
def test_what_is_put_in_can_be_taken_out(before: dict[str, Any], after: dict[str, Any]) -> None:
    both = with_former_routes(before, after)
    assert json.dumps(without_former_routes(both)) == json.dumps(after)
    assert has_former_routes(both) or both == after


@given(configs(), configs(), LABELS)
def test_an_alert_that_no_own_route_takes_goes_where_it_went(
    before: dict[str, Any], after: dict[str, Any], labels: dict[str, str]
) -> None:
    both = with_former_routes(before, after)
    names = [name.removeprefix(PREFIX) for name in receivers(both, labels)]
    if not takers(after, labels):
        entered = takers(before, labels)
        assert names == (receivers(before, labels) if entered else receivers(after, labels))


@given(configs(), configs(), configs(), LABELS)
def test_routes_of_two_changes_are_kept_and_taken_out_together(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any], labels: dict[str, str]
) -> None:
    both = with_former_routes(with_former_routes(first, second), third)
    parse(both)
    assert json.dumps(without_former_routes(both)) == json.dumps(third)
    former = former_routes(both, [labels])
    ends = [name for name in receivers(both, labels) if name.startswith(PREFIX)]
    assert bool(ends) == any(route.alerts for route in former)


@given(configs())
def test_without_a_change_nothing_is_put_in(body: dict[str, Any]) -> None:
    assert with_former_routes(body, body) == body
    assert without_former_routes(body) == body


def body(*children: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A configuration with these routes below the root, and receivers of all of their names."""
    return {
        "route": {"receiver": "root", "routes": list(children)},
        "receivers": [{"name": name} for name in RECEIVERS],
        **more,
    }


def test_a_configuration_with_former_routes_reads_like_this() -> None:
    night = {"name": "night", "time_intervals": [{"times": [{"start_time": "22:00"}]}]}
    day = {"name": "day", "time_intervals": [{"times": [{"start_time": "08:00"}]}]}
    inner = {"matchers": ['tier="2"'], "receiver": "b", "active_time_intervals": ["day"]}
    before = body(
        {"matchers": 'team="1"', "mute_time_intervals": ["night"], "routes": [inner]},
        {"matchers": ['team="3"'], "receiver": "c", "group_wait": "1s"},
        time_intervals=[night],
        mute_time_intervals=[day],
        inhibit_rules=[{"target_matchers": ['kind="1"']}, {"source_matchers": ['tier="1"']}],
    )
    before["route"] |= {
        "group_by": ["team"],
        "group_wait": "10s",
        "group_interval": "5m",
        "repeat_interval": "4h",
        "continue": False,
    }
    after = body(
        {"matchers": ['team="2"'], "receiver": "a"},
        {"matchers": ['team="3"'], "receiver": "c", "group_wait": "1s"},
        inhibit_rules=[{"source_matchers": ['tier="1"']}],
    )
    root = {"group_by": ["team"], "group_interval": "5m", "repeat_interval": "4h"}
    former = {
        "receiver": f"{PREFIX}root",
        **root,
        "group_wait": "10s",
        "matchers": ['team="1"', MATCHER],
        "mute_time_intervals": [f"{PREFIX}night"],
        "routes": [
            {
                "matchers": ['tier="2"'],
                "receiver": f"{PREFIX}b",
                "active_time_intervals": [f"{PREFIX}day"],
            }
        ],
    }
    both = with_former_routes(before, after)
    assert both == {
        **after,
        "route": {
            "receiver": "root",
            "routes": [after["route"]["routes"][0], former, after["route"]["routes"][1]],
        },
        "receivers": [*after["receivers"], {"name": f"{PREFIX}root"}, {"name": f"{PREFIX}b"}],
        "time_intervals": [
            {**night, "name": f"{PREFIX}night"},
            {**day, "name": f"{PREFIX}day"},
        ],
        "inhibit_rules": [
            {"source_matchers": ['tier="1"']},
            {"target_matchers": ['kind="1"'], "source_matchers": [MATCHER]},
        ],
    }
    assert without_former_routes(both) == after
    assert with_former_routes(both, after) == both, "a former route is not renamed twice"


def test_own_intervals_and_inhibitions_stay_before_former_ones() -> None:
    route = {"matchers": ['team="1"'], "receiver": "a", "mute_time_intervals": ["night"]}
    before = body(route, time_intervals=[{"name": "night"}], inhibit_rules=[{"equal": ["team"]}])
    after = body(time_intervals=[{"name": "day"}], inhibit_rules=[{"equal": ["tier"]}])
    both = with_former_routes(before, after)
    assert both["time_intervals"] == [{"name": "day"}, {"name": f"{PREFIX}night"}]
    assert both["inhibit_rules"] == [
        {"equal": ["tier"]},
        {"equal": ["team"], "source_matchers": [MATCHER]},
    ]
    assert without_former_routes(both) == after


@pytest.mark.parametrize(
    ("taker", "child", "is_kept"),
    [
        ({"matchers": ['team="1"']}, {"matchers": ['team="1"', 'tier="2"']}, False),
        ({"matchers": []}, {"matchers": ['team="1"']}, False),
        ({"matchers": 'team="1"'}, {"matchers": ['team="1"'], "receiver": "b"}, False),
        ({"matchers": ['team="1"', 'tier="2"']}, {"matchers": ['team="1"']}, True),
        ({"matchers": ['team="1"'], "continue": True}, {"matchers": ['team="1"']}, True),
        ({"match": {"team": "1"}}, {"match": {"team": "1", "tier": "2"}}, False),
        ({"match": {"team": "1"}}, {"match": {"team": "2"}}, True),
        ({"match": {"team": "1"}}, {"match_re": {"team": "1"}}, True),
        ({"match": {"team": "1", "tier": "2"}}, {"match": {"team": "1"}}, True),
    ],
)
def test_a_route_whose_alerts_a_new_one_takes_is_not_kept(
    taker: dict[str, Any], child: dict[str, Any], is_kept: bool
) -> None:
    both = with_former_routes(body({**child, "note": 1}), body(taker))
    assert has_former_routes(both) == is_kept


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"route": None},
        {"route": {}},
        {"route": {"routes": None}},
        {"route": {"routes": [None]}},
    ],
)
def test_a_configuration_without_routes_has_no_former_ones(odd: dict[str, Any]) -> None:
    assert not has_former_routes(odd)
    assert without_former_routes(odd) == odd
    assert with_former_routes(odd, odd) == odd


def test_a_configuration_that_alertmanager_refuses_has_no_former_routes_to_show() -> None:
    refused = body({"matchers": [MATCHER, "team=~("], "receiver": f"{PREFIX}a"})
    assert former_routes(refused, [{"team": "1"}]) == ()


def test_former_routes_are_shown_with_the_alerts_that_end_there_and_their_receivers() -> None:
    below = {"matchers": ['tier="2"'], "receiver": "b"}
    before = body(
        {"matchers": ['team="1"', 'kind="x"'], "receiver": "a", "routes": [below]},
        {"matchers": ['team="2"'], "receiver": "c"},
    )
    both = with_former_routes(before, body({"matchers": ['team="3"'], "receiver": "a"}))
    own, elsewhere = {"team": "3"}, {"team": "4"}
    first = {"team": "1", "kind": "x"}
    second, third = {**first, "tier": "2"}, {**first, "tier": "2", "pod": "p"}
    assert former_routes(both, [own, first, second, third, elsewhere]) == (
        FormerRoute('team="1", kind="x"', ("a", "b"), (first, second, third)),
        FormerRoute('team="2"', (), ()),
    )
