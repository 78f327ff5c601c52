"""Pieces of work are each done once, come in their order, and no process waits for the others."""

import os
from multiprocessing import get_context
from pathlib import Path

import pytest

from reliability.errors import ProcessLostError
from reliability.processes import in_processes, spread

PATIENCE = 600
"""Seconds after which a process counts as lost; no test that passes waits so long."""


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("pieces", [0, 1, 2, 40])
def test_every_piece_is_done_once_and_comes_in_its_turn(pieces: int, jobs: int) -> None:
    assert list(in_processes(pieces, lambda piece: piece * piece, jobs)) == [
        piece * piece for piece in range(pieces)
    ]


def test_this_process_works_from_the_end_while_others_do_from_the_beginning() -> None:
    both = get_context("fork").Barrier(2)

    def together(piece: int) -> int:
        if piece in (0, 19):
            both.wait(PATIENCE)
        return os.getpid()

    first, *_, last = in_processes(20, together, 2)
    assert first != os.getpid()
    assert last == os.getpid()


def test_what_a_piece_raises_anywhere_is_raised_here() -> None:
    def refuse(piece: int) -> int:
        raise LookupError(f"no piece {piece}")

    with pytest.raises(LookupError, match="no piece"):
        list(in_processes(3, refuse, 2))


def test_a_process_that_dies_ends_the_work() -> None:
    here, has_begun = os.getpid(), get_context("fork").Event()

    def die_elsewhere(piece: int) -> int:
        if os.getpid() != here:
            has_begun.set()
            os._exit(1)
        has_begun.wait(PATIENCE)
        return piece

    with pytest.raises(ProcessLostError, match="run again with --jobs 1"):
        list(in_processes(5, die_elsewhere, 2))


def test_who_stops_asking_does_not_wait_for_all_the_rest(tmp_path: Path) -> None:
    done = tmp_path / "done"

    def recorded(piece: int) -> int:
        with done.open("a") as file:
            file.write("x")
        return piece

    assert next(in_processes(100_000, recorded, 2)) == 0
    assert done.stat().st_size < 100_000


def test_the_first_pieces_are_done_here() -> None:
    pids = list(in_processes(6, lambda _piece: os.getpid(), 2, first=3))
    assert pids[:3] == [os.getpid()] * 3
    assert len(pids) == 6


def test_one_job_and_one_piece_need_no_other_process() -> None:
    here = os.getpid()
    assert list(spread("counting", [os.getpid] * 3, 1)) == [here] * 3
    assert list(spread("counting", [os.getpid], 2)) == [here]
    assert list(spread("counting", [], 2)) == []


def test_two_pieces_are_done_at_the_same_time() -> None:
    both = get_context("fork").Barrier(2)

    def together() -> int:
        both.wait(PATIENCE)
        return os.getpid()

    assert len({*spread("counting", [together, together], 2)}) == 2
