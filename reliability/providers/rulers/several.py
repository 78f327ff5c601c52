"""Writes of several services at the same time, each of which has rules of its own behind an API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.change import Change, Create, Delete
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome

TOGETHER: Final = 4
"""Services that are written at the same time.

A server takes a second or more to store the rules of one. Requests for one service follow each
other: object stores throttle writes to one object (GCS: one a second, grafana/mimir#12086).
"""
NOT_DELETED: Final = "not deleted: {name} was not created, and may have its rules"


def write_several(
    write: Callable[[Change], None],
    changes: Sequence[Change],
    evaluated: Callable[[Iterable[Outcome], int], Iterator[Outcome]] | None = None,
) -> Iterator[Outcome]:
    """Write several services at a time, then delete what is not declared any more.

    A `ProviderError` of `write` fails its change. `evaluated` takes outcomes as they come and their
    number, waits for the first evaluation of what was written, and returns the outcomes after it.
    """

    def outcome_of(change: Change) -> Outcome:
        try:
            write(change)
        except ProviderError as error:
            return ChangeFailed(change, str(error))
        return ChangeApplied(change)

    deletes = [change for change in changes if isinstance(change, Delete)]
    writes = [change for change in changes if not isinstance(change, Delete)]
    missing: Create | None = None

    with ThreadPoolExecutor(TOGETHER) as pool:
        written = pool.map(outcome_of, writes)
        for outcome in evaluated(written, len(writes)) if evaluated else written:
            if isinstance(outcome, ChangeFailed) and isinstance(outcome.change, Create):
                missing = missing or outcome.change
            yield outcome

        # A service that was renamed is a creation and a deletion: without the former, the latter
        # would leave nothing that alerts.
        if missing is not None:
            why = NOT_DELETED.format(name=missing.id.name)
            yield from (ChangeFailed(change, why) for change in deletes)
        else:
            yield from pool.map(outcome_of, deletes)
