"""The tree is walked as Alertmanager walks it: first match unless it continues, inheritance."""

from datetime import timedelta
from typing import Any

import pytest

from reliability.alertmanager.routing import (
    Inhibition,
    RouteMatcher,
    Routing,
    RoutingRefusedError,
    parse,
    walk,
)


def routing(*routes: dict[str, Any], **root: Any) -> Routing:
    names = ("all", "a", "b", "c", "d")
    route = {"receiver": "all", "routes": list(routes), **root}
    times = [{"name": "nights", "time_intervals": []}]
    receivers = [{"name": name} for name in names]
    return parse({"route": route, "receivers": receivers, "time_intervals": times})


def told(tree: Routing, **labels: str) -> list[str]:
    return [route.receiver for route in walk(tree.root, labels)]


def test_the_first_child_that_matches_is_where_an_alert_ends() -> None:
    tree = routing(
        {"receiver": "a", "matchers": ["tier=alert"]}, {"receiver": "b", "matchers": ["team=web"]}
    )
    assert told(tree, tier="alert", team="web") == ["a"]
    assert told(tree, team="web") == ["b"]


def test_an_alert_goes_on_behind_a_child_that_continues() -> None:
    tree = routing(
        {"receiver": "a", "matchers": ["tier=alert"], "continue": True},
        {"receiver": "b", "matchers": ["team=web"]},
        {"receiver": "c"},
    )
    assert told(tree, tier="alert", team="web") == ["a", "b"]
    assert told(tree, tier="alert") == ["a", "c"]


def test_a_node_takes_what_none_of_its_children_takes() -> None:
    inner = {"receiver": "b", "matchers": ["team=web"]}
    tree = routing({"receiver": "a", "matchers": ["tier=alert"], "routes": [inner]})
    assert told(tree, tier="alert", team="api") == ["a"]
    assert told(tree, tier="alert", team="web") == ["b"]
    assert told(tree, team="web") == ["all"]


def test_the_older_forms_of_matchers_mean_the_same() -> None:
    tree = routing({"receiver": "a", "match": {"tier": "alert"}, "match_re": {"team": "w.b"}})
    assert told(tree, tier="alert", team="web") == ["a"]
    assert told(tree, tier="alert", team="the web") == ["all"]


def test_a_match_of_nothing_wants_the_label_to_be_missing() -> None:
    tree = routing({"receiver": "a", "match": {"tier": None}})
    assert told(tree, team="web") == ["a"]
    assert told(tree, tier="None") == ["all"]


def test_grouping_and_times_are_inherited_until_something_else_is_said() -> None:
    inner = {"matchers": ["team=web"], "repeat_interval": "1d12h"}
    tree = routing(
        {"receiver": "a", "group_by": ["service"], "group_wait": "0s", "routes": [inner]},
        group_interval="2m",
    )
    [route] = walk(tree.root, {"team": "web"})
    assert (route.receiver, route.group_by) == ("a", ("service",))
    assert (route.group_wait, route.group_interval) == (timedelta(0), timedelta(minutes=2))
    assert route.repeat_interval == timedelta(hours=36)
    assert tree.root.group_wait == timedelta(seconds=30)


def test_mute_times_are_not_inherited() -> None:
    inner = {"matchers": ["team=web"]}
    tree = routing({"receiver": "a", "mute_time_intervals": ["nights"], "routes": [inner]})
    assert walk(tree.root, {"team": "web"})[0].mute_time_intervals == ()


def test_alerts_are_grouped_by_the_labels_that_they_have() -> None:
    labels = {"service": "web", "slo": "works", "instance": "1"}
    assert routing(group_by=["service", "region"]).root.group(labels) == {"service": "web"}
    assert routing(group_by=["..."]).root.group(labels) == labels
    assert routing().root.group(labels) == {}


def test_an_empty_list_of_labels_inherits_in_older_versions_only() -> None:
    inner = {"matchers": ["team=web"], "group_by": []}
    [route] = walk(routing(inner, group_by=["service"]).root, {"team": "web"})
    labels = {"service": "web", "team": "web"}
    assert route.group(labels) == {}
    assert route.group(labels, older=True) == {"service": "web"}
    assert route.group(labels, older=False) == {}


def test_a_node_knows_where_it_is_written() -> None:
    tree = routing({"receiver": "a", "routes": [{"receiver": "b", "matchers": ["x=y"]}]})
    assert walk(tree.root, {"x": "y"})[0].pointer == ("route", "routes", 0, "routes", 0)


@pytest.mark.parametrize(
    ("config", "pointer", "message"),
    [
        ({}, ("route",), "missing key /route"),
        ({"route": []}, ("route",), "/route must be a mapping"),
        ({"route": {}}, ("route",), "the root route has no receiver"),
        (
            {"route": {"receiver": "a", "matchers": ["x=y"]}},
            ("route", "matchers"),
            "the root route matches every alert, so it cannot have matchers",
        ),
        (
            {"route": {"receiver": "b"}},
            ("route", "receiver"),
            "unknown receiver b",
        ),
        (
            {"route": {"receiver": "a", "routes": [{"matchers": ["x=~("]}]}},
            ("route", "routes", 0, "matchers", 0),
            "not a valid regular expression: '(': missing ): (",
        ),
        (
            {"route": {"receiver": "a", "active_time_intervals": ["nights"]}},
            ("route", "active_time_intervals"),
            "the root route matches every alert, so it cannot have active_time_intervals",
        ),
        (
            {"route": {"receiver": "a", "routes": [{"mute_time_intervals": ["nights"]}]}},
            ("route", "routes", 0, "mute_time_intervals", 0),
            "unknown time interval nights",
        ),
        (
            {
                "route": {"receiver": "a"},
                "mute_time_intervals": [{"name": "nights"}],
                "time_intervals": [{"name": "nights"}],
            },
            ("time_intervals", 0, "name"),
            "time interval nights is declared twice",
        ),
        (
            {"route": {"receiver": "a", "group_interval": "0s"}},
            ("route", "group_interval"),
            "group_interval is 0, and must be greater than 0",
        ),
        (
            {"route": {"receiver": "a", "group_wait": "soon"}},
            ("route", "group_wait"),
            "not a valid duration: 'soon'",
        ),
        (
            {"route": {"receiver": "a", "group_by": ["x", "x"]}},
            ("route", "group_by"),
            "group_by lists a label twice",
        ),
        (
            {"route": {"receiver": "a"}, "receivers": [{"name": "a"}, {"name": "a"}]},
            ("receivers", 1, "name"),
            "receiver a is declared twice",
        ),
    ],
)
def test_what_alertmanager_would_refuse_is_refused_at_its_place(
    config: dict[str, Any], pointer: tuple[str | int, ...], message: str
) -> None:
    with pytest.raises(RoutingRefusedError) as refused:
        parse({"receivers": [{"name": "a"}], **config})
    assert (refused.value.pointer, str(refused.value)) == (pointer, message)


def test_receivers_keep_their_integrations_in_order() -> None:
    entry = {"name": "a", "slack_configs": [{"channel": "#a"}], "webhook_configs": [{"url": "u"}]}
    tree = parse({"route": {"receiver": "a"}, "receivers": [entry]})
    assert [kind for kind, _ in tree.receivers["a"].integrations] == [
        "slack_configs",
        "webhook_configs",
    ]


ALERT, TICKET = RouteMatcher("tier", "=", "alert"), RouteMatcher("tier", "=", "ticket")


def test_an_inhibition_asks_for_equal_labels() -> None:
    rule = Inhibition((ALERT,), (TICKET,), ("slo",))
    alert = {"tier": "alert", "slo": "works"}
    assert rule.silences(alert, {"tier": "ticket", "slo": "works"})
    assert not rule.silences(alert, {"tier": "ticket", "slo": "fast"})
    assert not rule.silences(alert, {"tier": "log", "slo": "works"})


def test_labels_that_both_sides_lack_are_equal() -> None:
    rule = Inhibition((ALERT,), (TICKET,), ("slo",))
    assert rule.silences({"tier": "alert"}, {"tier": "ticket"})


def test_what_meets_both_sides_silences_nothing_that_does_too() -> None:
    rule = Inhibition((RouteMatcher("a", "=", "x"),), (RouteMatcher("b", "=", "y"),))
    both = {"a": "x", "b": "y"}
    assert not rule.silences(both, both)
    assert rule.silences({"a": "x"}, both)
    assert rule.silences(both, {"b": "y"})
