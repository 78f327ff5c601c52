"""One exit code for one outcome, whatever the command."""

from dataclasses import replace

import pytest

from reliability.plan.change import Create
from reliability.plan.held import Foreign, Held
from reliability.plan.plan import plan
from reliability.plan.report import (
    Planned,
    Report,
    Synced,
    Unreached,
    Unsafe,
    bug_in,
    drift_exit_code,
    exit_code,
)
from reliability.plan.sync import ChangeApplied, ChangeFailed
from tests.plan.resources import TARGET, edited, intact, resource

OLD, NEW = resource("search", threshold=1), resource("search", threshold=2)
SETTLED = Planned(plan(TARGET, [OLD], intact(OLD)))
CHANGES = Planned(plan(TARGET, [NEW], intact(OLD)))
DRIFTED = Planned(plan(TARGET, [OLD], edited(NEW, OLD)))
BLOCKED = Planned(plan(TARGET, [OLD], Held(foreign=(Foreign(OLD.id, "mine"),))))
REFUSED = Unsafe(CHANGES.plan, "too much")
DOWN = Unreached("loki", "down")
CREATED = plan(TARGET, [NEW], Held())
DONE = Synced(CREATED, (ChangeApplied(Create(NEW)),))
WITHOUT_A_SECRET = Synced(replace(CREATED, missing=("/run/slack",)), DONE.outcomes)
FAILED = Synced(CREATED, (ChangeFailed(Create(NEW), "busy"),))


@pytest.mark.parametrize(
    ("reports", "plain", "detailed"),
    [
        ([], 0, 0),
        ([SETTLED], 0, 0),
        ([CHANGES], 0, 4),
        ([CHANGES, SETTLED], 0, 4),
        ([DRIFTED], 1, 1),
        ([BLOCKED], 1, 1),
        ([REFUSED, CHANGES], 1, 1),
        ([DOWN], 2, 2),
        ([DOWN, DOWN], 2, 2),
        ([DOWN, SETTLED], 1, 1),
        ([DOWN, CHANGES], 1, 1),
        ([DONE], 0, 0),
        ([WITHOUT_A_SECRET], 1, 1),
        ([FAILED, DONE], 1, 1),
    ],
)
def test_plan_and_sync(reports: list[Report], plain: int, detailed: int) -> None:
    assert (exit_code(reports), exit_code(reports, detailed=True)) == (plain, detailed)


@pytest.mark.parametrize(
    ("reports", "plain", "detailed"),
    [([SETTLED], 0, 0), ([DRIFTED], 0, 4), ([DOWN], 2, 2), ([DOWN, DRIFTED], 1, 1)],
)
def test_drift(reports: list[Report], plain: int, detailed: int) -> None:
    codes = (drift_exit_code(reports, detailed=False), drift_exit_code(reports, detailed=True))
    assert codes == (plain, detailed)


def test_the_first_error_that_should_not_have_happened_is_found() -> None:
    first, second = ValueError("first"), ValueError("second")
    broken = Unreached("loki", "down", first)
    failed = Synced(
        CREATED, (ChangeFailed(Create(NEW), "busy"), ChangeFailed(Create(NEW), "bug", second))
    )
    assert bug_in([DOWN, SETTLED, FAILED, DONE]) is None
    assert bug_in([DOWN, failed, broken]) is second
    assert bug_in([FAILED, broken, failed]) is first
