"""Former routes take what own routes do not, and can be taken out again without a trace."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reliability.alertmanager.routing import parse, walk
from reliability.plan.former_routes import (
    PREFIX,
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
