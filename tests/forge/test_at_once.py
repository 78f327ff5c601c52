"""Two runs at once: nothing is posted twice, ten times out of ten."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from reliability.forge.folder.forge import FolderForge
from reliability.forge.keep import NoteWritten, Outcome, keep
from tests.forge.drafts import comment, issue, kept, thread
from tests.forge.worlds import GitHubWorld, World, github_world

ROUNDS = 10


@dataclass(slots=True)
class Meeting:
    """A board whose first look ends when the other run has looked, too: both see nothing."""

    board: Any
    barrier: threading.Barrier
    met: bool = False

    def present(self) -> Any:
        found = self.board.present()
        if not self.met:
            self.met = True
            self.barrier.wait(timeout=600)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.board, name)


def both(make: Callable[[], Any], wanted: Sequence[Any]) -> list[list[Outcome[Any, Any]]]:
    """What two runs did that began at the same time and both found nothing."""
    barrier = threading.Barrier(2)

    def one(_number: int) -> list[Outcome[Any, Any]]:
        return list(keep(wanted, Meeting(make(), barrier), pause=lambda _: None))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def threads_of(world: World) -> Any:
    return world.open().threads(world.number, world.head(), "finding")


def doubles(notes: Sequence[Any]) -> int:
    """How many open notes are about what another one is about."""
    counts = Counter(note.marker for note in notes if note.state == "open")
    return sum(number - 1 for number in counts.values())


def test_two_runs_at_once_double_no_comment(world: World) -> None:
    found = 0
    for number in range(ROUNDS):
        draft = comment(key=str(number))
        runs = both(lambda: world.open().comments(world.number, "summary"), [draft])
        assert all(isinstance(outcome, NoteWritten) for run in runs for outcome in run)
        found += doubles(world.open().comments(world.number, "summary").present())
    assert (found, len(world.bodies())) == (0, 1), "each round deletes what the one before wrote"


def test_two_runs_at_once_double_no_thread(world: World) -> None:
    found = 0
    for number in range(ROUNDS):
        drafts = [thread(line, key=f"{line}-{number}") for line in (10, 11, 12)]
        make = partial(threads_of, world)
        runs = both(make, drafts)
        assert all(isinstance(outcome, NoteWritten) for run in runs for outcome in run)
        present = make().present()
        found += doubles(present)
        assert sum(note.state == "open" for note in present) == 3
    assert found == 0


def test_two_runs_at_once_double_no_issue(world: World) -> None:
    found = 0
    for number in range(ROUNDS):
        draft = issue(f"payroll/{number}")
        runs = both(lambda: world.open().issues("revisit"), [draft])
        assert all(isinstance(outcome, NoteWritten) for run in runs for outcome in run)
        present = world.open().issues("revisit").present()
        found += doubles(present)
        assert [note.marker for note in present if note.state == "open"] == [draft.marker]
        assert kept(world.open().issues("revisit"), [draft]) == []
    assert found == 0


def of_github(world: GitHubWorld) -> list[str]:
    """One run in a process of its own: a comment, threads and issues."""
    forge = world.open()
    return [
        *kept(forge.comments(world.number, "summary"), [comment()]),
        *kept(forge.threads(world.number, world.head(), "finding"), [thread(10), thread(11)]),
        *kept(forge.issues("revisit"), [issue("a"), issue("b")]),
    ]


def of_folder(root: Path) -> list[str]:
    """One run in a process of its own, over a folder."""
    forge = FolderForge(root=root)
    return kept(forge.issues("revisit"), [issue(key) for key in "abcde"])


@pytest.fixture(scope="module")
def processes() -> Any:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


def test_two_processes_at_once_double_nothing_on_github(
    github: str, processes: ProcessPoolExecutor
) -> None:
    for _ in range(ROUNDS):
        world = github_world(github)
        runs = list(processes.map(of_github, [world, world]))
        assert not [each for run in runs for each in run if not each.startswith("Done")]
        forge = world.open()
        assert len(world.bodies()) == 1
        threads = forge.threads(world.number, world.head(), "finding").present()
        issues = forge.issues("revisit").present()
        assert (len(threads), doubles(threads)) == (2, 0)
        assert (len(issues), doubles(issues)) == (2, 0)


def test_two_processes_at_once_double_nothing_in_a_folder(
    tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    for number in range(ROUNDS):
        root = tmp_path / str(number)
        list(processes.map(of_folder, [root, root]))
        issues = FolderForge(root=root).issues("revisit").present()
        assert (len(issues), doubles(issues)) == (5, 0)
        numbers = [int(path.name[:4]) for path in (root / "issues").glob("*.md")]
        assert len(numbers) == len(set(numbers)), "a number was given twice"
        assert kept(FolderForge(root=root).issues("revisit"), [issue(key) for key in "abcde"]) == []
