"""Shows the progress of long work on stderr: a bar at a terminal, else a line now and then."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from rich.progress import Progress

BAR_AFTER: Final = 1.0
"""Seconds of an activity before it gets a bar; rich is imported then."""
BAR_EVERY: Final = 0.1
LINE_EVERY: Final = 10.0
"""Seconds between two lines of an activity, and before its first one."""


@dataclass(slots=True, kw_only=True)
class ProgressDisplay:
    """What is displayed of the current activity; `color` is None if the terminal decides.

    Times are seconds of `clock`. Forked processes inherit the display and do not use it.
    """

    color: bool | None
    clock: Callable[[], float] = time.monotonic
    activity: str = ""
    started: float = 0.0
    shown: float = 0.0
    bar: Progress | None = None
    process: int = field(default_factory=os.getpid)

    def advance(self, activity: str, done: float, total: int) -> None:
        """Display that `done` of `total` steps are done, unless that is too early."""
        if os.getpid() != self.process:
            return
        now = self.clock()
        if activity != self.activity or done >= total:
            self.hide()
        if activity != self.activity:
            self.activity, self.started, self.shown = activity, now, now
        if done >= total:
            self.activity = ""
        elif sys.stderr.isatty():
            if now - self.started >= BAR_AFTER and now - self.shown >= BAR_EVERY:
                self.shown = now
                self._draw(done, total)
        elif done and now - self.shown >= LINE_EVERY:
            self.shown = now
            seconds = (now - self.started) / done * (total - done)
            steps = f"{int(done):,} of {total:,}"
            click.echo(f"{activity}: {steps}, about {seconds:.0f} s to go", err=True)

    def hide(self) -> None:
        """Remove the bar, if there is one."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

    def _draw(self, done: float, total: int) -> None:
        if self.bar is None:
            self.bar = _new_bar(self.color, self.clock)
            self.bar.add_task(self.activity, total=total)
            self.bar.start()
        [task] = self.bar.task_ids
        self.bar.update(task, completed=done)
        self.bar.refresh()


def _new_bar(color: bool | None, clock: Callable[[], float]) -> Progress:
    """Return a bar that only `refresh` draws: a thread that draws must not live during a fork."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, no_color=color is False),
        get_time=clock,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
