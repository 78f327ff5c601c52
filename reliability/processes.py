"""Work in pieces that several processes share.

The others take them one after the other; this one begins with some of its own, and takes from the
end where it would wait, so that all have done together, whatever a piece takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final, Generic, TypeVar

from reliability.errors import ProcessLostError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shared(Generic[T]):
    """What is done for each piece, and which pieces somebody has begun: memory that all share."""

    work: Callable[[int], T]
    taken: Any

    def take(self, piece: int) -> bool:
        """Whether a piece was still to be begun; it is taken now."""
        with self.taken.get_lock():
            is_free = not self.taken[piece]
            self.taken[piece] = 1
        return is_free


HELD: Final[list[Shared[Any]]] = []
"""The work of a forked process: it came with the fork, and is never sent."""


def in_processes(pieces: int, work: Callable[[int], T], jobs: int, first: int = 0) -> Iterator[T]:
    """What `work` gives for piece 0, 1, 2, ..., in this order, from `jobs` processes.

    All but this one are forked here and share what is there by now; what `work` gives is sent.
    The `first` so many pieces are this one's. What `work` raises is raised here.

    Raises:
        ProcessLostError: one of the others was ended by somebody.
    """
    try:
        yield from _from_all(pieces, work, jobs - 1, first=first)
    except BrokenProcessPool as error:
        raise ProcessLostError(
            "a process that shared the work was ended, as happens where memory runs out; "
            "run again with --jobs 1"
        ) from error


def _from_all(pieces: int, work: Callable[[int], T], others: int, first: int) -> Iterator[T]:
    fork = get_context("fork")
    shared = Shared(work, fork.Array("b", pieces))
    with ProcessPoolExecutor(others, fork, HELD.append, (shared,)) as pool:
        asked = {piece: pool.submit(_if_free, piece) for piece in range(first, pieces)}
        own: dict[int, T] = {}
        end = pieces

        try:
            yield from map(work, range(first))
            for piece in range(first, pieces):
                while piece < end and not asked[piece].done() and shared.take(end - 1):
                    end -= 1
                    own[end] = work(end)
                yield asked.pop(piece).result()[0] if piece < end else own.pop(piece)
        finally:
            shared.taken[:] = [1] * pieces  # who asks no longer needs no more


def _if_free(piece: int) -> list[Any]:
    shared = HELD[-1]
    return [shared.work(piece)] if shared.take(piece) else []
