"""Where `backtest` may replay, by its options."""

from concurrent.futures import Executor, Future
from datetime import timedelta
from typing import Any

import pytest

from reliability.backtest.engine import Work
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.fleet import Fleet
from reliability.cli.backtest.fleet import ensure_spreads, is_open, spreading_over
from reliability.errors import ReliabilityError
from tests.backtest.repository import SPAN, Held

BOTH = "--jobs and --scheduler exclude each other; pass one of them"
STORED = "--jobs and --scheduler need event mode, which replays stored history"


@pytest.mark.parametrize(
    ("jobs", "scheduler", "from_store", "why"),
    [
        (2, "tcp://x:1", True, BOTH),
        (2, "tcp://x:1", False, BOTH),
        (2, None, False, STORED),
        (1, "tcp://x:1", False, STORED),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    jobs: int, scheduler: str | None, from_store: bool, why: str
) -> None:
    with pytest.raises(ReliabilityError) as refused:
        ensure_spreads(jobs, scheduler, from_store)
    assert str(refused.value) == why


@pytest.mark.parametrize("address", ["ucx://x:1", "tcp://[", "x", "tls://x", "x:99999999", ""])
def test_what_is_no_address_of_a_scheduler_is_refused(address: str) -> None:
    with pytest.raises(ReliabilityError, match="not the address of a Dask scheduler"):
        ensure_spreads(1, address, from_store=True)


@pytest.mark.parametrize(
    ("address", "is_told"),
    [
        *(("tcp://10.0.0.5:8786", True), ("10.0.0.5:8786", True), ("[::1]:8786", False)),
        *(("tls://10.0.0.5:8786", False), ("tcp://127.0.0.1:8786", False), (None, False)),
    ],
)
def test_a_scheduler_of_another_machine_without_tls_is_told(
    address: str | None, is_told: bool
) -> None:
    assert is_open(address) == is_told


@pytest.mark.parametrize(
    ("jobs", "scheduler", "from_store"),
    [(1, None, False), (1, None, True), (2, None, True), (1, "tcp://x:1", True)],
)
def test_options_that_go_together_pass(jobs: int, scheduler: str | None, from_store: bool) -> None:
    ensure_spreads(jobs, scheduler, from_store)


def test_one_job_replays_in_this_process() -> None:
    with spreading_over(1, None) as spreading:
        assert spreading is Work.of


class Inline(Executor):
    """Keeps the parts that it is given, and gives back each as its own result."""

    def __init__(self) -> None:
        self.parts: list[Any] = []

    def submit(self, _call: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        [part] = arguments
        self.parts.append(part)
        done: Future[Any] = Future()
        done.set_result(part)
        return done


@pytest.mark.parametrize(
    ("pairs", "workers", "sizes"),
    [
        (0, 2, []),
        (1, 2, [1]),
        (16, 2, [1] * 16),
        (17, 2, [2] * 8 + [1]),
        (40, 1, [5] * 8),
    ],
)
def test_each_worker_comes_eight_times_and_the_order_stays(
    pairs: int, workers: int, sizes: list[int]
) -> None:
    executor, work = Inline(), Work(Held({}, {}), ReplayTerms(SPAN), timedelta(0), ())
    every: Any = list(range(pairs))
    assert list(Fleet(executor, workers)(work, every)) == every
    assert list(map(len, executor.parts)) == sizes
