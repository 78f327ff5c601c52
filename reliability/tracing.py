"""The output of `--verbose`: each request to a server, and the duration of each stage.

The command line listens if --verbose is given.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str], None]

_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Pass every line of a block to `listener`, in this process."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def traced(activity: str) -> Iterator[Callable[[str], None]]:
    """Report an activity when it ends, with its time: `load: 0.41 s`.

    Texts that the block passes to the yielded function are reported in between: `GET /api: 200,
    0.02 s`. As a decorator it reports each call of a function.
    """
    outcomes: list[str] = []
    begin = time.perf_counter()
    try:
        yield outcomes.append
    except BaseException as error:
        outcomes.append(type(error).__name__)
        raise
    finally:
        seconds = f"{time.perf_counter() - begin:.3f} s"
        for listener in _listeners:
            listener(f"{activity}: {', '.join([*outcomes, seconds])}")
