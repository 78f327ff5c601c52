"""Lines of the process of custom rules: what is understood, and what is garbage."""

import json
from typing import Any

import pytest

from reliability.check.custom.replies import (
    Begun,
    CelFault,
    CustomViolation,
    Ended,
    GarbageError,
    Missing,
    NoValue,
    Reply,
    WorldsReady,
    replies_of,
)


@pytest.mark.parametrize(
    ("line", "replies"),
    [
        ({"missing": "cel"}, [Missing("cel")]),
        ({"ready": 2}, [WorldsReady()]),
        ({"begin": 3}, [Begun(3)]),
        ({"end": 3}, [Ended(3)]),
        ({"rule": 3, "faults": []}, []),
        (
            {"rule": 3, "faults": [["holds", 1, 2, "a"], [4, 0, 0, "b"]]},
            [
                CelFault(rule=3, part="holds", line=1, column=2, message="a"),
                CelFault(rule=3, part=4, line=0, column=0, message="b"),
            ],
        ),
        (
            {"rule": 3, "found": "slow", "concerned": None, "at": [1, 2]},
            [CustomViolation(rule=3, world=1, subject=2, message="slow", concerned=None)],
        ),
        (
            {"rule": 3, "found": "slow", "concerned": "a", "at": [1, 2]},
            [CustomViolation(rule=3, world=1, subject=2, message="slow", concerned="a")],
        ),
        (
            {"rule": 3, "error": "no key", "at": [1, 2]},
            [NoValue(rule=3, world=1, subject=2, part="holds", why="no key")],
        ),
        (
            {"rule": 3, "error": "no key", "part": 4, "at": [1, 2]},
            [NoValue(rule=3, world=1, subject=2, part=4, why="no key")],
        ),
    ],
)
def test_a_line_has_its_replies(line: dict[str, Any], replies: list[Reply]) -> None:
    assert replies_of(json.dumps(line).encode() + b"\n") == replies


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"\xff",
        b"1",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"missing": 1}',
        b'{"ready": "yes"}',
        b'{"begin": "3"}',
        b'{"end": null}',
        b'{"rule": 3}',
        b'{"rule": "3", "faults": []}',
        b'{"rule": 3, "faults": {}}',
        b'{"rule": 3, "faults": ["holds"]}',
        b'{"rule": 3, "faults": [["holds", 1, 2]]}',
        b'{"rule": 3, "faults": [["holds", 1, 2, 3]]}',
        b'{"rule": 3, "faults": [["holds", "1", 2, "a"]]}',
        b'{"rule": 3, "faults": [["holds", 1, null, "a"]]}',
        b'{"rule": 3, "faults": [[null, 1, 2, "a"]]}',
        b'{"rule": 3, "found": "a", "at": [1, 2]}',
        b'{"rule": 3, "found": "a", "concerned": 1, "at": [1, 2]}',
        b'{"rule": 3, "found": "a", "concerned": null, "at": [1]}',
        b'{"rule": 3, "found": "a", "concerned": null, "at": [1, "2"]}',
        b'{"rule": 3, "found": "a", "concerned": null, "at": [1, 2, 3]}',
        b'{"rule": 3, "error": null, "at": [1, 2]}',
        b'{"rule": 3, "error": "a"}',
        b'{"rule": 3, "error": "a", "at": [1, null]}',
    ],
)
def test_a_line_that_says_anything_else_is_garbage(line: bytes) -> None:
    with pytest.raises(GarbageError):
        replies_of(line)
