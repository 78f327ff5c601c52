"""Whether one configuration has all of another: the first location that it lacks."""

from typing import Any

import pytest

from reliability.alertmanager.containment import missing_from
from reliability.location import Pointer


@pytest.mark.parametrize(
    ("base", "live", "missing"),
    [
        ({}, {}, None),
        ({"a": 1}, {}, None),
        ({"a": 1, "b": 2}, {"b": 2}, None),
        ({}, {"a": 1}, ("a",)),
        ({"a": 1}, {"a": 2}, ("a",)),
        ({"a": "1"}, {"a": 1}, ("a",)),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2, "d": 3}}}, ("a", "b", "c")),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": None}}, ("a", "c")),
        ({"a": 1, "z": 1}, {"y": 1, "a": 2}, ("y",)),
        ({"a": []}, {"a": {}}, ("a",)),
        ({"a": {}}, {"a": []}, ("a",)),
        ("a", "a", None),
        ("a", "b", ()),
        (None, None, None),
        # Entries of lists are read in order; there may be others in between.
        ([1, 2, 3], [], None),
        ([1, 2, 3], [1, 3], None),
        ([1, 2, 3], [3, 1], (1,)),
        ([1, 2], [2, 2], (1,)),
        ([], [1], (0,)),
        ([{"a": 1, "b": 1}, {"a": 2}], [{"b": 1}, {"a": 2}], None),
        ([{"a": [1]}], [{"a": [1, 2]}], (0,)),
        ({"a": [[1], [2]]}, {"a": [[2], [1]]}, ("a", 1)),
        # Secrets that are read from a file.
        ({"key_file": "/k"}, {"key": "<secret>"}, None),
        ({"key_file": 5}, {"key": "<secret>"}, ("key",)),
        ({"key_file": "/k"}, {"key": ["x"]}, ("key",)),
        ({"key_file": "/k"}, {"key": {"x": 1}}, ("key",)),
        ({"other_file": "/k"}, {"key": "<secret>"}, ("key",)),
        ({"files": ["/a"]}, {"secrets": ["<secret>"]}, None),
        ({"files": ["/a", "/b"]}, {"secrets": ["<secret>"]}, None),
        ({"files": ["/a"]}, {"secrets": ["<secret>", "<secret>"]}, ("secrets",)),
        ({"files": None}, {"secrets": ["<secret>"]}, ("secrets",)),
        ({}, {"secrets": ["<secret>"]}, ("secrets",)),
        ({"files": ["/a"]}, {"values": ["<secret>"]}, ("values",)),
    ],
)
def test_the_first_location_that_is_missing(base: Any, live: Any, missing: Pointer | None) -> None:
    assert missing_from(base, live) == missing


def test_a_location_begins_where_the_comparison_does() -> None:
    assert missing_from({"a": 1}, {"a": 2}, ("route", 0)) == ("route", 0, "a")
