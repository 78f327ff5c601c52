"""Bugs of this program that one file, rule or output reveals: reported, while the rest is done.

The command line listens; it writes the crash log, and exits with the code of a bug.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Final

from reliability.errors import ReliabilityError

BUG: Final = "bug"
"""The rule of a finding about a rule that crashed, and the subject of a problem of an output."""

_listeners: list[Callable[[PurePath | str], object]] = []


@contextmanager
def reporting_bugs(listener: Callable[[PurePath | str], object]) -> Iterator[None]:
    """Call `listener` for each bug in a block, while its exception is being handled."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def contained(path: PurePath) -> Iterator[None]:
    """Report a bug in a block that handles one file, and continue after the block.

    Without a listener, as in a process of its own, the exception is raised.
    """
    try:
        yield
    except (ReliabilityError, OSError):
        raise
    # Any other exception: a bug that one file reveals must not hide what all others contain.
    except Exception:
        if not _listeners:
            raise
        report_bug(path)


def report_bug(where: PurePath | str) -> None:
    """Report the bug that is being handled, if anyone listens; the caller keeps what is lost.

    `where` is the file, or names the rule or output that has the bug.
    """
    for listener in _listeners[-1:]:
        listener(where)
