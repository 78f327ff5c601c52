"""Progress of long work, for the command line that shows it.

Whoever walks through many steps does so with `stepped`. Steps inside of a step count as parts of
it, so work that calls other work has one bar. Nothing listens in a library or a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

T = TypeVar("T")


class ProgressListener(Protocol):
    """A display of progress."""

    def advance(self, activity: str, done: float, total: int) -> None:
        """Take note that `done` of `total` steps are done, with the done part of the current one.

        The `activity` is in words, such as `replaying alerts`.
        """

    def hide(self) -> None:
        """Make room for other output: remove what is displayed until the next step."""


_listeners: list[ProgressListener] = []
_running: list[Callable[[float], None]] = []
"""Reports the done part (0..1) of the current step, of each activity; the innermost is last."""


@contextmanager
def reporting(listener: ProgressListener) -> Iterator[None]:
    """Pass the steps of a block to `listener`, which hides itself at the end."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
        listener.hide()


@contextmanager
def without_progress() -> Iterator[None]:
    """Report no step of a block, whoever listens: its output must not depend on the load."""

    def ignore(_part: float) -> None:
        pass

    _running.append(ignore)
    try:
        yield
    finally:
        _running.remove(ignore)


def hide_progress() -> None:
    """Make room for other output on the terminal."""
    for listener in _listeners:
        listener.hide()


def stepped(activity: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Yield the items; each is a step that is done when the next one is asked for."""
    if not _listeners or not total:
        yield from items
        return

    done = 0
    outer = _running[-1] if _running else None

    def report(part: float) -> None:
        if outer is not None:
            outer((done + part) / total)
        else:
            _listeners[-1].advance(activity, done + part, total)

    _running.append(report)
    try:
        report(0.0)
        for item in items:
            yield item
            done += 1
            report(0.0)
    finally:
        _running.remove(report)
