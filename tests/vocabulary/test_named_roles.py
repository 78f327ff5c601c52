"""Roles of many people: as many names as there is room for, and how many more there are."""

import pytest

from reliability.approval import MAX_NAMED, any_of


@pytest.mark.parametrize(("more", "ending"), [(0, None), (1, "or 1 more"), (2, "or 2 more")])
def test_only_the_first_names_are_listed(more: int, ending: str | None) -> None:
    names = tuple(f"@person-{number}" for number in range(MAX_NAMED + more))
    text = any_of(names)
    assert [name in text for name in names] == [True] * MAX_NAMED + [False] * more
    assert (ending is None) is ("more" not in text)
    assert text.endswith(ending or names[-1])
