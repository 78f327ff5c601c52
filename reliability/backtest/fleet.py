"""Backtest of many objectives on an executor: local processes, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import chain
from typing import Final

from reliability.backtest.engine import Work
from reliability.backtest.outcome import Replayed
from reliability.backtest.pairs import ObjectivePair
from reliability.progress import stepped

TURNS: Final = 8
"""Parts per worker: fewer parts mean less to send, more parts a more equal load."""


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Distribution of pairs over the workers of an executor, which read the source themselves."""

    executor: Executor
    workers: int

    def __call__(self, work: Work, pairs: Sequence[ObjectivePair]) -> Iterator[Replayed]:
        """Replay the pairs in parts, and yield the results in their order."""
        size = max(-(-len(pairs) // (self.workers * TURNS)), 1)
        parts = [pairs[start : start + size] for start in range(0, len(pairs), size)]
        submitted = [self.executor.submit(work.of, part) for part in parts]
        replayed = chain.from_iterable(future.result() for future in submitted)
        yield from stepped("replaying SLOs", replayed, len(pairs))
