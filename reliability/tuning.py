"""Optimizations that depend on the internals of CPython and pydantic, and what each saves.

CPU time on CPython 3.11 with services of `tests/benchmarks/fleet.py`, each switched off, against
a run with all, on a machine with other work; 10,000 services unless it says otherwise:

- `collector_paused`: 21 % of `check` (15.1 s; 19.0 s with a threshold of 100,000 objects instead of
  the pause, one run each). Freezing the objects is 8 % of it (16.9 s, 18.5 s without).
- `share_written_keys`: 80 of 511 MiB of `check`, and no time.
- `SharedList`: 5 and 8 % of `build` with 1,000 services, in two runs.

Dropped, because each saved less than 1 %: a freeze after loading, a threshold of 100,000 objects in
addition to the pause, and a switch interval of 0.2 ms between threads.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

Item = TypeVar("Item")

MUCH: Final = 50_000
"""Objects; a repository of a hundred services has more."""
WRITTEN: Final[dict[frozenset[str], set[str]]] = {}
"""Sets of keys that models share."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause garbage collection for work that creates many objects and frees few.

    The objects stay until the end of a run, so the collector need not examine them again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > MUCH:
                gc.freeze()
            gc.enable()


def freeze_objects() -> None:
    """Leave all objects out of garbage collection from now on, which a fleet has millions of.

    Processes that are forked afterwards share their memory for longer, too.
    """
    gc.freeze()


def share_written_keys(model: BaseModel) -> None:
    """Let a model share the set of its written keys with all models that have the same keys.

    A thousand services have as many of these sets as texts, and the sets never change. The field is
    internal to pydantic.
    """
    written = model.__pydantic_fields_set__
    shared = WRITTEN.setdefault(frozenset(written), written)
    object.__setattr__(model, "__pydantic_fields_set__", shared)


class SharedList(list[Item]):
    """A list that several bodies share and that must not change: results about it are cached.

    An `lru_cache` compares it by identity: a comparison of the contents would cost as much as the
    work that is saved.
    """

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)
