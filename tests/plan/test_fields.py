"""Differences between bodies: exactly the fields that differ, under paths that people follow."""

import json

from hypothesis import given

from reliability.plan.fields import ABSENT, FieldDifference, differences
from reliability.resource import Json
from tests.plan.resources import bodies


def alert(name: str, expr: str = "x > 1", **labels: str) -> dict[str, Json]:
    return {"alert": name, "expr": expr, "labels": dict(labels)}


def paths(before: list[Json], after: list[Json]) -> list[str]:
    return [each.path for each in differences({"rules": before}, {"rules": after})]


def test_an_item_is_named_and_not_counted() -> None:
    before: dict[str, Json] = {"groups": [{"name": "slo", "rules": [alert("Slow"), alert("Burn")]}]}
    after: dict[str, Json] = {
        "groups": [{"name": "slo", "rules": [alert("Slow"), alert("Burn", "x > 2")]}]
    }
    assert differences(before, after) == (
        FieldDifference("groups[slo].rules[Burn].expr", "x > 1", "x > 2"),
    )


def test_items_of_one_name_are_told_apart_by_the_labels_that_differ() -> None:
    before: list[Json] = [
        alert("Burn", tier="alert", team="a"),
        alert("Burn", tier="ticket", team="a"),
    ]
    after: list[Json] = [
        alert("Burn", tier="alert", team="a"),
        alert("Burn", "x > 2", tier="ticket", team="a"),
    ]
    assert paths(before, after) == ['rules[Burn{tier="ticket"}].expr']


def test_a_changed_label_of_the_only_item_is_a_changed_label() -> None:
    assert paths([alert("Burn", tier="alert")], [alert("Burn", tier="ticket")]) == [
        "rules[Burn].labels.tier"
    ]


def test_an_item_that_comes_or_goes_is_shown_whole() -> None:
    [gone] = differences({"rules": [alert("A"), alert("B")]}, {"rules": [alert("A")]})
    assert (gone.path, gone.before, gone.after) == ("rules[B]", alert("B"), ABSENT)


def group(name: str, slo: str, *alerts: str) -> Json:
    return {"name": name, "rules": [alert(each, slo=slo) for each in alerts]}


def test_a_renamed_item_is_compared_with_what_it_was() -> None:
    before: dict[str, Json] = {"groups": [group("shop-pay", "pay", "Burn", "NoData")]}
    after: dict[str, Json] = {"groups": [group("shop-payment", "payment", "Burn", "NoData")]}
    [renamed] = differences(before, after)
    assert renamed.path == "groups[shop-pay -> shop-payment]"
    assert [renamed.before] == before["groups"]
    assert [renamed.after] == after["groups"]


def test_an_item_of_another_form_or_name_is_no_rename() -> None:
    before: dict[str, Json] = {"groups": [group("shop-pay", "pay", "Burn")]}
    for other in (group("shop-payment", "pay", "Burn", "NoData"), group("cart", "pay", "Burn")):
        found = differences(before, {"groups": [other]})
        assert [each.before is ABSENT or each.after is ABSENT for each in found] == [True, True]


def test_items_in_another_order_differ_in_their_order_only() -> None:
    assert paths([alert("A"), alert("B")], [alert("B"), alert("A")]) == ["rules (order)"]


def test_items_that_share_name_and_labels_are_numbered() -> None:
    assert paths([alert("A"), alert("A")], [alert("A"), alert("A", "x > 2")]) == ["rules[A#2].expr"]


def test_items_without_a_name_are_numbered() -> None:
    before: dict[str, Json] = {"slack_configs": [{"channel": "#a"}]}
    after: dict[str, Json] = {"slack_configs": [{"channel": "#b"}]}
    assert [each.path for each in differences(before, after)] == ["slack_configs[#1].channel"]


def test_routes_are_named_by_their_matchers() -> None:
    route: dict[str, Json] = {"matchers": ['team="a"', 'tier="alert"'], "receiver": "pager"}
    [difference] = differences({"routes": [route]}, {"routes": [{**route, "receiver": "desk"}]})
    assert difference.path == 'routes[team="a",tier="alert"].receiver'


def test_numbers_and_booleans_that_python_takes_for_equal_differ() -> None:
    before: dict[str, Json] = {"a": 1, "b": 1, "c": [0]}
    after: dict[str, Json] = {"a": True, "b": 1.0, "c": [False]}
    assert [each.path for each in differences(before, after)] == ["a", "b", "c"]


@given(bodies, bodies)
def test_there_are_differences_exactly_where_the_digests_differ(
    before: dict[str, Json], after: dict[str, Json]
) -> None:
    same = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert (differences(before, after) == ()) == same


@given(bodies)
def test_a_body_does_not_differ_from_itself(body: dict[str, Json]) -> None:
    assert differences(body, body) == ()


def test_lists_that_are_no_items_differ_by_their_values_and_types() -> None:
    before: dict[str, Json] = {"same": [1, "a"], "longer": [1], "other": [1, 2], "deep": [[1]]}
    after: dict[str, Json] = {"same": [1, "a"], "longer": [1, 2], "other": [1, 3], "deep": [[True]]}
    assert [each.path for each in differences(before, after)] == ["longer", "other", "deep"]
    mixed: dict[str, Json] = {"x": [{"a": 1}, "b"]}
    assert differences(mixed, {"x": [{"a": 1}, "b"]}) == ()
    assert differences(mixed, {"x": [{"a": 2}, "b"]}) == (
        FieldDifference("x", [{"a": 1}, "b"], [{"a": 2}, "b"]),
    )


def test_a_renamed_item_is_paired_with_the_one_most_like_it() -> None:
    assert paths([alert("shop-pay")], [alert("shop-payment"), alert("shop-pays")]) == [
        "rules[shop-pay -> shop-pays]",
        "rules[shop-payment]",
    ]


def test_a_new_item_is_the_new_name_of_one_item_only() -> None:
    assert paths([alert("shop-pay"), alert("shop-paid")], [alert("shop-pays")]) == [
        "rules[shop-pay -> shop-pays]",
        "rules[shop-paid]",
    ]


def test_an_item_that_stays_is_no_new_name_of_another() -> None:
    assert paths([alert("shop-pay"), alert("shop-pays")], [alert("shop-pays")]) == [
        "rules[shop-pay]"
    ]
