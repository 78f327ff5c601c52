"""Groups of rules are split into parts of at most 400,000 bytes."""

from typing import Any

import pytest

from reliability.compile.prometheus.sizes import json_size, split_groups


def group(name: str, size: int) -> dict[str, Any]:
    """A group of exactly so many bytes."""
    made = {"name": name, "rules": ""}
    return {**made, "rules": "x" * (size - json_size(made))}


@pytest.mark.parametrize(
    ("value", "size"), [({}, 2), ({"a": 1, "b": [2]}, 15), ("é", 4), ({"é": "😀"}, 13)]
)
def test_size_is_that_of_compact_json_in_utf_8(value: object, size: int) -> None:
    assert json_size(value) == size


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [
        ([], [[]]),
        ([10], [[10]]),
        ([399_998], [[399_998]]),
        ([399_999], [[399_999]]),
        ([500_000], [[500_000]]),
        ([200_000, 199_997], [[200_000, 199_997]]),
        ([200_000, 199_998], [[200_000, 199_998]]),
        ([200_000, 200_000], [[200_000, 200_000]]),
        ([200_000, 200_001], [[200_000], [200_001]]),
        ([100_000, 100_000, 200_000, 1], [[100_000, 100_000, 200_000], [100]]),
        ([300_000, 300_000, 100_000, 100], [[300_000], [300_000, 100_000], [100]]),
        ([500_000, 10_000, 500_000], [[500_000], [10_000], [500_000]]),
    ],
)
def test_parts_keep_the_order_and_are_filled(sizes: list[int], parts: list[list[int]]) -> None:
    groups = [group(str(index), max(size, 100)) for index, size in enumerate(sizes)]
    split = split_groups(groups)
    assert [each for part in split for each in part] == groups
    assert [[max(size, 100) for size in part] for part in parts] == [
        [json_size(each) for each in part] for part in split
    ]
