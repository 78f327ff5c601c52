"""Shares pieces of work between processes.

The child processes take pieces from the front. The parent begins with some of its own, and takes
from the end whenever it would wait for a result, so that all processes finish at about the same
time, however unequal the pieces are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final, Generic, TypeVar

from reliability.errors import ProcessLostError
from reliability.progress import stepped

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shared(Generic[T]):
    """The function for a piece, and which pieces are taken, in memory that processes share."""

    work: Callable[[int], T]
    taken: Any

    def take(self, piece: int) -> bool:
        """Take a piece; return False if another process already has it."""
        with self.taken.get_lock():
            # Test and set under one lock, or two processes could take the same piece.
            is_free = not self.taken[piece]
            self.taken[piece] = 1
        return is_free


HELD: Final[list[Shared[Any]]] = []
"""The work of a forked process. It is inherited by the fork, because pickling a catalog would take
longer than the work.
"""


def in_processes(pieces: int, work: Callable[[int], T], jobs: int, first: int = 0) -> Iterator[T]:
    """Yield `work(0)`, `work(1)`, ..., `work(pieces - 1)` in this order, from `jobs` processes.

    The children are forked here and share all memory of the parent; only results are pickled. The
    parent does the `first` pieces itself. An exception of `work` is raised here.

    Raises:
        ProcessLostError: a child was killed, for example by the kernel's out-of-memory killer.
    """
    try:
        yield from _from_all(pieces, work, jobs - 1, first=first)
    except BrokenProcessPool as error:
        raise ProcessLostError(
            "a process that shared the work was ended, as happens where memory runs out; "
            "run again with --jobs 1"
        ) from error


def spread(activity: str, pieces: Sequence[Callable[[], T]], jobs: int) -> Iterator[T]:
    """Yield the result of each piece, in their order, from as many processes as asked for.

    The `activity` names the work in lines of progress, such as `writing pages`.
    """

    def work(number: int) -> T:
        return pieces[number]()

    count = len(pieces)
    is_shared = jobs > 1 and count > 1
    results = in_processes(count, work, jobs) if is_shared else map(work, range(count))
    return stepped(activity, results, count)


def _from_all(pieces: int, work: Callable[[int], T], others: int, first: int) -> Iterator[T]:
    # Named explicitly: Python 3.14 no longer forks by default on Linux ("Contexts and start
    # methods" of multiprocessing), and a spawned child would have to load the catalog again.
    fork = get_context("fork")
    shared = Shared(work, fork.Array("b", pieces))
    with ProcessPoolExecutor(others, fork, HELD.append, (shared,)) as pool:
        # All pieces are submitted at once: the pool hands them out in order, and a piece that the
        # parent has taken meanwhile costs a child one lock.
        asked = {piece: pool.submit(_if_free, piece) for piece in range(first, pieces)}
        own: dict[int, T] = {}
        end = pieces

        try:
            yield from map(work, range(first))
            for piece in range(first, pieces):
                # From the end, because the children work from the front: both meet once, and the
                # parent blocks in `result()` only for pieces that somebody already works on.
                while piece < end and not asked[piece].done() and shared.take(end - 1):
                    end -= 1
                    own[end] = work(end)
                yield asked.pop(piece).result()[0] if piece < end else own.pop(piece)
        finally:
            # A caller that stops early needs no more results: let the children run out of work.
            shared.taken[:] = [1] * pieces


def _if_free(piece: int) -> list[Any]:
    # The last one: a child forked inside of another run of this function inherits its list too.
    shared = HELD[-1]
    return [shared.work(piece)] if shared.take(piece) else []
