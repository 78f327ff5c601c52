"""kill -9 in the middle of a pull and of a compaction: nothing is lost, nothing is doubled."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from reliability.history.month import Month
from tests.cli.program import reliability
from tests.environment import environment
from tests.history.compacting import COLUMNS, family_in
from tests.history.fakes import START, hours
from tests.history.server import FakePrometheus, serving
from tests.history.shop import write_shop
from tests.history.test_command import PULL, read, shop
from tests.project.repository import ROOT

TIMES = 10


def test_a_pull_that_is_killed_ten_times_ends_as_one_that_was_not(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop(), slow=0.004)) as fake:
        killed, straight = (write_shop(tmp_path / name, fake.url, "1h") for name in ("a", "b"))
        for kill in range(1, TIMES + 1):
            pull = start(("-m", "reliability", *PULL), killed)
            kill_after(pull, fake, queries=6 + 3 * kill)
            fake.queries.clear()
        assert reliability(*PULL, folder=killed).code == 0
        assert 0 < len(fake.queries) < 6 * 24
        assert reliability(*PULL, folder=straight).code == 0
    for name in ("bad", "total", "known"):
        np.testing.assert_array_equal(getattr(read(killed), name), getattr(read(straight), name))


def test_a_compaction_that_is_killed_ten_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    stored, cut_short = -1, 0
    delays = random.Random(5)
    for _ in range(TIMES):
        child = start(("-m", "tests.history.compacting", str(tmp_path), str(stored + 1)), ROOT)
        assert child.stdout is not None
        for _ in range(2):
            stored = int(child.stdout.readline())
        time.sleep(delays.uniform(0, 0.06))
        end(child)
        stored = max([stored, *map(int, child.stdout.read().split())])
        child.stdout.close()
        cut_short += any(tmp_path.rglob("*.part"))
        assert_whole(tmp_path, stored)
    assert cut_short > 0
    family_in(tmp_path).compact()
    assert_whole(tmp_path, stored)
    assert [path.name for path in family_in(tmp_path).folder.iterdir()] == ["2026-09.parquet"]


def assert_whole(folder: Path, hour: int) -> None:
    """Every hour up to this one is there once; the next may be, where it was not yet said."""
    month = family_in(folder).read(START.date().replace(day=1))
    assert isinstance(month, Month)
    [covered] = month.covered
    assert covered in (hours(0, hour + 1), hours(0, hour + 2))
    for column in month.columns.values():
        assert column[month.part(covered)].tolist() == [1.0] * len(column[month.part(covered)])
        assert np.count_nonzero(~np.isnan(column)) == len(column[month.part(covered)])
    assert len(month.columns) == COLUMNS


def start(arguments: tuple[str, ...], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def kill_after(process: subprocess.Popen[str], fake: FakePrometheus, queries: int) -> None:
    while len(fake.queries) < queries:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.001)
    end(process)
    assert process.stdout is not None
    process.stdout.close()


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
