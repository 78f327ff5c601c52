"""The executor that `reliability backtest` replays on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from reliability.backtest.engine import Work
from reliability.backtest.fleet import Fleet
from reliability.errors import MissingExtraError, ReliabilityError, SourceError

if TYPE_CHECKING:
    from reliability.backtest.engine import Spreading

SECONDS: Final = 5
"""How long a scheduler has to answer."""


@contextmanager
def spreading_over(jobs: int, scheduler: str | None) -> Iterator[Spreading]:
    """This process, several that are forked from it, or the workers of a Dask scheduler.

    Raises:
        MissingExtraError: a scheduler is named, and Dask is not installed.
        SourceError: the scheduler does not answer, or has no worker.
    """
    if scheduler is not None:
        with _cluster(scheduler) as spreading:
            yield spreading
    elif jobs > 1:
        with _processes(jobs) as spreading:
            yield spreading
    else:
        yield Work.of


@contextmanager
def _processes(jobs: int) -> Iterator[Spreading]:
    """What is imported here already comes with the fork."""
    import_module("reliability.history.sources.stored")
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    method = "fork" if "fork" in get_all_start_methods() else None
    with ProcessPoolExecutor(jobs, mp_context=get_context(method)) as executor:
        yield Fleet(executor, jobs)


@contextmanager
def _cluster(scheduler: str) -> Iterator[Spreading]:
    if find_spec("distributed") is None:
        raise MissingExtraError("reliability backtest --scheduler", "fleet")
    distributed: Any = import_module("distributed")
    try:
        client = distributed.Client(scheduler, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SourceError(
            f"cannot connect to the Dask scheduler at {scheduler}: {error}"
        ) from error

    with client:
        workers = sum(client.nthreads().values())
        if workers == 0:
            raise SourceError(f"the Dask scheduler at {scheduler} has no worker")
        with client.get_executor(pure=False) as executor:
            yield Fleet(executor, workers)


def ensure_spreads(jobs: int, scheduler: str | None, from_store: bool) -> None:
    """Let options pass that go together.

    Raises:
        ReliabilityError: they do not.
    """
    if jobs > 1 and scheduler is not None:
        raise ReliabilityError("--jobs and --scheduler exclude each other; pass one of them")
    if (jobs > 1 or scheduler is not None) and not from_store:
        raise ReliabilityError(
            "--jobs and --scheduler need event mode, which replays stored history"
        )
