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

ON_PROMISES: Final = frozenset(
    (
        "alert-muted",
        "alert-without-oncall",
        "alert-without-runbook",
        "burn-alert-impossible",
        "inhibition-silences-alert",
        "mention-outside-alert-tier",
        "signal-tier-missing",
        "slo-outside-policy",
        "tier-receiver-mismatch",
    )
)
"""Rules that ask where promises and their alerts end: working that out is half of all the work, so
they stay together in the process that has it.
"""


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

    This process takes those ON_PROMISES; of the rest the others take rules from the beginning, and
    this one then takes them from the end.
    """
    work = Work(rules, context, others)
    shared = [index for index, rule in enumerate(rules) if rule.id not in ON_PROMISES]
    fork = get_context("fork")
    with ProcessPoolExecutor(
        jobs - 1, mp_context=fork, initializer=_hold, initargs=(work,)
    ) as pool:
        asked = {index: pool.submit(_of_held, index) for index in shared}
        own = {index: work.of(index) for index in range(len(rules)) if index not in asked}
        for index in reversed(shared):
            if not asked[index].cancel():
                break
            own[index] = work.of(index)
        for index in range(len(rules)):
            yield from own[index] if index in own else asked[index].result()


def _hold(work: Work) -> None:
    HELD.append(work)


def _of_held(index: int) -> list[Finding]:
    with collector_paused():
        return HELD[0].of(index)
