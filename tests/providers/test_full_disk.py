"""A file that does not fit frees its room at once, and smaller ones still go in."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Ended
from tests.environment import environment
from tests.providers.company import Company, company

SMALL = 15_000
"""Bytes that a file may have: rules of attendance have more, those of monitoring fewer."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


def sync_with_small_files(here: Company, *arguments: str) -> Ended:
    """A sync for which the kernel writes no file further than `SMALL`."""
    prlimit = shutil.which("prlimit")
    if prlimit is None:
        pytest.skip("prlimit of util-linux is not there")
    done = subprocess.run(
        [prlimit, f"--fsize={SMALL}", sys.executable, "-m", "reliability", "sync", "--yes",
         "--brief", *arguments],
        cwd=here.repository.root, env=environment(NO_COLOR="1"), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def test_a_file_that_does_not_fit_frees_its_room_and_leaves_the_others_alone(here: Company) -> None:
    ended = sync_with_small_files(here, "--sync-target", "p1")
    folder = here.repository.root / "p1"
    assert ended.code == 1
    assert f"failed rules attendance: {folder}/attendance.yml: file too large" in ended.out
    assert "created rules monitoring" in ended.out
    names = sorted(path.name for path in folder.iterdir())
    assert "monitoring.yml" in names
    assert not [name for name in names if name.startswith(".") or name == "attendance.yml"]
    assert here.sync().code == 0
