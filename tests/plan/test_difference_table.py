"""Differences of many pairs of bodies, each with its path, both values and the keys on the path."""

from typing import Any

import pytest

from reliability.plan.fields import ABSENT, differences

Row = tuple[str, Any, Any, tuple[str, ...]]


def rows(before: dict[str, Any], after: dict[str, Any]) -> list[Row]:
    return [
        (difference.path, difference.before, difference.after, difference.keys)
        for difference in differences(before, after)
    ]


def alert(name: str, **labels: str) -> dict[str, Any]:
    return {"alert": name, "labels": labels}


A, B = {"name": "a", "x": 1}, {"name": "b", "x": 1}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, []),
        ({"a": 1}, {}, [("a", 1, ABSENT, ("a",))]),
        ({}, {"a": None}, [("a", ABSENT, None, ("a",))]),
        ({"a": None}, {"a": 0}, [("a", None, 0, ("a",))]),
        ({"a": False}, {"a": 0}, [("a", False, 0, ("a",))]),
        ({"a": "1"}, {"a": 1}, [("a", "1", 1, ("a",))]),
        # The order of `before`, then of what is added.
        (
            {"z": 1, "a": 1, "m": 1},
            {"q": 1, "a": 2, "b": 1, "z": 2},
            [
                ("z", 1, 2, ("z",)),
                ("a", 1, 2, ("a",)),
                ("m", 1, ABSENT, ("m",)),
                ("q", ABSENT, 1, ("q",)),
                ("b", ABSENT, 1, ("b",)),
            ],
        ),
        # Mappings in each other; a mapping that goes is whole.
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, [("a.b.c", 1, 2, ("a", "b", "c"))]),
        ({"a": {"b": {"c": 1}}}, {"a": {}}, [("a.b", {"c": 1}, ABSENT, ("a", "b"))]),
        ({"a": {"b": 1}}, {"a": 1}, [("a", {"b": 1}, 1, ("a",))]),
        ({"a": {"b": 1}}, {"a": [1]}, [("a", {"b": 1}, [1], ("a",))]),
        # Lists of other things than mappings are one value.
        ({"a": [1, 2]}, {"a": [2, 1]}, [("a", [1, 2], [2, 1], ("a",))]),
        ({"a": [1]}, {"a": [1, 1]}, [("a", [1], [1, 1], ("a",))]),
        (
            {"a": [[{"b": 1}]]},
            {"a": [[{"b": True}]]},
            [("a", [[{"b": 1}]], [[{"b": True}]], ("a",))],
        ),
        ({"a": [[{"b": 1}]]}, {"a": [[{"c": 1}]]}, [("a", [[{"b": 1}]], [[{"c": 1}]], ("a",))]),
        ({"a": [[{"b": 1}]]}, {"a": [[{"b": 1}]]}, []),
        (
            {"a": [[{"b": 1}]]},
            {"a": [[{"b": 1, "c": 1}]]},
            [("a", [[{"b": 1}]], [[{"b": 1, "c": 1}]], ("a",))],
        ),
        ({"a": []}, {"a": [1]}, [("a", [], [1], ("a",))]),
        ({"a": []}, {"a": ""}, [("a", [], "", ("a",))]),
        ({"a": "ab"}, {"a": ["a", "b"]}, [("a", "ab", ["a", "b"], ("a",))]),
        ({"a": []}, {}, [("a", [], ABSENT, ("a",))]),
        ({"a": []}, {"a": []}, []),
        # Items of a list by their names.
        ({"l": [A]}, {"l": [{**A, "x": 2}]}, [("l[a].x", 1, 2, ("l", "", "x"))]),
        ({"l": []}, {"l": [A]}, [("l[a]", ABSENT, A, ("l", ""))]),
        ({"l": [A, B]}, {"l": [B]}, [("l[a]", A, ABSENT, ("l", ""))]),
        ({"l": [A, B]}, {"l": [B, A]}, [("l (order)", ["a", "b"], ["b", "a"], ("l", "name"))]),
        (
            {"l": [A, B, {"name": "c"}]},
            {"l": [B, {"name": "other thing"}, {**A, "x": 2}]},
            [
                ("l[a].x", 1, 2, ("l", "", "x")),
                ("l[c]", {"name": "c"}, ABSENT, ("l", "")),
                ("l[other thing]", ABSENT, {"name": "other thing"}, ("l", "")),
                ("l (order)", ["a", "b"], ["b", "a"], ("l", "name")),
            ],
        ),
        # An item that stays is not renamed, however alike the new one is.
        (
            {"l": [{"name": "abc"}]},
            {"l": [{"name": "abc"}, {"name": "abcd"}]},
            [("l[abcd]", ABSENT, {"name": "abcd"}, ("l", ""))],
        ),
        # A rename: alike names and the same form; at least 0.6 of the letters.
        (
            {"l": [{"name": "abcd", "x": 1}]},
            {"l": [{"name": "abce", "x": 2}]},
            [
                (
                    "l[abcd -> abce]",
                    {"name": "abcd", "x": 1},
                    {"name": "abce", "x": 2},
                    ("l", ""),
                )
            ],
        ),
        (
            {"l": [{"name": "abcxx"}]},
            {"l": [{"name": "abcyy"}]},
            [("l[abcxx -> abcyy]", {"name": "abcxx"}, {"name": "abcyy"}, ("l", ""))],
        ),
        (
            {"l": [{"name": "abcxxx"}]},
            {"l": [{"name": "abcyyy"}]},
            [
                ("l[abcxxx]", {"name": "abcxxx"}, ABSENT, ("l", "")),
                ("l[abcyyy]", ABSENT, {"name": "abcyyy"}, ("l", "")),
            ],
        ),
        (
            {"l": [{"name": "abcd", "x": 1}]},
            {"l": [{"name": "abce", "y": 1}]},
            [
                ("l[abcd]", {"name": "abcd", "x": 1}, ABSENT, ("l", "")),
                ("l[abce]", ABSENT, {"name": "abce", "y": 1}, ("l", "")),
            ],
        ),
        # The form of a rename includes the rules in it, by name, but not the texts of other lists.
        (
            {"l": [{"name": "abcd", "rules": [alert("A"), {"record": "r"}], "t": ["x"]}]},
            {"l": [{"name": "abce", "rules": [alert("A"), {"record": "r"}], "t": ["y", "z"]}]},
            [
                (
                    "l[abcd -> abce]",
                    {"name": "abcd", "rules": [alert("A"), {"record": "r"}], "t": ["x"]},
                    {"name": "abce", "rules": [alert("A"), {"record": "r"}], "t": ["y", "z"]},
                    ("l", ""),
                )
            ],
        ),
        (
            {"l": [{"name": "abcd", "rules": [{"record": "r"}]}]},
            {"l": [{"name": "abce", "rules": [{"record": "s"}]}]},
            [
                ("l[abcd]", {"name": "abcd", "rules": [{"record": "r"}]}, ABSENT, ("l", "")),
                ("l[abce]", ABSENT, {"name": "abce", "rules": [{"record": "s"}]}, ("l", "")),
            ],
        ),
    ],
)
def test_differences_in_full(
    before: dict[str, Any], after: dict[str, Any], expected: list[Row]
) -> None:
    shown = rows(before, after)
    assert shown == expected
    # `1 == True` in Python, and a plan shows which of them it is.
    assert [tuple(map(repr, row[1:3])) for row in shown] == [
        tuple(map(repr, row[1:3])) for row in expected
    ]


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"name": "n", "alert": "a", "record": "r"}, "n"),
        ({"alert": "a", "record": "r"}, "a"),
        ({"record": "r", "matchers": ["m"]}, "r"),
        ({"matchers": ["m", 'n="1"'], "receiver": "x"}, 'm,n="1"'),
        ({"matchers": "m", "receiver": "x"}, "m"),
        ({"matchers": [], "receiver": "x"}, "x"),
        ({"receiver": "x", "source_matchers": ["s"]}, "x"),
        ({"source_matchers": ["s"]}, "s"),
        ({"name": None, "alert": "a"}, "a"),
        ({"name": ["a", 1]}, "a,1"),
        ({"name": 5}, "#1"),
        ({"name": ""}, "#1"),
        ({"other": "x"}, "#1"),
    ],
)
def test_the_name_of_an_item(item: dict[str, Any], name: str) -> None:
    assert rows({"l": [{**item, "v": 1}]}, {"l": [{**item, "v": 2}]}) == [
        (f"l[{name}].v", 1, 2, ("l", "", "v"))
    ]


@pytest.mark.parametrize(
    ("items", "paths"),
    [
        ([alert("A"), alert("A"), alert("A")], ["l[A].v", "l[A#2].v", "l[A#3].v"]),
        ([{}, {}, {"name": "n"}], ["l[#1].v", "l[#2].v", "l[n].v"]),
        (
            [alert("A", tier="x", same="1"), alert("A", tier="y", same="1"), alert("B", tier="z")],
            ['l[A{tier="x"}].v', 'l[A{tier="y"}].v', "l[B].v"],
        ),
        (
            [alert("A", z="1", b="1"), alert("A", b="2", z="2")],
            ['l[A{b="1",z="1"}].v', 'l[A{b="2",z="2"}].v'],
        ),
        # A label that only one of them has tells nothing apart by its values.
        ([alert("A", tier="x"), alert("A")], ["l[A].v", "l[A#2].v"]),
        (
            [alert("A", t="x"), alert("A", t="x"), alert("A", t="y")],
            ['l[A{t="x"}].v', 'l[A{t="x"}#2].v', 'l[A{t="y"}].v'],
        ),
        ([{"alert": "A", "labels": None}, {"alert": "A", "labels": ["x"]}], ["l[A].v", "l[A#2].v"]),
        # A number in a name that is taken is counted on.
        ([{"name": "A"}, {"name": "A#2"}, {"name": "A"}], ["l[A].v", "l[A#2].v", "l[A#3].v"]),
    ],
)
def test_items_of_one_name_are_distinguished(items: list[dict[str, Any]], paths: list[str]) -> None:
    before = [{**item, "v": 1} for item in items]
    after = [{**item, "v": 2} for item in items]
    assert [row[0] for row in rows({"l": before}, {"l": after})] == paths


def test_a_long_name_is_compared_in_full() -> None:
    """Letters that are frequent in a long text count as well."""
    long = "ab" * 150
    old, new = f"{long}-old", f"{long}-new"
    assert [row[0] for row in rows({"l": [{"name": old}]}, {"l": [{"name": new}]})] == [
        f"l[{old} -> {new}]"
    ]
