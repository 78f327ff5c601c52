"""The executor that `reliability backtest` replays on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from reliability.backtest.engine import Work
from reliability.backtest.fleet import Fleet
from reliability.errors import MissingExtraError, ReliabilityError, SourceError
from reliability.providers.secret_files import is_here

if TYPE_CHECKING:
    from reliability.backtest.engine import Spreading

SECONDS: Final = 5
"""How long a scheduler has to answer."""


NO_CERTIFICATES: Final = (
    "{scheduler} needs certificates: set distributed.comm.tls.ca-file, "
    "distributed.comm.tls.client.cert and distributed.comm.tls.client.key in Dask's configuration, "
    "or DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY"
)
"""The settings that distributed.Security reads: https://distributed.dask.org/en/stable/tls.html"""


@contextmanager
def spreading_over(jobs: int, scheduler: str | None) -> Iterator[Spreading]:
    """This process, several that are forked from it, or the workers of a Dask scheduler.

    Raises:
        MissingExtraError: a scheduler is named, and Dask is not installed.
        SourceError: the scheduler does not answer, has no worker, or needs certificates that are
            not configured.
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
        security = distributed.Security()
        context = security.get_connection_args("client")["ssl_context"]
        if scheduler.startswith("tls://") and context is None:  # of which Dask makes a TypeError
            raise SourceError(NO_CERTIFICATES.format(scheduler=scheduler))
        client = distributed.Client(
            scheduler, security=security, timeout=SECONDS, set_as_default=False
        )
    except (OSError, ValueError) as error:  # includes certificates that cannot be loaded
        raise SourceError(
            f"cannot connect to the Dask scheduler at {scheduler}: {error}"
        ) from error

    with client:
        workers = sum(client.nthreads().values())
        if workers == 0:
            raise SourceError(f"the Dask scheduler at {scheduler} has no worker")
        with client.get_executor(pure=False) as executor:
            yield Fleet(executor, workers)


def is_open(scheduler: str | None) -> bool:
    """Return whether a scheduler on another machine is reached without TLS."""
    return scheduler is not None and scheduler[:6] != "tls://" and not is_here(_url(scheduler))


def _url(scheduler: str) -> str:
    return scheduler if "://" in scheduler else f"tcp://{scheduler}"


def _is_address(scheduler: str) -> bool:
    try:
        parts = urlsplit(_url(scheduler))
        return parts.scheme in ("tcp", "tls") and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False


def ensure_spreads(jobs: int, scheduler: str | None, from_store: bool) -> None:
    """Let options pass that go together.

    Raises:
        ReliabilityError: they do not, or the address of the scheduler is not valid.
    """
    if jobs > 1 and scheduler is not None:
        raise ReliabilityError("--jobs and --scheduler exclude each other; pass one of them")
    if scheduler is not None and not _is_address(scheduler):
        raise ReliabilityError(
            f"not the address of a Dask scheduler: {scheduler!r}; write tcp://HOST:PORT or "
            "tls://HOST:PORT"
        )
    if (jobs > 1 or scheduler is not None) and not from_store:
        raise ReliabilityError(
            "--jobs and --scheduler need event mode, which replays stored history"
        )
