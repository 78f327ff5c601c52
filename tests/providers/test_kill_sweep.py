"""`kill -9` at three moments of a sync of changes to each target.

`make soak` takes twenty, and as many of a first sync.
"""

from pathlib import Path

import pytest

from tests.soak.sweep import open_sweep
from tests.soak.targets import SOAK_TARGETS

MOMENTS = 3


@pytest.mark.parametrize("name", SOAK_TARGETS)
def test_the_sync_after_a_killed_one_reaches_the_desired_state(name: str, tmp_path: Path) -> None:
    target = SOAK_TARGETS[name]
    missing = target.missing()
    if missing:
        pytest.skip(missing)
    with open_sweep(target, tmp_path) as sweep:
        swept = list(sweep.moments(MOMENTS, ["changed"]))
    assert len(swept) == MOMENTS
    assert [moment for moment in swept if moment.difference] == []
