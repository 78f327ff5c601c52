"""Rules run in several processes, which are forked when the catalog is there and share it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from reliability.check.context import Context
from reliability.check.engine import found_by
from reliability.check.rule import Rule
from reliability.finding import Finding
from reliability.load.loader import collector_paused


@dataclass(frozen=True, slots=True)
class Work:
    """What every process has before it: the rules, and what they look at."""

    rules: Sequence[Rule]
    context: Context
    others: int

    def of(self, index: int) -> list[Finding]:
        """What one rule finds."""
        return list(found_by(self.rules[index], self.context, self.others))


HELD: Final[list[Work]] = []
"""The work of a forked process: it came with the fork, and is never sent."""


def found_in_processes(
    rules: Sequence[Rule], context: Context, others: int, jobs: int
) -> Iterator[Finding]:
    """What the rules find, in their order.

    The other processes take rules from the beginning, this one takes them from the end.
    """
    work = Work(rules, context, others)
    _ = context.objectives  # most rules ask for them: once, before the processes part
    fork = get_context("fork")
    with ProcessPoolExecutor(
        jobs - 1, mp_context=fork, initializer=_hold, initargs=(work,)
    ) as pool:
        asked = [pool.submit(_of_held, index) for index in range(len(rules))]
        own: dict[int, list[Finding]] = {}
        for index in reversed(range(len(rules))):
            if not asked[index].cancel():
                break
            own[index] = work.of(index)
        for index, each in enumerate(asked):
            yield from own[index] if index in own else each.result()


def _hold(work: Work) -> None:
    HELD.append(work)


def _of_held(index: int) -> list[Finding]:
    with collector_paused():
        return HELD[0].of(index)
