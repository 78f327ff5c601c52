"""The order of targets that environments declare: names, waves, cycles and shared servers."""

from typing import Any

import pytest

from reliability.model.environments import Environment
from reliability.providers.environment_order import NO_ORDER, EarlierTarget, EnvironmentOrder


def order(**environments: dict[str, Any]) -> EnvironmentOrder:
    """Environments by their names: their targets and the environment before them."""
    declared = [
        Environment.model_validate({"name": name, **more}) for name, more in environments.items()
    ]
    return EnvironmentOrder.of(declared)


STAGED = order(
    production={"targets": ["p1", "p2"], "after": "staging"},
    staging={"targets": ["s1"], "after": "test"},
    test={"targets": ["t1"]},
    alone={"targets": ["a1"], "after": "nowhere"},
)


def test_all_environments_before_one_come_first_the_nearest_first() -> None:
    assert STAGED.before("p1") == (EarlierTarget("staging", "s1"), EarlierTarget("test", "t1"))
    assert STAGED.before("p2") == STAGED.before("p1")
    assert STAGED.before("s1") == (EarlierTarget("test", "t1"),)
    assert STAGED.before("t1") == STAGED.before("a1") == STAGED.before("unknown") == ()


@pytest.mark.parametrize(
    ("names", "waves"),
    [
        (["p1", "p2", "s1", "t1", "a1"], [["t1", "a1"], ["s1"], ["p1", "p2"]]),
        (["p1", "t1"], [["t1"], ["p1"]]),
        (["p1", "other"], [["p1", "other"]]),
        ([], []),
    ],
)
def test_targets_are_written_in_waves(names: list[str], waves: list[list[str]]) -> None:
    assert list(STAGED.waves(names)) == waves
    assert list(NO_ORDER.waves(names)) == ([names] if names else [])


def test_a_server_of_two_environments_does_not_wait_for_itself() -> None:
    shared = order(
        production={"targets": ["both", "p"], "after": "staging"},
        staging={"targets": ["both", "s"]},
    )
    assert shared.before("both") == (EarlierTarget("staging", "s"),)
    assert list(shared.waves(["both", "p", "s"])) == [["s"], ["both", "p"]]


def test_environments_that_wait_for_each_other_are_written_together() -> None:
    crossed = order(
        one={"targets": ["a", "b"], "after": "two"},
        two={"targets": ["c"], "after": "one"},
    )
    assert crossed.before("a") == (EarlierTarget("two", "c"),)
    assert crossed.before("c") == (EarlierTarget("one", "a"), EarlierTarget("one", "b"))
    assert list(crossed.waves(["a", "b", "c"])) == [["a", "b", "c"]]


def test_why_a_target_is_held_back() -> None:
    assert EarlierTarget("staging", "s1").held("it differs") == (
        "held back: s1 of the environment staging comes first: it differs"
    )
