"""Limits of a file are exact, and anchors hold what they say."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from reliability.load.document import Parsed, parse
from reliability.load.values import FileLimits

PATH = PurePosixPath("a.yaml")


def read(text: str, **limits: int) -> Parsed:
    return parse(PATH, text.encode(), FileLimits(**limits))


def faults(text: str, **limits: int) -> list[str]:
    return [fault.message for fault in read(text, **limits).faults]


def value(text: str) -> Any:
    parsed = read(text)
    assert parsed.faults == ()
    [document] = parsed.documents
    return document.values


TOO_DEEP = "nested 5 levels deep; the limit is 4"


@pytest.mark.parametrize(
    ("text", "is_too_deep"),
    [
        ("[[[1]]]", False),
        ("[[[[1]]]]", False),
        ("[[[[[1]]]]]", True),
        ("a: {b: {c: {d: 1}}}", False),
        ("a: {b: {c: {d: {e: 1}}}}", True),
        ("a: [{b: [1]}]", False),
        ("a: [{b: [[1]]}]", True),
        ("a: {b: {? [[1]] : x}}", True),
        ("a: {? [[1]] : x}", False),
        ("a: {b: {? x : [[1]]}}", True),
        ("a: {b: {? [1] : [[1]]}}", True),
    ],
)
def test_a_file_may_be_as_deep_as_its_limit(text: str, is_too_deep: bool) -> None:
    assert (TOO_DEEP in faults(text, depth=4)) is is_too_deep


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("1", 1),
        ("[]", 1),
        ("[1, 2]", 3),
        ("{a: 1, b: 2}", 5),
        ("[[1], {a: 1}]", 6),
        ("[&x [1, 2], *x]", 7),
        ("[&x 1, *x]", 3),
        ("[&x {a: [1]}, *x, *x]", 13),
        ("a: 1\n---\nb: 1\n", 6),
    ],
)
def test_nodes_are_counted_with_aliases_expanded(text: str, nodes: int) -> None:
    assert not any("nodes" in fault for fault in faults(text, nodes=nodes))
    limit = f"the file has more than {nodes - 1:,} nodes with aliases expanded, which is the limit"
    assert limit in faults(text, nodes=nodes - 1)


def test_aliases_are_counted_in_the_whole_file() -> None:
    text = "a: &x 1\nb: [*x, *x]\n---\na: &x 1\nb: *x\n"
    assert faults(text, aliases=3) == []
    assert faults(text, aliases=2) == ["the file has more than 2 aliases, which is the limit"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[&x 1, *x]", [1, 1]),
        ("[&x [1], *x]", [[1], [1]]),
        ("{a: &x {b: 1}, c: *x}", {"a": {"b": 1}, "c": {"b": 1}}),
        ("{&x a: 1, b: *x}", {"a": 1, "b": "a"}),
        ("[&x 1, &x 2, *x]", [1, 2, 2]),
        ("!!map {a: !!seq [1]}", {"a": [1]}),
        ("! {a: ! [1]}", {"a": [1]}),
        ("[!!str 1, !!int '1', ! 1]", ["1", 1, "1"]),
        ("{!!str 1: 2}", {"1": 2}),
        ("{1: 2, true: 3}", {"1": 2, "true": 3}),
    ],
)
def test_anchors_and_tags_hold_what_they_say(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_an_anchor_of_another_document_is_unknown() -> None:
    assert faults("a: &x 1\n---\nb: *x\n") != []
    assert faults("a: &x [*x]\n") != []


@pytest.mark.parametrize(
    "text",
    [
        "!!seq {a: 1}",
        "!!map [1]",
        "!mine {a: 1}",
        "!mine [1]",
        "!!int x",
        "!mine 1",
        "{!mine a: 1}",
    ],
)
def test_a_tag_that_does_not_fit_is_a_fault(text: str) -> None:
    assert len(faults(text)) == 1


@pytest.mark.parametrize(
    ("text", "is_written"),
    [
        ("", False),
        ("---\n", False),
        ("~\n", True),
        ("''\n", True),
        ("!!null\n", True),
        ("&x\n", True),
    ],
)
def test_a_document_without_anything_is_none(text: str, is_written: bool) -> None:
    assert len(read(text).documents) == is_written
