"""Progress of long work: a bar at a terminal, else a line each ten seconds."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from reliability.cli.main import exit_code_of
from reliability.cli.progress import ProgressDisplay
from reliability.processes import in_processes
from reliability.progress import hide_progress, reporting, stepped
from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.cli.copied import copied
from tests.cli.program import Terminal

CLOCK = """\
import sys, time
from itertools import count
ticks = count()
time.monotonic = lambda: next(ticks)
from reliability.cli.main import exit_code_of
sys.exit(exit_code_of({arguments!r}))
"""
"""Runs a command on a clock that goes on by a second each time somebody looks at it."""


class Clock:
    """A clock that stands still until somebody sets it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def shown(work: Callable[[Clock], object], stream: StringIO) -> str:
    """What a stream shows while work is done."""
    clock = Clock()
    with redirect_stderr(stream), reporting(ProgressDisplay(color=False, clock=clock)):
        work(clock)
    return stream.getvalue()


def walked(clock: Clock, seconds: float, total: int = 8) -> Iterator[int]:
    """Steps that take so many seconds each."""
    for step in stepped("replaying alerts", range(total), total):
        clock.now += seconds
        yield step


def test_a_log_gets_a_line_each_ten_seconds() -> None:
    assert shown(lambda clock: list(walked(clock, 6)), StringIO()).splitlines() == [
        "replaying alerts: 2 of 8, about 36 s to go",
        "replaying alerts: 4 of 8, about 24 s to go",
        "replaying alerts: 6 of 8, about 12 s to go",
    ]


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end() -> None:
    screen = shown(lambda clock: list(walked(clock, 6)), Terminal())
    assert "replaying alerts" in screen
    assert "5/8" in screen
    assert "0:00:18" in screen
    assert screen.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")  # the cursor is back, the line is empty


@pytest.mark.parametrize("stream", [StringIO, Terminal])
def test_work_that_ends_soon_shows_nothing(stream: Callable[[], StringIO]) -> None:
    assert shown(lambda clock: list(walked(clock, 0.1)), stream()) == ""


def test_steps_inside_of_a_step_are_parts_of_it() -> None:
    def work(clock: Clock) -> None:
        for _ in stepped("fetching SLIs", range(2), 2):
            list(walked(clock, 6, total=4))

    assert shown(work, StringIO()).splitlines() == [
        "fetching SLIs: 0 of 2, about 36 s to go",
        "fetching SLIs: 1 of 2, about 24 s to go",
        "fetching SLIs: 1 of 2, about 12 s to go",
    ]


def test_the_bar_makes_room_for_other_output() -> None:
    def work(clock: Clock) -> None:
        for step in walked(clock, 6):
            if step == 4:
                hide_progress()
                sys.stderr.write("a note\n")

    screen = shown(work, Terminal())
    assert "\r\x1b[1A\x1b[2Ka note\n" in screen


def test_other_processes_leave_the_display_to_the_first(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def work(piece: int) -> int:
        return sum(walked(Clock(), 0, total=piece))

    shown(lambda _clock: list(stepped("compiling", in_processes(6, work, 2), 6)), StringIO())
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "expected"),
    [((), "checking rules: "), (("--quiet",), None)],
)
def test_a_check_that_takes_long_says_how_far_it_is(
    tmp_path: Path, options: tuple[str, ...], expected: str | None
) -> None:
    write(minimal_files(), tmp_path)
    script = CLOCK.format(arguments=["--today", "2026-11-25", *options, "check"])
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = [line for line in done.stderr.splitlines() if "to go" in line]
    assert all(expected and line.startswith(expected) for line in lines)
    assert bool(lines) is (expected is not None)


class Heard:
    """What would be displayed: the activities, in their order."""

    def __init__(self) -> None:
        self.activities: dict[str, None] = {}

    def advance(self, activity: str, done: float, total: int) -> None:
        assert 0 <= done <= total
        self.activities[activity] = None

    def hide(self) -> None:
        pass


@pytest.mark.parametrize(
    ("command", "activities"),
    [
        (("check",), ["checking rules"]),
        (("build", "--out", "out"), ["compiling"]),
        (("build", "--out", "out", "--jobs", "2"), ["compiling"]),
        (("backtest", "--days", "3"), ["replaying SLOs"]),
        (("backtest", "--days", "3", "--jobs", "2"), ["replaying SLOs"]),
        (
            ("site", "--out", "site", "--days", "30"),
            ["measuring services", "writing pages"],
        ),
    ],
)
def test_work_that_may_take_long_is_walked_in_steps(
    tmp_path: Path, command: tuple[str, ...], activities: list[str]
) -> None:
    heard = Heard()
    with reporting(heard):
        root = ("--root", str(copied(tmp_path)), "--today", "2026-10-23", "--quiet")
        with chdir(tmp_path), redirect_stdout(StringIO()):
            assert exit_code_of([*root, *command]) == 0
    heard.activities.pop("reading documents")
    assert [*heard.activities] == activities
